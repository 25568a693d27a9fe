"""From a lit pixel to its craft: how long a tap waits, by how near the map is, in a store with many positions.

`python -m bench clicks` loads two million and builds derived tracks from the store, which tell on which days to look;
WATCHFLOOR_BENCH_CLICKS=1e8 loads another number. Each tap is somewhere else, on a position that the reader may see, and
asks for the whole year.
"""

import os
import time
import uuid
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import psycopg

from bench import track_world as world
from bench.memory import Memory
from bench.results import Result, p95
from bench.stores import labels, new_store, token
from bench.track_build import VISIBLE
from bench.track_build import YEAR as WHOLE
from bench.track_harbour import by_geopandas, harbour, ours
from bench.track_store import load_positions
from bench.track_views import opened, said
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.repository import Asker, Repository
from watchfloor.data.tracks.build import build, day_versions
from watchfloor.data.tracks.hands import hands
from watchfloor.data.tracks.shelf import TrackShelf
from watchfloor.data.tracks.source import read_positions
from watchfloor.geo.disc import Disc
from watchfloor.geo.period import Period, dawn
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.track_pieces import MOST_SILENCE_S

YEAR: Final = Query(Layer.SEIZURES, Period(date(2025, 1, 1), date(2026, 1, 1)))
ZOOMS: Final = (4, 8, 13)
# as the page has it: all within so many pixels
REACH_PX: Final = 8
EQUATOR_M: Final = 40_075_016.7
TAPS: Final = 30
GOAL_S: Final = 0.3
FIRST: Final = date(2025, 1, 1)
DAYS: Final = world.DAYS


def measure(address: ClusterAddress) -> list[Result]:
    """Load, then tap."""
    n = int(float(os.environ.get("WATCHFLOOR_BENCH_CLICKS", "2e6")))
    store = new_store(address, "clicks")
    numbers = labels(store)
    taken = load_positions(store, n, numbers)
    with psycopg.connect(store.conninfo(Role.OWNER), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    print(f"  {n:,} positions invented and loaded in {taken:,.0f} s", flush=True)
    with TemporaryDirectory(dir=os.environ.get("WATCHFLOOR_BENCH_FOLDER")) as folder:
        shelf = TrackShelf(f"{folder}/tracks", Path(folder) / "fetched")
        return [
            *_built(store, shelf, n),
            *tapped(store, shelf, n, token(store)),
            *tapped(store, None, n, token(store)),
            *_harbour(store, shelf, numbers[: len(VISIBLE)]),
        ]


def _built(store: ClusterAddress, shelf: TrackShelf, n: int) -> list[Result]:
    """The product's own build from the store, and the reading alone of what it reads."""
    with Memory() as memory, hands("") as many:
        built = build(store, shelf, many, lambda _: None)
        begun = time.perf_counter()
        read = sum(many(_read, [(store.conninfo(Role.INTAKE), FIRST + timedelta(days=day)) for day in range(DAYS)]))
        read_s = time.perf_counter() - begun
    size = f"{n / 1e6:.1f} M"
    load = f"load {os.getloadavg()[0]:.1f}"
    return [
        said(Result(f"build of derived files from the store, {size}", built.seconds, "s", "", None, load)),
        said(Result(f"reading alone of {read / 1e6:.1f} M with their evenings before", read_s, "s", "", None, load)),
        said(Result(f"memory of building from it, {size}", memory.most_gb, "GB", "<= 4 GB", memory.most_gb <= 4)),
    ]


def _read(conninfo: str, day: date) -> int:
    """As make_days reads a day, and nothing more; how many positions."""
    with psycopg.connect(conninfo, options="-c timezone=UTC") as connection:
        since, until = dawn(day) - timedelta(seconds=MOST_SILENCE_S), dawn(day) + timedelta(days=1)
        labels = [version.label for version in day_versions(connection, day, day)]
        return sum(len(rows.craft) for _, rows in read_positions(connection, labels, since, until))


def _harbour(store: ClusterAddress, shelf: TrackShelf, visible: list[int]) -> list[Result]:
    """The densest harbour by us and by GeoPandas from the same store."""
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        days = day_versions(connection)
    view = opened(shelf, days, WHOLE, tuple(visible))
    around = harbour(view)
    seconds, against = ours(view, around)
    own = Result("24 tiles close up in a dense harbour, from the store's files", seconds * 1e3, "ms", "", None, against)
    return [said(own), *by_geopandas(store, visible, around, seconds)]


def tapped(store: ClusterAddress, shelf: TrackShelf | None, n: int, signed_in: str) -> list[Result]:
    """Taps by zoom of who has signed in; without derived files every position is read from the store."""
    with Repository(store, shelf) as repository:
        asker = Asker(signed_in, uuid.uuid4())
        return [_tapped(repository, asker, n, zoom) for zoom in ZOOMS]


def _tapped(repository: Repository, asker: Asker, n: int, zoom: int) -> Result:
    rng, seconds, found, most = np.random.default_rng(zoom), [], [], 0
    for _ in range(TAPS + 1):
        # the reader sees the first twenty labels
        of = world.positions(world.LABELS * world.PER_CRAFT, int(rng.integers(1, 21)), seed=1)
        at = int(rng.integers(0, len(of.lon)))
        metres = REACH_PX * EQUATOR_M / 256 / 2**zoom * float(np.cos(np.radians(of.lat[at])))
        begun = time.perf_counter()
        passing = repository.tracks_under(asker, YEAR, Disc(float(of.lon[at]), float(of.lat[at]), metres))
        seconds.append(time.perf_counter() - begun)
        found.append(passing.n_craft)
        most = max(most, passing.n_fixes)
    slow = p95(seconds[1:])
    said = f"{min(found):,} to {max(found):,} craft, at most {most:,} positions, load {os.getloadavg()[0]:.1f}"
    where = "" if repository._tracks is not None else ", without derived files"
    name = f"tap on tracks, zoom {zoom}, {n / 1e6:.1f} M positions{where}: p95 of {TAPS}"
    print(f"  {name}: {slow * 1e3:,.0f} ms, median {np.median(seconds[1:]) * 1e3:,.0f} ms ({said})", flush=True)
    return Result(name, slow * 1e3, "ms", "<= 300 ms", slow <= GOAL_S, said)
