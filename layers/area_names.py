"""Names of areas on the map: which of them find room, decided from what stands near, the same on every tile."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.place_symbols import PlaceSymbols
from watchfloor.layers.lettering import size_of
from watchfloor.layers.sprites import NAME, PLATE_HEIGHT

type Floats = NDArray[np.float64]

MOST_LETTERS: Final = 32
_DOT_PX: Final = 5.0


def name_of(symbols: PlaceSymbols, index: int) -> str:
    """An area's name as the map writes it: hostile text, cut and printable; '+ 3' if it stands for three more."""
    places = symbols.places
    name = places.names[places.name[symbols.lead[index]]]
    plain = "".join(letter for letter in name[: 4 * MOST_LETTERS] if letter.isprintable())
    plain = plain.title() if plain.isupper() else plain
    more = int(symbols.starts[index + 1] - symbols.starts[index]) - 1
    cut = plain if len(plain) <= MOST_LETTERS else plain[: MOST_LETTERS - 1] + "…"
    return f"{cut} + {more:,}" if more and cut else cut


def with_room(names: Sequence[str], plates: Floats, dots: Floats) -> NDArray[np.bool_]:
    """Which names may be written below their plates, shape (n,): those that cover no plate, dot or greater name.

    plates: shape (n, 3), middle and width in pixels, the greatest first; dots: shape (m, 2), middles. A name
    depends on its neighbours alone, and not on whether theirs found room: so no tile decides otherwise.
    """
    if not names:
        return np.zeros(0, bool)
    sizes = np.array([size_of(name, NAME) if name else (0, 0) for name in names], float)
    x, y, width = plates.T
    top = y + PLATE_HEIGHT / 2 + 1
    boxes = np.stack([x - sizes[:, 0] / 2, top, x + sizes[:, 0] / 2, top + sizes[:, 1] - 3], axis=1)
    frames = np.stack([x - width / 2, y - PLATE_HEIGHT / 2, x + width / 2, y + PLATE_HEIGHT / 2], axis=1)
    greater = np.tri(len(names), k=-1, dtype=bool) & (sizes[None, :, 0] > 0)
    blocked = (_overlap(boxes, frames) & ~np.eye(len(names), dtype=bool)).any(axis=1)
    blocked |= (_overlap(boxes, boxes) & greater).any(axis=1)
    around = np.stack([dots[:, 0] - _DOT_PX, dots[:, 1] - _DOT_PX, dots[:, 0] + _DOT_PX, dots[:, 1] + _DOT_PX], axis=1)
    blocked |= _overlap(boxes, around).any(axis=1)
    return ~blocked & (sizes[:, 0] > 0)


def _overlap(ones: Floats, others: Floats) -> NDArray[np.bool_]:
    left, top, right, bottom = (edge[:, None] for edge in ones.T)
    inside = (left < others[:, 2]) & (others[:, 0] < right) & (top < others[:, 3]) & (others[:, 1] < bottom)
    return np.asarray(inside)
