"""Counts beside every filter, of a million events, each time counted anew; and one plain count of the same rows.

The first question of a reader brings the columns of all its years into memory, the first with a text what texts are
looked for in; those that follow are of other days, conditions and words each time, so that no answer is at hand.
"""

import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import psycopg

from bench.results import Result, p95
from bench.stores import labels, load_events, new_store, token
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.narrowing import Narrowing
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query

# the reader sees two thirds of the labels
LOADED = 1_500_000
ROUNDS = 12
GOAL_S = 0.5
EVER = Query(Layer.SEIZURES, Period(date(2021, 1, 1), date(2026, 1, 1)))
ONLY = (
    Narrowing(),
    Narrowing(least_kg=5.0),
    Narrowing(labels=(1, 2, 3)),
    Narrowing(agencies=("A",), least_kg=1.0, most_kg=40.0),
)
TEXT = (
    Narrowing(text="seiz"),
    Narrowing(text="officer 77", least_kg=5.0),
    Narrowing(text="port lane absent"),
    Narrowing(text="vessel 12"),
)
# what a record says beside its numbers, some 130 letters; the bench's events are made without
_WRITTEN = """UPDATE watchfloor.event SET place_name = 'Port of ' || (h & 1023), attributes = jsonb_build_object(
    'conveyance', (ARRAY['vessel', 'truck', 'aircraft', 'parcel'])[1 + (h & 3)], 'concealment', 'false floor',
    'remarks', 'found by officer ' || (h & 65535) || ' at lane ' || (h & 15))
FROM (SELECT id AS of, hashtext(id::text) AS h FROM watchfloor.event) AS w WHERE w.of = id"""
_PLAIN = (
    "SELECT count(*) FROM watchfloor.event AS e WHERE e.kind = 'seizure' AND e.recorded_to = 'infinity' "
    "AND e.starts >= %s AND e.starts < %s AND e.label_id = ANY (%s)"
)


def measure(address: ClusterAddress) -> list[Result]:
    """Loads the events and asks for the counts of all years and of one: each time of other days and conditions."""
    store = new_store(address, "filters")
    numbers = labels(store)
    load_events(store, LOADED, numbers)
    with psycopg.connect(store.conninfo(Role.OWNER), autocommit=True) as owner:
        owner.execute(_WRITTEN)
        owner.execute("VACUUM (FULL, ANALYZE) watchfloor.event")
        seen = numbers[:20]
        with Repository(store) as repository:
            asker = Asker(token(store), uuid.uuid4())
            year = replace(EVER, period=Period(date(2024, 1, 1), date(2025, 1, 1)))
            began = time.perf_counter()
            repository.seizure_facets(asker, EVER)
            first = time.perf_counter() - began
            began = time.perf_counter()
            repository.seizure_facets(asker, replace(EVER, only=Narrowing(text="parcel")))
            first_text = time.perf_counter() - began
            named = (("five years", EVER, ONLY), ("a year", year, ONLY), ("five years, with a text", EVER, TEXT))
            found = [_counted(repository, asker, owner, seen, one) for one in named]
            return [
                Result("counts beside all filters, five years, the first time", first * 1e3, "ms"),
                Result("counts beside all filters, five years, the first text", first_text * 1e3, "ms"),
                *found,
            ]


def _counted(
    repository: Repository,
    asker: Asker,
    owner: psycopg.Connection,
    seen: list[int],
    named: tuple[str, Query, tuple[Narrowing, ...]],
) -> Result:
    name, query, conditions = named
    asked, plain, most = [], [], 0
    for other in _others(query, conditions):
        began = time.perf_counter()
        most = max(most, repository.seizure_facets(asker, other).total)
        asked.append(time.perf_counter() - began)
        began = time.perf_counter()
        owner.execute(_PLAIN, [other.period.since, other.period.until, seen]).fetchone()
        plain.append(time.perf_counter() - began)
    slow = p95(asked[1:])
    against = f"one count of the same rows as the owner, medians; load {os.getloadavg()[0]:.1f}"
    ratio = sorted(asked)[ROUNDS // 2] / sorted(plain)[ROUNDS // 2]
    what = f"counts beside all filters, {name}, {most:,} events: p95"
    return Result(what, slow * 1e3, "ms", "< 500 ms", slow < GOAL_S, against, ratio)


def _others(query: Query, conditions: tuple[Narrowing, ...]) -> Iterator[Query]:
    """The question of other days and conditions each time, so that no answer is at hand; the first is not measured."""
    for turn in range(ROUNDS + 1):
        period = Period(query.period.since + timedelta(days=turn), query.period.until)
        yield replace(query, period=period, only=conditions[turn % len(conditions)])
