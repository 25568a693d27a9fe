"""Where the names on the map stand: decided once for a whole zoom, so that no tile's edge cuts one in half."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from PIL import Image

from watchfloor.layers.atlas import Label, LabelKind
from watchfloor.layers.lettering import SYMBOL_SIDE, Ink, Style, size_of, symbol, word
from watchfloor.layers.palettes import Theme
from watchfloor.layers.tilegrid import SIZE

SYMBOLS: Final = {LabelKind.CITY: "dot", LabelKind.PORT: "ring", LabelKind.CROSSING: "diamond"}
SYMBOL_HALF: Final = SYMBOL_SIDE // 2
LARGE_COUNTRY_RANK: Final = 18
LETTERS_BEFORE_BREAK: Final = 11
_CELL: Final = 128

_DARK_HALO, _LIGHT_HALO = (8, 13, 20), (250, 249, 246)
INKS: Final[dict[Theme, dict[LabelKind, Ink]]] = {
    "dark": {
        LabelKind.SEA: Ink((84, 116, 152), (9, 15, 24), 0.9, 0.3),
        LabelKind.COUNTRY: Ink((176, 190, 208), _DARK_HALO, 0.95, 0.7),
        LabelKind.STATE: Ink((122, 140, 162), _DARK_HALO, 0.95, 0.6),
        LabelKind.COUNTY: Ink((102, 119, 140), _DARK_HALO, 0.95, 0.5),
        LabelKind.CITY: Ink((214, 222, 232), _DARK_HALO, 0.95, 0.8),
        LabelKind.PORT: Ink((140, 186, 200), _DARK_HALO, 0.95, 0.8),
        LabelKind.CROSSING: Ink((186, 176, 150), _DARK_HALO, 0.95, 0.8),
    },
    "light": {
        LabelKind.SEA: Ink((98, 130, 164), (222, 232, 240), 0.95, 0.3),
        LabelKind.COUNTRY: Ink((70, 80, 96), _LIGHT_HALO, 0.95, 0.85),
        LabelKind.STATE: Ink((122, 130, 142), _LIGHT_HALO, 0.95, 0.75),
        LabelKind.COUNTY: Ink((148, 152, 158), _LIGHT_HALO, 0.95, 0.7),
        LabelKind.CITY: Ink((38, 46, 58), _LIGHT_HALO, 0.95, 0.9),
        LabelKind.PORT: Ink((30, 96, 116), _LIGHT_HALO, 0.95, 0.9),
        LabelKind.CROSSING: Ink((122, 92, 40), _LIGHT_HALO, 0.95, 0.9),
    },
}

type Box = tuple[int, int, int, int]


def style_of(label: Label, zoom: int) -> Style:
    """How a label is set at a zoom; the largest countries a little larger."""
    match label.kind:
        case LabelKind.SEA:
            return Style("italic", 14 if zoom >= 4 else 12.5, 1.2)
        case LabelKind.COUNTRY if label.rank <= LARGE_COUNTRY_RANK and zoom >= 4:
            return Style("semibold", 14.5, 3.2, is_capitals=True)
        case LabelKind.COUNTRY:
            return Style("semibold", 12.5 if zoom >= 5 else 11, 1.9 if zoom >= 4 else 1.2, is_capitals=True)
        case LabelKind.STATE:
            return Style("regular", 11.5 if zoom >= 6 else 10.5, 1.6, is_capitals=True)
        case LabelKind.COUNTY:
            return Style("regular", 11, 0.6)
        case LabelKind.CITY:
            return Style("regular", 14 if zoom >= 7 else 12.5)
        case _:
            return Style("regular", 12.5)


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A label at its place on one tile: pixels of its upper left corner and of its symbol's middle."""

    text: str
    kind: LabelKind
    style: Style
    corner: tuple[int, int]
    point: tuple[int, int] | None
    swell: int = 1


type Placed = dict[tuple[int, int], list[PlacedLabel]]


def place_labels(labels: Sequence[Label], zoom: int, swell: int = 1) -> Placed:
    """Labels of one zoom without overlap, by the column and row of every tile that they touch.

    Labels are placed in their order; one that finds no free place is left out at this zoom. swell: how much larger
    than on a desk they are, for a wall is read from metres away.
    """
    around = SIZE << zoom
    taken = _Taken(around)
    placed: Placed = defaultdict(list)
    for label in labels:
        if not label.first <= zoom <= label.last:
            continue
        style, text = _swollen(style_of(label, zoom), swell), broken(label)
        point = (round(label.x * around), round(label.y * around))
        for box in _candidates(label.kind, point, size_of(text, style)):
            if taken.take(_with_symbol(label.kind, box, point, swell)):
                _add(placed, zoom, PlacedLabel(text, label.kind, style, box[:2], point, swell), box)
                break
    return dict(placed)


def broken(label: Label) -> str:
    """The label's text, long names of areas in two lines."""
    if label.kind not in (LabelKind.COUNTRY, LabelKind.SEA) or len(label.text) < LETTERS_BEFORE_BREAK:
        return label.text
    spaces = [i for i, letter in enumerate(label.text) if letter == " "]
    if not spaces:
        return label.text
    middle = min(spaces, key=lambda i: abs(2 * i - len(label.text)))
    return f"{label.text[:middle]}\n{label.text[middle + 1 :]}"


def draw_labels(picture: Image.Image, placed: Iterable[PlacedLabel], theme: Theme) -> None:
    """Draw a tile's labels onto its RGBA picture, in place."""
    for label in placed:
        ink = INKS[theme][label.kind]
        if label.kind in SYMBOLS and label.point is not None:
            x, y = label.point
            half, sign = SYMBOL_HALF * label.swell, symbol(SYMBOLS[label.kind], ink)
            if label.swell > 1:
                sign = sign.resize((2 * half + 1, 2 * half + 1), Image.Resampling.LANCZOS)
            _lay(picture, sign, x - half, y - half)
        _lay(picture, word(label.text, label.style, ink), *label.corner)


def _lay(picture: Image.Image, top: Image.Image, x: int, y: int) -> None:
    if x < picture.width and y < picture.height and x + top.width > 0 and y + top.height > 0:
        picture.alpha_composite(top, (max(x, 0), max(y, 0)), (max(-x, 0), max(-y, 0)))


def _candidates(kind: LabelKind, point: tuple[int, int], size: tuple[int, int]) -> Iterator[Box]:
    (x, y), (width, height) = point, size
    lefts_and_tops = [(x - width // 2, y - height // 2)]
    if kind in SYMBOLS:
        beside, above = y - height // 2 - 1, y - height - 3
        lefts_and_tops = [(x + 4, beside), (x - width - 4, beside), (x - width // 2, above), (x - width // 2, y + 3)]
    for left, top in lefts_and_tops:
        yield left, top, left + width, top + height


def _swollen(style: Style, swell: int) -> Style:
    return style if swell == 1 else replace(style, size=style.size * swell, spacing=style.spacing * swell)


def _with_symbol(kind: LabelKind, box: Box, point: tuple[int, int], swell: int) -> Box:
    if kind not in SYMBOLS:
        return box
    (left, top, right, bottom), (x, y), half = box, point, SYMBOL_HALF * swell - 2
    return min(left, x - half), min(top, y - half), max(right, x + half), max(bottom, y + half)


def _add(placed: Placed, zoom: int, label: PlacedLabel, box: Box) -> None:
    left, top, right, bottom = _with_symbol(label.kind, box, label.point, label.swell) if label.point else box
    count, half = 1 << zoom, SYMBOL_HALF * label.swell
    for column in range((left - half) // SIZE, (right + half) // SIZE + 1):
        for row in range(max(0, (top - half) // SIZE), min(count - 1, (bottom + half) // SIZE) + 1):
            shift = (column * SIZE, row * SIZE)
            corner = (box[0] - shift[0], box[1] - shift[1])
            point = (label.point[0] - shift[0], label.point[1] - shift[1]) if label.point else None
            # beyond the antimeridian lies the other end of the map
            placed[column % count, row].append(replace(label, corner=corner, point=point))


class _Taken:
    """Boxes that are taken on a map that goes round, in cells for quick look-up."""

    def __init__(self, around: int) -> None:
        self._around = around
        self._cells: dict[tuple[int, int], list[Box]] = defaultdict(list)

    def take(self, box: Box) -> bool:
        """Take the box if nothing overlaps it; False if something does."""
        if box[1] < 0 or box[3] > self._around:
            return False
        copies = [self._moved(box, k) for k in (-1, 0, 1)]
        if any(self._overlaps(copy) for copy in copies):
            return False
        for cell in self._cells_of(box):
            self._cells[cell].append(box)
        return True

    def _moved(self, box: Box, turns: int) -> Box:
        return box[0] + turns * self._around, box[1], box[2] + turns * self._around, box[3]

    def _cells_of(self, box: Box) -> Iterator[tuple[int, int]]:
        for column in range(box[0] // _CELL, box[2] // _CELL + 1):
            for row in range(box[1] // _CELL, box[3] // _CELL + 1):
                yield column, row

    def _overlaps(self, box: Box) -> bool:
        return any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for cell in self._cells_of(box)
            for other in self._cells.get(cell, ())
        )
