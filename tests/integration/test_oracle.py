"""The store against a brute-force oracle: random principals, labels and questions, no difference allowed."""

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.data.address import Role
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import LabelSpec, labels
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import cells_at, parent
from watchfloor.geo.coverings import overlapping
from watchfloor.geo.period import Period
from watchfloor.geo.precision import finest_resolution
from watchfloor.geo.query import Layer, Measured, Query
from watchfloor.geo.scope import Entitlement, Principal, PrincipalKind, Right, Tier, Tlp, visible_labels
from watchfloor.geo.spot import Spot, SpotKind

AGENCIES = ("A", "B", "C")
SPECS = [
    LabelSpec("A", Tlp.GREEN),
    LabelSpec("A", Tlp.AMBER, Tier.SENSITIVE, releasable_to=frozenset({"B"})),
    LabelSpec("A", Tlp.AMBER_STRICT, Tier.RESTRICTED),
    LabelSpec("B", Tlp.AMBER),
    LabelSpec("B", Tlp.AMBER_STRICT, Tier.SEALED, "LANTERN"),
    LabelSpec("B", Tlp.RED, Tier.SENSITIVE),
    LabelSpec("C", Tlp.AMBER, Tier.OPEN, "LANTERN", frozenset({"A"})),
    LabelSpec("C", Tlp.GREEN, Tier.SENSITIVE),
]
ORIGIN = datetime(2021, 1, 1, tzinfo=UTC)
SUBSTANCES = (1, 3, 5)
CODES = {1: "cocaine", 3: "fentanyl", 5: "methamphetamine"}
N = 500


@dataclass(frozen=True)
class World:
    """What was loaded, as plain arrays, and who may ask."""

    repository: Repository
    askers: list[Asker]
    sees: list[frozenset[int]]
    label: np.ndarray
    day: np.ndarray
    cell: np.ndarray
    items: list[dict[int, float]]


def principals(numbers: list[int]) -> list[Principal]:
    """Principals of every agency, with few and many rights, and the public."""
    red = str(numbers[5])
    held: list[list[tuple[Right, str]]] = [
        [],
        [(Right.TIER, "1")],
        [(Right.TIER, "2"), (Right.NAMED, red)],
        [(Right.TIER, "3"), (Right.COMPARTMENT, "LANTERN")],
        [(Right.TIER, "1"), (Right.COMPARTMENT, "LANTERN"), (Right.NAMED, red)],
    ]
    return [
        Principal(
            f"{agency.lower()}{index}",
            PrincipalKind.PERSON,
            agency,
            tuple(Entitlement(right, value, ORIGIN) for right, value in rights),
        )
        for agency in AGENCIES
        for index, rights in enumerate(held)
    ]


@pytest.fixture
def world(store, people) -> Iterator[World]:
    rng = np.random.default_rng(11)
    numbers = [people.label(spec) for spec in SPECS]
    who = principals(numbers)
    tokens = [people.account(p.name, p.agency, *((e.right, e.value) for e in p.entitlements)) for p in who]
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        known = labels(owner)
    label = rng.choice(numbers, N)
    # a third near the antimeridian and the poles, where boxes go wrong
    lon = np.where(rng.random(N) < 0.3, (178 + 4 * rng.random(N) + 180) % 360 - 180, rng.uniform(-120, -60, N))
    lat = np.where(rng.random(N) < 0.1, rng.uniform(80, 90, N), rng.uniform(-20, 50, N))
    uncertainty = rng.choice([20.0, 6_000.0, 35_000.0, 300_000.0, np.inf], N, p=[0.5, 0.2, 0.15, 0.1, 0.05])
    day = rng.integers(0, 900, N)
    items = [
        {int(s): float(rng.integers(1, 50)) for s in rng.choice(SUBSTANCES, rng.integers(1, 3), False)}
        for _ in range(N)
    ]
    frames = event_frames(label, lon, lat, uncertainty, day=day, items=items)
    source = SourceInfo("oracle", "Oracle", "Tests", "none")
    order = Order(Format("oracle", "Oracle", source, False, lambda *_: iter(())), SPECS[0], "test")
    report = ingest_batches(store, order, "oracle", (Batch(f.height, {name: f}) for name, f in frames.items()))
    assert report.totals()["loaded"] == N
    placed = np.isfinite(uncertainty)
    cell = np.zeros(N, np.uint64)
    cell[placed] = cells_at(lon[placed], lat[placed], finest_resolution(uncertainty[placed]))
    with Repository(store) as repository:
        askers = [Asker(token, uuid.uuid4()) for token in tokens]
        sees = [visible_labels(p, known, datetime.now(UTC)) for p in who]
        yield World(repository, askers, sees, label, day, cell, items)


def event_frames(label, lon, lat, uncertainty, *, day, items) -> dict[str, pl.DataFrame]:
    keys = [f"e{i}" for i in range(N)]
    placed = np.isfinite(uncertainty)
    events = pl.DataFrame(
        {
            "key": keys,
            "kind": "seizure",
            "title": keys,
            "starts": [ORIGIN + timedelta(days=int(d), hours=5) for d in day],
            "time_precision": 2,
            "lon": [float(x) if ok else None for x, ok in zip(lon, placed, strict=True)],
            "lat": [float(y) if ok else None for y, ok in zip(lat, placed, strict=True)],
            "uncertainty_m": [float(u) if ok else None for u, ok in zip(uncertainty, placed, strict=True)],
            "place_precision": 0,
            "label": label,
        }
    )
    rows = [(k, s, a, label[i]) for i, k in enumerate(keys) for s, a in items[i].items()]
    taken = pl.DataFrame(
        {
            "event_key": [r[0] for r in rows],
            "substance_id": [r[1] for r in rows],
            "amount": [r[2] for r in rows],
            "unit": "kg",
            "label": [r[3] for r in rows],
        }
    )
    return {"events": events, "seizure_items": taken}


def expected(world: World, asker: int, query: Query) -> tuple[Counter[int], Counter[int], int]:
    """Counts and kilograms per cell, and the unplaced, by looking at every row."""
    n: Counter[int] = Counter()
    kilograms: Counter[int] = Counter()
    unplaced = 0
    first = (query.period.since - ORIGIN.date()).days
    last = (query.period.until - ORIGIN.date()).days
    wanted = set(query.substance_ids)
    for i in range(N):
        taken = {s: a for s, a in world.items[i].items() if not wanted or s in wanted}
        if world.label[i] not in world.sees[asker] or not first <= world.day[i] < last or not taken:
            continue
        if world.cell[i] == 0:
            unplaced += 1
            continue
        cell = parent(world.cell[i : i + 1], query.resolution)
        if query.bbox == BBox.world() or overlapping(cell, query.bbox)[0]:
            n[int(cell[0])] += 1
            kilograms[int(cell[0])] += int(sum(taken.values()))
    return n, kilograms, unplaced


BOXES = st.sampled_from(
    [
        BBox.world(),
        BBox(-110, 10, -80, 40),
        BBox(179, -20, -178, 50),
        BBox(170, -90, 180, 90),
        BBox(-180, 70, 180, 90),
        BBox(-100.5, 20.25, -99.5, 21.25),
    ]
)
DAYS = st.tuples(st.integers(0, 900), st.integers(1, 900)).map(
    lambda pair: Period(
        date(2021, 1, 1) + timedelta(days=pair[0]), date(2021, 1, 1) + timedelta(days=pair[0] + pair[1])
    )
)
QUERIES = st.builds(
    Query,
    layer=st.just(Layer.SEIZURES),
    period=DAYS,
    bbox=BOXES,
    substances=st.lists(st.sampled_from(sorted(CODES.values())), max_size=2, unique=True).map(tuple),
    measured=st.sampled_from([Measured.COUNT, Measured.KILOGRAMS]),
    resolution=st.integers(0, 9),
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_cells_are_what_the_asker_may_see_and_nothing_else(world: World, data: st.DataObject) -> None:
    asker = data.draw(st.integers(0, len(world.askers) - 1))
    query = data.draw(QUERIES)
    found = world.repository.seizure_cells(world.askers[asker], query)
    n, kilograms, unplaced = expected(world, asker, query)
    assert dict(zip(found.cells.tolist(), found.n.tolist(), strict=True)) == dict(n)
    assert found.n_unplaced == unplaced
    weights = dict(zip(found.cells.tolist(), found.kilograms.round().astype(int).tolist(), strict=True))
    assert weights == dict(kilograms)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_records_behind_a_cell_are_as_many_as_the_map_says(world: World, data: st.DataObject) -> None:
    asker = data.draw(st.integers(0, len(world.askers) - 1))
    query = data.draw(QUERIES)
    found = world.repository.seizure_cells(world.askers[asker], query)
    for cell, n in list(zip(found.cells.tolist(), found.n.tolist(), strict=True))[:4]:
        behind = world.repository.behind(world.askers[asker], query, Spot(SpotKind.CELL, f"{cell:x}"))
        assert behind.n == n == behind.records.total


def test_every_principal_of_the_oracle_sees_something_else_than_the_others(world: World) -> None:
    assert len(set(world.sees)) >= 8, "the world is too plain to prove anything"
