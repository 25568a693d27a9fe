"""Pictures of hexagons: what is known finely bears the colours of the scale, what is known roughly is hatched below."""

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.answers import CellCounts
from watchfloor.geo.cells import cells_of, parent
from watchfloor.geo.query import Measured
from watchfloor.layers.hexagons import draw_hexagons, hexagons
from watchfloor.layers.palettes import ramp
from watchfloor.layers.tilegrid import SIZE, Tile

TILE = Tile(6, 15, 24)


def drawn(tile: Tile, *, fine: bool = True) -> NDArray[np.uint8]:
    """A tile within a cell of resolution 1, with one of resolution 4 in its middle, if fine."""
    box = TILE.bounds_lonlat
    lon, lat = np.array([(box.west + box.east) / 2]), np.array([(box.south + box.north) / 2])
    cell = cells_of(lon, lat, 4)
    cells = np.concatenate([parent(cell, 1), cell] if fine else [parent(cell, 1)])
    counts = CellCounts(cells, np.arange(3, 3 + cells.size), np.zeros(cells.size), 4)
    return np.asarray(draw_hexagons(tile, hexagons(counts, Measured.COUNT), "dark"))


def test_what_is_known_finely_is_opaque_in_a_colour_of_the_scale() -> None:
    middle = drawn(TILE)[SIZE // 2, SIZE // 2]
    assert middle[3] == 255
    assert (ramp("events", "dark") == middle[:3]).all(axis=1).any()


def test_what_is_known_roughly_is_hatched_and_never_passes_for_a_colour_of_the_scale() -> None:
    alpha = drawn(TILE, fine=False)[96:160, 96:160, 3]
    assert 0 < alpha.min() < 16 < alpha.max() < 150
    assert 0.05 < (alpha == alpha.max()).mean() < 0.2


def test_strokes_run_on_from_one_tile_to_the_next() -> None:
    left, right = (drawn(Tile(TILE.z, TILE.x + more, TILE.y), fine=False)[:, :, 3] for more in (0, 1))
    strokes = np.concatenate([left, right], axis=1) > 16
    inside = strokes[96:160, SIZE - 8 : SIZE + 8]
    assert inside.any()
    assert (inside[1:, :-1] == inside[:-1, 1:]).all()
