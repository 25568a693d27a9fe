"""The densest harbour close up, at zoom 13: by us, by Datashader from an unsorted frame, by GeoPandas from PostGIS."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO

import numpy as np
import psycopg
import sqlalchemy

from bench.memory import Memory
from bench.results import Result
from bench.track_build import VISIBLE, YEAR
from bench.track_peers import extent, pixels
from bench.track_views import ROUNDS, WIDE, drawn, frame_of, opened, said, short, timed
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.tracks.plan import DayVersion
from watchfloor.data.tracks.shelf import TrackShelf
from watchfloor.data.tracks.view import TrackView
from watchfloor.geo.track_counting import Place
from watchfloor.geo.track_levels import POSITIONS

ZOOM = 13
# the peer's table holds so many degrees about the harbour, which is to its advantage
ABOUT_DEG = 1.0
# its frame of more takes gigabytes
MOST_OF_DATASHADER = 200_000_000
_PEER = """
CREATE TABLE bench_harbour AS
SELECT f.label_id, c.category, ST_SetSRID(ST_Point(f.lon, f.lat), 4326) AS geom
FROM watchfloor.fix AS f JOIN watchfloor.craft AS c ON c.id = f.craft_id
WHERE f.lon BETWEEN %(west)s AND %(east)s AND f.lat BETWEEN %(south)s AND %(north)s
"""
_READ = (
    "SELECT category, geom FROM bench_harbour "
    "WHERE geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326) AND label_id = ANY(%(labels)s)"
)


def harbour(view: TrackView) -> tuple[Place, ...]:
    """24 tiles about the tile of zoom 13 that one comes to by always going where most positions are."""
    busiest = max(WIDE, key=lambda place: _held(view, place))
    while busiest.z < ZOOM:
        below = [Place(busiest.z + 1, busiest.x * 2 + i, busiest.y * 2 + j) for i in (0, 1) for j in (0, 1)]
        busiest = max(below, key=lambda place: _held(view, place))
    return tuple(Place(ZOOM, busiest.x - 3 + i, busiest.y - 2 + j) for j in range(4) for i in range(6))


def close_views(n: int, files: TrackShelf, days: list[DayVersion]) -> list[Result]:
    """Ours, and Datashader's of the same positions of the same labels, in the order in which they came."""
    view = opened(files, days, YEAR)
    around = harbour(view)
    held = sum(_held(view, place) for place in around)
    name = f"24 tiles close up in a dense harbour, {short(n)} ({held:,} positions)"
    with Memory() as memory:
        seconds, against = ours(view, around)
    found = [
        said(Result(name, seconds * 1e3, "ms", "<= 150 ms", seconds <= 0.15, against)),
        said(Result(f"memory of views, {short(n)}", memory.most_gb, "GB", "<= 2 GB", memory.most_gb <= 2)),
    ]
    if n <= MOST_OF_DATASHADER:
        theirs = _datashader(n, around)
        name = f"the harbour by Datashader, {short(n)}"
        found.append(said(Result(name, theirs * 1e3, "ms", "", None, "ours", theirs / seconds)))
    return found


def ours(view: TrackView, around: tuple[Place, ...]) -> tuple[float, str]:
    """Seconds for these tiles, and what they took of the processor."""
    with ThreadPoolExecutor(os.cpu_count()) as hands:
        first = timed(lambda: drawn(view, around, hands), 1)
        used = time.process_time()
        seconds = timed(lambda: drawn(view, around, hands))
        used = (time.process_time() - used) / ROUNDS
    told = f"processor {used * 1e3:.0f} ms, the first time {first * 1e3:.0f} ms, load {os.getloadavg()[0]:.1f}"
    return seconds, told


def by_geopandas(store: ClusterAddress, labels: list[int], around: tuple[Place, ...], ours_s: float) -> list[Result]:
    """read_postgis and plot of the same positions, from a table with a geometry and its index, to a PNG as large.

    labels: what the store calls those that the reader sees.
    """
    box = _degrees(around)
    with psycopg.connect(store.conninfo(Role.OWNER), autocommit=True) as owner:
        wider = {name: value + (ABOUT_DEG if name in {"east", "north"} else -ABOUT_DEG) for name, value in box.items()}
        owner.execute(_PEER, wider)
        owner.execute("CREATE INDEX ON bench_harbour USING gist (geom)")
        owner.execute("VACUUM ANALYZE bench_harbour")
    engine = sqlalchemy.create_engine(store.sqlalchemy_url(Role.OWNER))
    begun = time.perf_counter()
    n = _read_and_plotted(engine, box | {"labels": labels}, pixels(around))
    seconds = time.perf_counter() - begun
    engine.dispose()
    ratio = seconds / ours_s
    name = f"the harbour by GeoPandas: read_postgis and plot ({n:,} positions)"
    return [said(Result(name, seconds * 1e3, "ms", ">= 20 x ours", ratio >= 20, "ours", ratio))]


def _read_and_plotted(engine: sqlalchemy.Engine, given: dict[str, object], size: tuple[int, int]) -> int:
    import geopandas  # noqa: PLC0415 - only who measures needs it
    from matplotlib.figure import Figure  # noqa: PLC0415

    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        frame = geopandas.read_postgis(_READ, raw, params=given)
    figure = Figure(figsize=(size[0] / 100, size[1] / 100), dpi=100)
    frame.plot(ax=figure.add_subplot(), column="category", markersize=1)
    figure.savefig(BytesIO(), format="png")
    return len(frame)


def _datashader(n: int, around: tuple[Place, ...]) -> float:
    import datashader as ds  # noqa: PLC0415

    frame = frame_of(n)
    across, down = extent(around)
    canvas = ds.Canvas(*pixels(around), across, down)

    def draw() -> object:
        return canvas.points(frame[frame.label.isin(VISIBLE)], "x", "y", ds.count_cat("category"))

    draw()
    return timed(partial(draw), 3)


def _held(view: TrackView, place: Place) -> int:
    return int(view.tile(place, POSITIONS).sum())


def _degrees(around: tuple[Place, ...]) -> dict[str, float]:
    (west, east), (north, south) = extent(around)
    lat = [float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y))))) for y in (south, north)]
    return {"west": west * 360 - 180, "south": lat[0], "east": east * 360 - 180, "north": lat[1]}
