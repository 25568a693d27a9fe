"""The hexagon question over a million events: with policies, and the same without."""

import time
import uuid
from dataclasses import replace
from datetime import date

import psycopg

from bench.results import Result, p95
from bench.stores import labels, load_events, new_store, token
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.door import Asked, Door
from watchfloor.data.questions.cells import seizure_cells
from watchfloor.data.questions.seizure_places import seizure_places
from watchfloor.geo.bbox import BBox
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query

N = 1_000_000
ROUNDS = 40
PLACES_ROUNDS = 5


def measure(address: ClusterAddress) -> list[Result]:
    """Loads the events and asks."""
    store = new_store(address, "questions")
    seconds = load_events(store, N, labels(store))
    with psycopg.connect(store.conninfo(Role.OWNER), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    whole = Query(Layer.SEIZURES, Period(date(2021, 1, 1), date(2026, 1, 1)), resolution=3)
    odd = replace(whole, period=Period(date(2021, 3, 17), date(2025, 11, 5)))
    near = replace(odd, bbox=BBox(-118.6, 31.5, -113.2, 35.0), resolution=6)
    results = [Result("load of 1 M events with roll-ups", N / seconds, "rows/s")]
    for name, query in (("world, whole years", whole), ("world, odd days", odd), ("a region, odd days", near)):
        under, free = _times(store, query)
        results.append(
            Result(
                f"hexagons over 1 M events, {name}: p95 under policies",
                p95(under) * 1e3,
                "ms",
                "< 100 ms",
                p95(under) < 0.1,
                "the same without policies, medians",
                sorted(under)[ROUNDS // 2] / sorted(free)[ROUNDS // 2],
            )
        )
    return [*results, _places(store, whole)]


def _places(store: ClusterAddress, query: Query) -> Result:
    """The places of all seizures that the reader may see, of which hardly two are the same; the slowest of a few."""
    secret, seconds, found = token(store), [], 0
    with Door(store) as door:
        for _ in range(PLACES_ROUNDS + 1):
            began = time.perf_counter()
            with door.open(secret, Asked("view", query.subject(), uuid.uuid4())) as (connection, _scope):
                found = len(seizure_places(connection, query).lon)
            seconds.append(time.perf_counter() - began)
    slowest = max(seconds[1:])
    name = f"places of {found:,} seizures under policies: slowest of {PLACES_ROUNDS}"
    return Result(name, slowest * 1e3, "ms", "< 2,000 ms", slowest < 2)


def _times(store: ClusterAddress, query: Query) -> tuple[list[float], list[float]]:
    """Seconds of each question as the login role under its scope, and as the owner past all policies."""
    secret, under, free = token(store), [], []
    with Door(store) as door, psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        # the first round opens the connections and is not measured
        for _ in range(ROUNDS + 1):
            began = time.perf_counter()
            with door.open(secret, Asked("view", query.subject(), uuid.uuid4())) as (connection, _scope):
                seizure_cells(connection, query)
            under.append(time.perf_counter() - began)
            began = time.perf_counter()
            seizure_cells(owner, query)
            free.append(time.perf_counter() - began)
    return under[1:], free[1:]
