"""Tracks of one step of a period that is played: lit pixels of all that the map shows, as the browser takes them."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.track_counting import Place
from watchfloor.layers.palettes import Theme
from watchfloor.layers.tilegrid import SIZE
from watchfloor.layers.tracks import Counts, paint_tracks

MOST_ZOOM: Final = 18
# a screen of 3840 pixels shows two hundred tiles
MOST_TILES: Final = 256


@dataclass(frozen=True, slots=True)
class Frame:
    """Whole tiles side by side: their zoom, the first column and row, how many of each.

    Columns go on over the antimeridian, once round the world at most. Raises BadQuestion for what is no such frame.
    """

    zoom: int
    column: int
    row: int
    columns: int
    rows: int

    def __post_init__(self) -> None:
        across = 1 << self.zoom if 0 <= self.zoom <= MOST_ZOOM else 0
        is_there = 0 <= self.column < across and 0 < self.columns <= across and self.rows > 0
        if not (is_there and 0 <= self.row <= across - self.rows and self.columns * self.rows <= MOST_TILES):
            raise BadQuestion(f"a frame is zoom/column/row/columns/rows of at most {MOST_TILES} tiles of the world")

    @classmethod
    def parse(cls, text: str) -> "Frame":
        """The frame that an address names as z/x/y/columns/rows. Raises BadQuestion."""
        parts = text[:80].split("/")
        if len(parts) != 5 or not all(part.isascii() and part.isdecimal() and len(part) < 9 for part in parts):
            raise BadQuestion("a frame is written zoom/column/row/columns/rows")
        return cls(*(int(part) for part in parts))

    @property
    def places(self) -> Iterator[Place]:
        """Its tiles row by row, each row from the west."""
        for row in range(self.row, self.row + self.rows):
            for column in range(self.column, self.column + self.columns):
                yield Place(self.zoom, column % (1 << self.zoom), row)


class Shade(NamedTuple):
    """How counts become colours: passages on a pixel with full light, theme, zoom."""

    most: int
    theme: Theme
    zoom: int


def packed_step(number: int, counted: tuple[int, int], tiles: Iterable[Counts], shade: Shade) -> bytes:
    """Little-endian: five numbers (uint32), then columns, each filled up to four bytes.

    Numbers: step, positions in the picture, positions that there are, tiles with anything lit, lit pixels. Columns:
    those tiles by their place in the frame, pixels of each (uint32); pixel (row << 8 | column) and colour (uint16).
    counted: positions in the picture, and that there are. tiles: passages on every tile of the frame, in its order, and
    on the ring around each that its zoom needs. Pixels are those of a tile that stands still.
    """
    at, sizes, pixels, colours = [], [], [], []
    for place, counts in enumerate(tiles):
        picture = paint_tracks(counts, shade.most, shade.theme, shade.zoom).reshape(SIZE * SIZE, 4)
        lit = np.flatnonzero(picture[:, 3])
        if lit.size:
            at.append(place)
            sizes.append(lit.size)
            pixels.append(lit.astype("<u2"))
            colours.append(_short(picture[lit]))
    head = struct.pack("<5I", number, *counted, len(at), sum(sizes))
    columns = (np.array(at, "<u4"), np.array(sizes, "<u4"), _joined(pixels), _joined(colours))
    return head + b"".join(_filled(column.tobytes()) for column in columns)


def _short(rgba: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Four bits each of red, green, blue and opacity, from the highest: lines as thin as these show no more."""
    four = (rgba.astype(np.uint16) * 15 + 127) // 255
    return (four[:, 0] << 12 | four[:, 1] << 8 | four[:, 2] << 4 | four[:, 3]).astype("<u2")


def _joined(parts: list[NDArray[np.uint16]]) -> NDArray[np.uint16]:
    return np.concatenate(parts) if parts else np.zeros(0, "<u2")


def _filled(column: bytes) -> bytes:
    return column + bytes(-len(column) % 4)
