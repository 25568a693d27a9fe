"""Small tracks for tests, and what a bucket of them counts on any tile."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
from hypothesis import strategies as st

from watchfloor.geo.crs import HALF_TURN_M, to_mercator
from watchfloor.geo.track_bucket import Bytes
from watchfloor.geo.track_counting import EVER, Canvas, Look, Place, Wanted, blank, count, shelf
from watchfloor.geo.track_marks import Mark
from watchfloor.geo.track_pieces import MARKED, Pieces, Positions, pieces

RAW = 0xFFFF
# craft, seconds after the one before it, longitude, latitude, category, whether cleaning has marked it
type Row = tuple[int, int, float, float, int, bool]
type Pixel = tuple[int, int, int]


def positions(rows: Iterable[Row], *, begins_s: int = 1_700_000_000) -> Positions:
    """Positions by craft and time, each craft one stretch, marked ones in none."""
    told = sorted(rows, key=lambda row: row[0])
    craft, after, lon, lat, category, is_marked = zip(*told, strict=True) if told else ((),) * 6
    voyage = np.where(np.array(is_marked, bool), -1, np.array(craft, np.int64))
    at_s = begins_s + np.cumsum(np.array(after, np.int64))
    return Positions(
        np.array(lon, float),
        np.array(lat, float),
        at_s,
        np.array(craft, np.int64),
        np.array(category, np.int16),
        voyage,
        np.where(voyage < 0, int(Mark.DUPLICATE), 0).astype(np.uint16),
    )


def line(*places: tuple[float, float], craft: int = 1, category: int = 0) -> Pieces:
    """Pieces of one track through these longitudes and latitudes, a minute apart."""
    return pieces(positions((craft, 60, lon, lat, category, False) for lon, lat in places))


def _degrees(least: int, most: int) -> st.SearchStrategy[float]:
    # no place is on the border of a pixel, where two ways of reckoning may part
    return st.integers(least * 1_000, most * 1_000 - 1).map(lambda thousandths: (thousandths + 0.1234567) / 1_000)


LONGITUDES = _degrees(-180, 180)
LATITUDES = _degrees(-90, 90)
ROWS = st.tuples(st.integers(0, 2), st.integers(1, 4_000), LONGITUDES, LATITUDES, st.integers(0, 7), st.booleans())
FAR = st.lists(ROWS, max_size=6).map(positions)
# within a few kilometres: many in one pixel, and steps shorter than one
NEAR_ROWS = st.tuples(
    st.integers(0, 2),
    st.integers(1, 4_000),
    _degrees(2, 3).map(lambda lon: lon / 20),
    _degrees(48, 49).map(lambda lat: 48 + lat / 500),
    st.integers(0, 7),
    st.booleans(),
)
NEAR = st.lists(NEAR_ROWS, max_size=20).map(positions)
TRACKS = FAR | NEAR


def tile(
    buckets: list[Bytes],
    place: Place,
    measure: int,
    categories: int = RAW,
    times: tuple[int, int] = EVER,
    *,
    ring: int = 0,
) -> Canvas:
    """What the buckets hold on a tile and a ring around it."""
    canvas = blank(ring)
    count(shelf(buckets), Look(place, Wanted(measure, categories, *times), ring), canvas)
    return canvas


def lit(canvas: Canvas, place: Place) -> Counter[Pixel]:
    """Counts of a tile by category and pixel of the whole world at its zoom, column and row."""
    category, pixel = np.nonzero(canvas)
    columns, rows = place.x * 256 + pixel % 256, place.y * 256 + pixel // 256
    counts = canvas[category, pixel]
    return Counter(
        dict(zip(zip(*map(np.ndarray.tolist, (category, columns, rows)), strict=True), counts.tolist(), strict=True))
    )


def on_all(buckets: list[Bytes], zoom: int, measure: int, tiles: Iterable[tuple[int, int]]) -> Counter[Pixel]:
    """Counts of several tiles of a zoom."""
    found: Counter[Pixel] = Counter()
    for x, y in set(tiles):
        place = Place(zoom, x, y)
        found += lit(tile(buckets, place, measure), place)
    return found


def pixels_of(of: Positions, zoom: int) -> tuple[np.ndarray, np.ndarray]:
    """Columns and rows of the pixels of a zoom in which positions lie, reckoned in metres."""
    size = 256 << zoom
    x, y = to_mercator(of.lon, of.lat)
    column = np.floor((x / HALF_TURN_M + 1) / 2 * size).astype(int)
    row = np.floor((1 - y / HALF_TURN_M) / 2 * size).astype(int)
    return np.clip(column, 0, size - 1), np.clip(row, 0, size - 1)


def histogram(of: Positions, zoom: int) -> Counter[Pixel]:
    """Positions by category (8 more where marked) and pixel, by NumPy alone."""
    column, row = pixels_of(of, zoom)
    category = of.category + np.where(of.voyage < 0, MARKED, 0)
    keys, counts = np.unique(np.stack([category, column, row]), axis=1, return_counts=True)
    return Counter(dict(zip(zip(*keys.tolist(), strict=True), counts.tolist(), strict=True)))
