"""A partner's layer as tiles of its own: thin lines with an edge of the ground's colour, a veil in areas, dots.

Shapes are thinned once for each group of zooms to what half a pixel can show, so that a tile of the whole world costs
about as much as one of a harbour.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from watchfloor.geo.partner_shapes import LINE, POINT, SHELL, UNITS, PartnerShapes
from watchfloor.layers import antialias
from watchfloor.layers.antialias import Coverage, Lines, View, boxes_of
from watchfloor.layers.palettes import Theme
from watchfloor.layers.tilegrid import SIZE, Tile

# told apart by eyes of every kind (after Okabe and Ito), on dark and on light ground
HEX: Final = {
    "sky": ("#56b4e9", "#1f78b4"),
    "orange": ("#f0a63c", "#b86a00"),
    "green": ("#2fbf8f", "#00775a"),
    "yellow": ("#f0e442", "#857a00"),
    "blue": ("#7f9cff", "#2f4bb5"),
    "red": ("#f2734d", "#c04300"),
    "purple": ("#d98cb9", "#9c3f78"),
    "grey": ("#c3ccd8", "#54606f"),
}
TOPS: Final = (1, 2, 3, 4, 5, 6, 7, 9, 12, 16)
CHUNK_EDGES: Final = 32
# pixels beyond a tile from which a dot or a line still reaches into it
_REACH_PX: Final = 6.0
_LINE_PX, _DOT_PX, _SMALL_DOT_PX, _EDGE_PX = 1.5, 6.0, 3.6, 2.2
_MANY_DOTS: Final = 3_000
# lines and rings that are smaller than this are specks, of which one is drawn for each pixel
_SPECK_PX: Final = 3.0
# among so many corners edges in the ground's colour tell nothing apart
_MOST_EDGED: Final = 200_000
_VEIL, _LINE_ALPHA, _EDGE_ALPHA = 0.16, 0.95, 0.55
_GROUND: Final = {"dark": "#0a0f16", "light": "#ffffff"}


@dataclass(frozen=True, slots=True, eq=False)
class PartnerMarks:
    """A layer thinned for a group of zooms: what is filled, drawn as lines, dots and specks; turns of the world."""

    areas: Lines
    lines: Lines
    dots: Lines
    specks: Lines
    turns: tuple[int, ...]


def top_of(zoom: int) -> int:
    """The closest zoom that is drawn from the same thinned shapes."""
    return next(top for top in TOPS if zoom <= top)


def partner_marks(shapes: PartnerShapes, top: int) -> PartnerMarks:
    """Shapes ready for all tiles up to that zoom."""
    pixel = max(2, UNITS // (SIZE << top))
    part_of = np.repeat(np.arange(len(shapes.kinds)), np.diff(shapes.starts))
    kinds = shapes.kinds[part_of]
    extent = (shapes.boxes[:, 2:] - shapes.boxes[:, :2]).max(axis=1, initial=0)
    is_speck = (extent < _SPECK_PX * pixel) & (shapes.kinds >= LINE)
    middles = (shapes.boxes[is_speck, :2] // 2 + shapes.boxes[is_speck, 2:] // 2).astype(np.int32)
    is_kept = _is_kept(shapes.xy // (pixel // 2), part_of) & ~is_speck[part_of]
    drawn, filled = is_kept & (kinds >= LINE), is_kept & (kinds >= SHELL)
    return PartnerMarks(
        areas=_lines(shapes.xy[filled], part_of[filled]),
        lines=_lines(shapes.xy[drawn], part_of[drawn]),
        dots=_dots(shapes.xy[kinds == POINT], pixel),
        specks=_dots(middles, pixel),
        turns=_turns(shapes),
    )


def draw_partner(tile: Tile, marks: PartnerMarks, colour: str, theme: Theme) -> Image.Image:
    """One RGBA tile of a layer, transparent where there is nothing."""
    rgb, ground = HEX.get(colour, HEX["sky"])[theme == "light"], _GROUND[theme]
    picture = np.zeros((SIZE, SIZE, 4), np.float32)
    scale = tile.world_pixels / UNITS
    views = [View(scale, float(tile.x * SIZE - turn * tile.world_pixels), float(tile.y * SIZE)) for turn in marks.turns]
    if len(marks.areas.chunks):
        area = np.zeros((SIZE, SIZE + 1), np.float32)
        for view in views:
            antialias.add_area(area, marks.areas, view)
        antialias.mix(picture, antialias.settle_area(area), _rgba(rgb, _VEIL))
    dot = _DOT_PX if len(marks.dots.chunks) <= _MANY_DOTS else _SMALL_DOT_PX
    for lines, width in ((marks.specks, _SPECK_PX - 1.0), (marks.lines, _LINE_PX), (marks.dots, dot)):
        if len(lines.chunks):
            if len(lines.xy) <= _MOST_EDGED:
                antialias.mix(picture, _stroke(lines, views, width + _EDGE_PX), _rgba(ground, _EDGE_ALPHA))
            antialias.mix(picture, _stroke(lines, views, width), _rgba(rgb, _LINE_ALPHA))
    return Image.fromarray(antialias.to_bytes(picture))


def _stroke(lines: Lines, views: list[View], width: float) -> Coverage:
    coverage = np.zeros((SIZE, SIZE), np.float32)
    for view in views:
        antialias.add_lines(coverage, lines, view, width / 2)
    return coverage


def _dots(xy: NDArray[np.int32], pixel: int) -> Lines:
    """One dot for each pixel that holds a point: lines of no length."""
    if len(xy):
        cells = xy[:, 0].astype(np.int64) // pixel << 32 | xy[:, 1] // pixel
        xy = xy[np.sort(np.unique(cells, return_index=True)[1])]
    return _lines(np.repeat(xy, 2, axis=0), np.repeat(np.arange(len(xy)), 2))


def _is_kept(cells: NDArray[np.int32], part_of: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Vertices in another cell than the one before, and the first and last of each part."""
    if not len(part_of):
        return np.zeros(0, bool)
    is_first = np.concatenate([[True], part_of[1:] != part_of[:-1]])
    is_last = np.concatenate([is_first[1:], [True]])
    moves = np.concatenate([[True], (cells[1:] != cells[:-1]).any(axis=1)])
    return np.asarray(moves | is_first | is_last)


def _lines(xy: NDArray[np.int32], part_of: NDArray[np.int64]) -> Lines:
    """Vertices of parts, one after the other, cut into chunks that share their ends."""
    if not len(xy):
        nothing = np.empty((0, 2), np.int32)
        return Lines(nothing, nothing, np.empty((0, 4), np.int32))
    firsts = np.flatnonzero(np.concatenate([[True], part_of[1:] != part_of[:-1]]))
    edges = np.diff(np.concatenate([firsts, [len(xy)]])) - 1
    n = np.maximum(1, -(-edges // CHUNK_EDGES))
    rank = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    begin = np.repeat(firsts, n) + rank * CHUNK_EDGES
    end = np.minimum(begin + CHUNK_EDGES, np.repeat(firsts + edges, n))
    xy = np.ascontiguousarray(xy)
    chunks = np.column_stack([begin, end]).astype(np.int32)
    return Lines(xy, chunks, boxes_of(xy, chunks))


def _turns(shapes: PartnerShapes) -> tuple[int, ...]:
    """How often the world comes again beside itself: where shapes lie near its ends, or run on beyond them."""
    near = round(_REACH_PX * UNITS / SIZE)
    west = int(shapes.boxes[:, 0].min(initial=UNITS))
    east = int(shapes.boxes[:, 2].max(initial=0))
    return (0,) if west > near and east < UNITS - near else (-1, 0, 1)


def _rgba(colour: str, alpha: float) -> NDArray[np.float32]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return np.array([red, green, blue, alpha], np.float32)
