"""Questions of an earlier moment, over a million events that were corrected since, under policies, from raw facts."""

import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import psycopg

from bench.results import Result, p95
from bench.stores import event_batches, event_order, labels, new_store, token
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.door import Asked, Door
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import ingest_batches
from watchfloor.data.questions.behind import behind_cell
from watchfloor.data.questions.cells import seizure_cells
from watchfloor.data.questions.seizure_places import seizure_places
from watchfloor.data.questions.trend import seizure_trend
from watchfloor.geo.bbox import BBox
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.spot import Spot, SpotKind

N = 1_000_000
RUNS = 5
CORRECTED = 100_000
ROUNDS = 2
GOAL_S = 2.0

type Connection = psycopg.Connection
type Question = Callable[[Connection, Query], object]


@dataclass(frozen=True, slots=True)
class Kept:
    """A store of several loads and a correction, and the moments after each."""

    store: ClusterAddress
    moments: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """Of each time that a question was asked: seconds on the clock, and those of the processor for both programs."""

    clock: tuple[float, ...]
    processor: tuple[float, ...]


def measure(address: ClusterAddress) -> list[Result]:
    """Loads, corrects and asks: of each moment once, and of the two latest, which know most, again."""
    began = time.perf_counter()
    kept = load_history(new_store(address, "known_at"))
    print(f"  {N:,} events, of which {CORRECTED:,} corrected: {time.perf_counter() - began:.0f} s", flush=True)
    secret, results = token(kept.store), []
    with Door(kept.store, most=1) as door:
        for name, question, query in _asked():
            results.append(_result(name, _times(door, secret, question, query, kept.moments)))
            print(f"  {results[-1].name}: {results[-1].value:,.0f} ms, {results[-1].against}", flush=True)
    return results


def load_history(store: ClusterAddress) -> Kept:
    """A million events in five runs, of which a tenth is corrected by a sixth; the moment after each."""
    numbers, moments = labels(store), []
    for given in (*_parts(numbers), _corrections(numbers)):
        ingest_batches(store, event_order(), "bench", given)
        moments.append(datetime.now(UTC))
    with psycopg.connect(store.conninfo(Role.OWNER), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    return Kept(store, tuple(moments))


def _asked() -> Iterator[tuple[str, Question, Query]]:
    whole = Query(Layer.SEIZURES, Period(date(2021, 1, 1), date(2026, 1, 1)), resolution=3)
    month = replace(whole, period=Period(date(2023, 5, 1), date(2023, 6, 1)))
    # half of all events, in less than is read in one go; and one hexagon that holds thousands of them
    half, near = (replace(whole, bbox=BBox(-125, 12, -95, 45), resolution=5), BBox(-118.6, 31.5, -113.2, 35.0))
    for name, question in (("hexagons", seizure_cells), ("trend", seizure_trend), ("places", seizure_places)):
        yield f"{name} of the world", question, whole
        yield f"{name} of the world, one substance", question, replace(whole, substances=("cocaine",))
        yield f"{name} of the world, one month", question, month
        if question is not seizure_places:
            yield f"{name} of half a continent", question, half
            yield f"{name} of a region", question, replace(whole, bbox=near, resolution=6)
    yield "what stands behind the fullest hexagon", _behind_fullest, whole


def _behind_fullest(connection: Connection, query: Query) -> object:
    counts = seizure_cells(connection, replace(query, known_at=None))
    fullest = int(counts.cells[counts.n.argmax()])
    return behind_cell(connection, query, Spot(SpotKind.CELL, f"{fullest:x}"))


def _parts(numbers: list[int]) -> Iterator[Iterator[Batch]]:
    batches = list(event_batches(N, numbers))
    each = len(batches) // RUNS
    for start in range(0, len(batches), each):
        yield iter(batches[start : start + each])


def _corrections(numbers: list[int]) -> Iterator[Batch]:
    batch = next(iter(event_batches(CORRECTED, numbers)))
    items = batch.frames["seizure_items"].with_columns(pl.col("amount") * 2)
    yield Batch(batch.read, {"events": batch.frames["events"], "seizure_items": items})


def _times(door: Door, secret: str, question: Question, query: Query, moments: tuple[datetime, ...]) -> Times:
    rounds = [*moments, *moments[-2:] * (ROUNDS - 1)]
    clock, processor = zip(
        *(_seconds(door, secret, question, replace(query, known_at=at)) for at in rounds), strict=True
    )
    return Times(clock, processor)


def _seconds(door: Door, secret: str, question: Question, query: Query) -> tuple[float, float]:
    began = time.perf_counter()
    with door.open(secret, Asked("view", query.subject(), uuid.uuid4())) as (connection, _scope):
        server = connection.info.backend_pid
        used = time.process_time() + _processor_seconds(server)
        question(connection, query)
        used = time.process_time() + _processor_seconds(server) - used
    return time.perf_counter() - began, used


def _processor_seconds(pid: int) -> float:
    """Of a process of this machine, without what others work for it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def _result(name: str, times: Times) -> Result:
    slow, load = p95(times.clock), os.getloadavg()[0]
    said = f"load {load:.1f}, processor {max(times.processor):.1f} s"
    return Result(f"known at, {name}: p95", slow * 1e3, "ms", f"< {GOAL_S * 1e3:,.0f} ms", slow < GOAL_S, said)
