"""Questions of an earlier moment, over a million events that were corrected since, under policies, from raw facts."""

import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import polars as pl
import psycopg

from bench.results import Result, p95
from bench.stores import event_batches, event_order, labels, new_store, token
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.door import Asked, Door
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import ingest_batches
from watchfloor.data.questions.cells import seizure_cells
from watchfloor.data.questions.seizure_places import seizure_places
from watchfloor.data.questions.trend import seizure_trend
from watchfloor.geo.bbox import BBox
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query

N = 1_000_000
RUNS = 5
CORRECTED = 100_000
ROUNDS = 5

type Connection = psycopg.Connection
type Question = Callable[[Connection, Query], object]


@dataclass(frozen=True, slots=True)
class Kept:
    """A store of several loads and a correction, and the moments after each."""

    store: ClusterAddress
    moments: tuple[datetime, ...]


def measure(address: ClusterAddress) -> list[Result]:
    """Loads, corrects and asks of each moment."""
    kept = load_history(new_store(address, "known_at"))
    whole = Query(Layer.SEIZURES, Period(date(2021, 1, 1), date(2026, 1, 1)), resolution=3)
    near = replace(whole, bbox=BBox(-118.6, 31.5, -113.2, 35.0), resolution=6)
    asked: tuple[tuple[str, Question, Query], ...] = (
        ("hexagons of the world", seizure_cells, whole),
        ("hexagons of the world, one substance", seizure_cells, replace(whole, substances=("cocaine",))),
        ("hexagons of a region", seizure_cells, near),
        ("trend of the world", seizure_trend, whole),
        ("trend of the world, one substance", seizure_trend, replace(whole, substances=("cocaine",))),
        ("places of the world", seizure_places, whole),
        ("places of the world, one substance", seizure_places, replace(whole, substances=("cocaine",))),
    )
    return [_result(kept, *one) for one in asked]


def load_history(store: ClusterAddress) -> Kept:
    """A million events in five runs, of which a tenth is corrected by a sixth; the moment after each."""
    numbers, moments = labels(store), []
    for given in (*_parts(numbers), _corrections(numbers)):
        ingest_batches(store, event_order(), "bench", given)
        moments.append(datetime.now(UTC))
    with psycopg.connect(store.conninfo(Role.OWNER), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    return Kept(store, tuple(moments))


def _parts(numbers: list[int]) -> Iterator[Iterator[Batch]]:
    batches = list(event_batches(N, numbers))
    each = len(batches) // RUNS
    for start in range(0, len(batches), each):
        yield iter(batches[start : start + each])


def _corrections(numbers: list[int]) -> Iterator[Batch]:
    batch = next(iter(event_batches(CORRECTED, numbers)))
    items = batch.frames["seizure_items"].with_columns(pl.col("amount") * 2)
    yield Batch(batch.read, {"events": batch.frames["events"], "seizure_items": items})


def _result(kept: Kept, name: str, question: Question, query: Query) -> Result:
    times = [_seconds(kept.store, question, replace(query, known_at=at)) for at in kept.moments for _ in range(ROUNDS)]
    slow = p95(times)
    load = os.getloadavg()[0]
    return Result(f"known at, {name}: p95 (load {load:.1f})", slow * 1e3, "ms", "< 2,000 ms", slow < 2)


def _seconds(store: ClusterAddress, question: Question, query: Query) -> float:
    secret = token(store)
    with Door(store) as door:
        with door.open(secret, Asked("page", {"asks": "warm"})):
            pass
        began = time.perf_counter()
        with door.open(secret, Asked("view", query.subject(), uuid.uuid4())) as (connection, _scope):
            question(connection, query)
        return time.perf_counter() - began
