"""Stores to measure: a private cluster of our own with durable settings, as the product runs it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import psycopg
from psycopg import sql

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress, PrivateCluster
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import Account, LabelSpec, ensure_agency, ensure_principal, intern_label
from watchfloor.data.store import upgrade
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.scope import PrincipalKind, Right, Tier, Tlp

BATCH = 100_000
LABELS = 30


@contextmanager
def cluster() -> Iterator[ClusterAddress]:
    """A private cluster in a folder of its own, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="wfb-") as home, PrivateCluster(Path(home)) as running:
        yield running.address
        running.remove()


def new_store(address: ClusterAddress, name: str) -> ClusterAddress:
    """An empty, upgraded store in a database of its own."""
    with psycopg.connect(replace(address, database="postgres").conninfo(Role.OWNER), autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    store = replace(address, database=name)
    with psycopg.connect(store.conninfo(Role.OWNER), autocommit=True) as owner:
        for extension in ("postgis", "pgcrypto", "pg_trgm", "unaccent"):
            owner.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
    upgrade(store, StoreKind.EXERCISE)
    return store


def labels(store: ClusterAddress) -> list[int]:
    """Thirty labels, of which the reader of `token` sees twenty."""
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        for agency in ("A", "B"):
            ensure_agency(owner, agency, f"Agency {agency}")
        seen = [intern_label(owner, LabelSpec("A", Tlp.AMBER, Tier.OPEN, f"C{i}")) for i in range(20)]
        hidden = [intern_label(owner, LabelSpec("B", Tlp.AMBER_STRICT, Tier.OPEN, f"H{i}")) for i in range(LABELS - 20)]
        rights = tuple((Right.COMPARTMENT, f"C{i}") for i in range(20))
        ensure_principal(owner, Account("reader", PrincipalKind.PERSON, "Reader", "A", rights))
    return seen + hidden


def token(store: ClusterAddress) -> str:
    """A sign-in of the reader."""
    return Gate(store).issue("reader", Terms())


def load_events(store: ClusterAddress, n: int, numbers: list[int]) -> float:
    """n seizures round 400 places over five years; seconds that the load took."""
    return ingest_batches(store, event_order(), "bench", event_batches(n, numbers)).seconds


def event_order() -> Order:
    """What those seizures are ordered under."""
    source = SourceInfo("bench", "Benchmark", "Benchmark", "none")
    return Order(Format("bench", "Benchmark", source, False, lambda *_: iter(())), LabelSpec("A", Tlp.GREEN), "bench")


def load_fixes(store: ClusterAddress, n: int) -> float:
    """n positions of a thousandth as many vessels, a minute apart; seconds that the load took."""
    source = SourceInfo("bench-fixes", "Benchmark", "Benchmark", "none")
    form = Format("bench-fixes", "Benchmark", source, False, lambda *_: iter(()), frozenset({"fixes"}))
    # what a file would hold is made before the clock runs
    batches = list(_tracks(n))
    return ingest_batches(store, Order(form, LabelSpec("A", Tlp.GREEN), "bench"), "bench", iter(batches)).seconds


def _tracks(n: int) -> Iterator[Batch]:
    rng = np.random.default_rng(6)
    vessels = max(1, n // 1000)
    first = int(datetime(2021, 1, 1, tzinfo=UTC).timestamp() * 1e6)
    names = pl.Series(np.arange(vessels) + 200_000_000).cast(pl.String)
    crafts = pl.DataFrame({"kind": "vessel", "identifier": names, "category": "cargo"})
    for start in range(0, n, BATCH):
        row = np.arange(start, min(start + BATCH, n))
        vessel, step = row % vessels, row // vessels
        fixes = pl.DataFrame(
            {
                "craft_kind": "vessel",
                "identifier": pl.Series(vessel + 200_000_000).cast(pl.String),
                "at": pl.Series(first + step * 60_000_000).cast(pl.Datetime("us", "UTC")),
                "lon": -90 + vessel % 100 / 5 + step * 0.001,
                "lat": 20 + vessel // 100 % 20 + np.sin(step / 100),
                "speed_kn": rng.uniform(0, 20, len(row)),
                "course_deg": rng.uniform(0, 360, len(row)),
                "line": row + 1,
            }
        )
        yield Batch(len(row), {"crafts": crafts, "fixes": fixes} if start == 0 else {"fixes": fixes})


def event_batches(n: int, numbers: list[int]) -> Iterator[Batch]:
    """The seizures of `load_events`, in batches; fewer of them are the first of more."""
    rng = np.random.default_rng(5)
    places = np.column_stack([rng.uniform(-125, -65, 400), rng.uniform(10, 49, 400)])
    first = int(datetime(2021, 1, 1, tzinfo=UTC).timestamp() * 1e6)
    for start in range(0, n, BATCH):
        size = min(BATCH, n - start)
        home = rng.zipf(1.3, size) % 400
        keys = [f"s{i}" for i in range(start, start + size)]
        at = first + rng.integers(0, 5 * 365 * 86_400, size) * 1_000_000
        own = pl.Series(rng.choice(numbers, size), dtype=pl.Int16)
        events = pl.DataFrame(
            {
                "key": keys,
                "kind": "seizure",
                "title": "Seizure",
                "starts": pl.Series(at).cast(pl.Datetime("us", "UTC")),
                "time_precision": 1,
                "lon": places[home, 0] + rng.normal(0, 0.4, size),
                "lat": places[home, 1] + rng.normal(0, 0.4, size),
                "uncertainty_m": 20.0,
                "place_precision": 0,
                "label": own,
            }
        )
        items = pl.DataFrame(
            {
                "event_key": keys,
                "substance_id": pl.Series(rng.choice([1, 2, 3, 5, 7], size), dtype=pl.Int16),
                "amount": rng.lognormal(1, 1.5, size),
                "unit": "kg",
                "label": own,
            }
        )
        yield Batch(size, {"events": events, "seizure_items": items})
