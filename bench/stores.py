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
    source = SourceInfo("bench", "Benchmark", "Benchmark", "none")
    order = Order(Format("bench", "Benchmark", source, False, lambda *_: iter(())), LabelSpec("A", Tlp.GREEN), "bench")
    return ingest_batches(store, order, "bench", _batches(n, numbers)).seconds


def _batches(n: int, numbers: list[int]) -> Iterator[Batch]:
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
