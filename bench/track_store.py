"""Stores filled with the positions of `track_world`, label by label: bare ones, and homes that a server can serve."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import psycopg

from bench import track_world as world
from bench.stores import BATCH, load_events
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress, PrivateCluster
from watchfloor.data.exercise.cast import AGENCIES
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import LabelSpec, ensure_agency, intern_label
from watchfloor.data.store import upgrade
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.scope import Tlp

KINDS = ("cargo", "tanker", "fishing", "passenger", "pleasure")
EVENTS = 100_000
SHARED, OWN = 15, 5


def load_positions(store: ClusterAddress, n: int, numbers: list[int], agency: str = "A") -> float:
    """n positions of a world, whose labels have these numbers in the store; seconds that the load took."""
    source = SourceInfo("bench-tracks", "Benchmark", "Benchmark", "none")
    form = Format("bench-tracks", "Benchmark", source, False, lambda *_: iter(()), frozenset({"fixes"}))
    order = Order(form, LabelSpec(agency, Tlp.GREEN), "bench")
    return ingest_batches(store, order, "bench", _batches(n, numbers)).seconds


def positions_home(n: int, homes: list[Path]) -> Callable[[Path], None]:
    """What fills the store of a home with n positions, and some seizures for what lies beside them on the map.

    Of thirty labels every analyst sees fifteen, and five of their agency's own: those of NTF just what the reader of
    other benchmarks sees. homes: where it is told which home that is.
    """

    def fill(home: Path) -> None:
        homes.append(home)
        with PrivateCluster(home) as cluster:
            upgrade(cluster.address, StoreKind.EXERCISE)
            numbers = _labels(cluster.address)
            taken = load_positions(cluster.address, n, numbers, AGENCIES[0].code)
            load_events(cluster.address, EVENTS, numbers)
            with psycopg.connect(cluster.address.conninfo(Role.OWNER), autocommit=True) as owner:
                owner.execute("VACUUM ANALYZE")
        print(f"  {n:,} positions invented and loaded in {taken:,.0f} s", flush=True)

    return fill


def _labels(store: ClusterAddress) -> list[int]:
    """Numbers of the thirty: what all see, then what only NTF, only CGD, and none but SBI."""
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        for agency in AGENCIES:
            ensure_agency(owner, agency.code, agency.name, agency.watch_phone)
        ensure_agency(owner, "A", "Agency A")
        shared = [f"S{number:02}" for number in range(SHARED)]
        for code in shared:
            ensure_agency(owner, code, f"Agency {code}")
        specs = [LabelSpec(code, Tlp.GREEN) for code in shared]
        # a label is the same if all of it is: who else may have it tells those of one agency apart
        own = [LabelSpec(a.code, Tlp.AMBER, releasable_to=frozenset(shared[:k])) for a in AGENCIES for k in range(OWN)]
        return [intern_label(owner, spec) for spec in [*specs, *own]]


def _batches(n: int, numbers: list[int]) -> Iterator[Batch]:
    """The positions of a world, label by label; the first batch of each brings its craft."""
    line = 1
    for label, of in world.labels(n):
        own = numbers[label - 1]
        identifier = (of.craft + 200_000_000).astype(np.int64)
        first = np.flatnonzero(np.diff(of.craft, prepend=-1))
        crafts = pl.DataFrame(
            {
                "kind": "vessel",
                "identifier": pl.Series(identifier[first]).cast(pl.String),
                "category": pl.Series([KINDS[kind] for kind in of.category[first]]),
                "label": pl.Series(np.full(len(first), own), dtype=pl.Int16),
            }
        )
        for begin in range(0, len(of.lon), BATCH):
            part = slice(begin, begin + BATCH)
            size = len(of.lon[part])
            fixes = pl.DataFrame(
                {
                    "craft_kind": "vessel",
                    "identifier": pl.Series(identifier[part]).cast(pl.String),
                    "at": pl.Series(of.at_s[part] * 1_000_000).cast(pl.Datetime("us", "UTC")),
                    "lon": of.lon[part],
                    "lat": of.lat[part],
                    "label": pl.Series(np.full(size, own), dtype=pl.Int16),
                    "line": np.arange(line, line + size),
                }
            )
            line += size
            yield Batch(size, {"crafts": crafts, "fixes": fixes} if begin == 0 else {"fixes": fixes})
