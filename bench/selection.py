"""What a reader waits for who selects an area among a million records: totals, leads, rows, another order."""

import os
import time
import uuid
from collections.abc import Callable
from datetime import date

import numpy as np
import psycopg

from bench.results import Result, p95
from bench.stores import labels, load_events, new_store, token
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.evidence import Column, Paging
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.selection import Selection
from watchfloor.geo.selection_reach import outline

N = 1_000_000
ROUNDS = 30
GOAL_S = 0.5
YEAR = Query(Layer.SEIZURES, Period(date(2024, 6, 1), date(2025, 6, 1)))


def measure(address: ClusterAddress) -> list[Result]:
    """Loads the events and selects: each time somewhere else, so that nothing is at hand."""
    store = new_store(address, "selection")
    load_events(store, N, labels(store))
    with psycopg.connect(store.conninfo(Role.OWNER), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    with Repository(store) as repository:
        asker = Asker(token(store), uuid.uuid4())
        return [*_selecting(repository, asker), *_paging(repository, asker)]


def _selecting(repository: Repository, asker: Asker) -> list[Result]:
    rng, results = np.random.default_rng(3), []
    for name, write in (("a box of 2 by 2 degrees", _box), ("a radius of 100 km less one of 20 km", _ring)):
        whole, shown, counted = [], [], []
        for _ in range(ROUNDS + 1):
            selection = Selection.parse(write(rng.uniform(-120, -70), rng.uniform(14, 45)))
            began = time.perf_counter()
            outline(selection)
            found = repository.evidence(asker, YEAR, selection)
            repository.evidence_page(asker, YEAR, selection, Paging(limit=60))
            shown.append(time.perf_counter() - began)
            repository.evidence_leads(asker, YEAR, selection)
            whole.append(time.perf_counter() - began)
            counted.append(found.n)
        said = f"{min(counted):,} to {max(counted):,} records, load {os.getloadavg()[0]:.1f}"
        for what, seconds in (("totals and rows", shown[1:]), ("and all it leads to", whole[1:])):
            slow = p95(seconds)
            results.append(Result(f"selecting {name}: {what}, p95", slow * 1e3, "ms", "< 500 ms", slow < GOAL_S, said))
    return results


def _paging(repository: Repository, asker: Asker) -> list[Result]:
    """A table of a hundred thousand rows and more, in every order and from anywhere."""
    selection = Selection.parse("box:-125,10,-65,49")
    total = repository.evidence_page(asker, YEAR, selection, Paging(limit=60)).total
    rng = np.random.default_rng(4)

    def page(sort: Column, text: str = "") -> Callable[[], object]:
        offset = int(rng.integers(0, max(1, total - 60)))
        return lambda: repository.evidence_page(
            asker, YEAR, selection, Paging(sort, text=text, offset=offset, limit=60)
        )

    page(Column.WHAT)()
    results = []
    for name, sorts in (("a page", [Column.WHEN]), ("a page in another order", list(Column))):
        seconds = [_seconds(page(sorts[turn % len(sorts)])) for turn in range(ROUNDS)]
        said = f"of {total:,}, load {os.getloadavg()[0]:.1f}"
        slow = p95(seconds)
        results.append(Result(f"table of records, {name}: p95", slow * 1e3, "ms", "< 200 ms", slow < 0.2, said))
    seconds = [_seconds(page(Column.WHEN, "seiz")) for _ in range(ROUNDS)]
    results.append(Result("table of records, looked through: p95", p95(seconds) * 1e3, "ms", against=f"of {total:,}"))
    return results


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _box(lon: float, lat: float) -> str:
    return f"box:{lon - 1:.4f},{lat - 1:.4f},{lon + 1:.4f},{lat + 1:.4f}"


def _ring(lon: float, lat: float) -> str:
    return f"disc:{lon:.4f},{lat:.4f},100000|!disc:{lon:.4f},{lat:.4f},20000"
