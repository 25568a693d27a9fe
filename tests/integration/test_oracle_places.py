"""Points, areas and what stands behind them against a brute-force oracle: no difference allowed."""

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import psycopg
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import LabelSpec, labels
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.facts import FactKind
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Entitlement, Principal, PrincipalKind, Right, Tier, Tlp, visible_labels
from watchfloor.geo.spot import Spot, SpotKind

from ..copied_store import Original, original
from ..people import People

SPECS = [
    LabelSpec("A", Tlp.GREEN),
    LabelSpec("A", Tlp.AMBER, Tier.SENSITIVE, releasable_to=frozenset({"B"})),
    LabelSpec("B", Tlp.AMBER_STRICT, Tier.RESTRICTED),
    LabelSpec("B", Tlp.AMBER, Tier.OPEN, "LANTERN", frozenset({"A"})),
]
RIGHTS: list[list[tuple[Right, str]]] = [
    [],
    [(Right.TIER, "1")],
    [(Right.TIER, "2"), (Right.COMPARTMENT, "LANTERN")],
]
ORIGIN = datetime(2021, 1, 1, tzinfo=UTC)
FIRST = ORIGIN.date()
SUBSTANCES = {1: "cocaine", 3: "fentanyl"}
N, MONTHS = 300, 12
# the last is wider than any hexagon, the one before it has no place at all
AREAS = [(-98.0, 31.0, 350_000.0), (-98.2, 31.1, 20_000.0), (179.9, 10.0, 500_000.0), None, (-118.7, 39.1, 9_700_000.0)]


@dataclass(frozen=True)
class Fact:
    """One seizure, or one reported value, as it was loaded."""

    label: int
    day: int
    place: tuple[float, float, float] | None
    items: dict[int, float]
    n: int = 1


@dataclass(frozen=True)
class World:
    """What was loaded, and who may ask."""

    repository: Repository
    askers: list[Asker]
    sees: list[frozenset[int]]
    facts: dict[FactKind, list[Fact]]


def events(rng: np.random.Generator, numbers: list[int]) -> list[Fact]:
    """Seizures at few places, so that several share one; some beside the antimeridian, some nowhere."""
    towns = [
        (float(lon), float(lat)) for lon, lat in zip(rng.uniform(-120, -70, 25), rng.uniform(10, 50, 25), strict=True)
    ]
    towns += [(179.99, 12.0), (-179.99, 12.0), (-98.0, 31.0)]
    kinds = [20.0, 150.0, 6_000.0, 35_000.0, 300_000.0, 5_000_000.0, None]
    found = []
    for _ in range(N):
        town, metres = towns[rng.integers(len(towns))], kinds[rng.integers(len(kinds))]
        chosen = rng.choice(list(SUBSTANCES), rng.integers(1, 3), False)
        found.append(
            Fact(
                int(rng.choice(numbers)),
                int(rng.integers(0, 360)),
                None if metres is None else (*town, metres),
                {int(s): float(rng.integers(1, 50)) for s in chosen},
            )
        )
    return found


def event_batch(facts: list[Fact]) -> Batch:
    keys = [f"e{i}" for i in range(len(facts))]
    lon, lat, metres = ([fact.place[axis] if fact.place else None for fact in facts] for axis in range(3))
    seizures = pl.DataFrame(
        {
            "key": keys, "kind": "seizure", "title": keys, "time_precision": 2, "place_precision": 0,
            "starts": [ORIGIN + timedelta(days=fact.day, hours=5) for fact in facts],
            "lon": lon, "lat": lat, "uncertainty_m": metres, "label": [fact.label for fact in facts],
        },
        schema_overrides={"lon": pl.Float64, "lat": pl.Float64, "uncertainty_m": pl.Float64},
    )  # fmt: skip
    rows = [(key, s, a, fact.label) for key, fact in zip(keys, facts, strict=True) for s, a in fact.items.items()]
    taken = pl.DataFrame(rows, ["event_key", "substance_id", "amount", "label"], orient="row")
    return Batch(len(facts), {"events": seizures, "seizure_items": taken.with_columns(unit=pl.lit("kg"))})


def reported(rng: np.random.Generator, number: int) -> list[Fact]:
    """Monthly values of every area and substance, under one label."""
    return [
        Fact(number, 31 * month, place, {s: float(rng.integers(1, 90))}, int(rng.integers(0, 40)))
        for month in range(MONTHS)
        for place in AREAS
        for s in SUBSTANCES
    ]


def month_of(fact: Fact) -> date:
    return date(2021, fact.day // 31 + 1, 1)


def reported_batches(facts: list[Fact]) -> Iterator[Batch]:
    lon, lat, metres = ([place[axis] if place else None for place in AREAS] for axis in range(3))
    names = [f"AREA {i}" for i in range(len(AREAS))]
    places = {"kind": "aor", "code": names, "name": names, "lon": lon, "lat": lat, "uncertainty_m": metres}
    yield Batch(0, {"places": pl.DataFrame(places)})
    starts = pl.Series([month_of(fact) for fact in facts])
    yield Batch(
        len(facts),
        {
            "reported": pl.DataFrame(
                {
                    "measure": "seizures_reported", "place_kind": "aor",
                    "place_code": [names[AREAS.index(fact.place)] for fact in facts],
                    "substance_id": [next(iter(fact.items)) for fact in facts],
                    "dimensions": "{}", "starts": starts, "ends": starts.dt.offset_by("1mo"),
                    "value": [float(fact.n) for fact in facts],
                    "amount": [next(iter(fact.items.values())) for fact in facts],
                }
            ).with_columns(original=pl.col("amount"), line=pl.int_range(pl.len()))
        },
    )  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """What a store was filled with: it holds in each of its copies."""

    tokens: list[str]
    sees: list[frozenset[int]]
    facts: dict[FactKind, list[Fact]]


def filled(store: ClusterAddress) -> Filled:
    rng = np.random.default_rng(5)
    people = People(store)
    numbers = [people.label(spec) for spec in SPECS]
    who = [
        Principal(f"{agency.lower()}{i}", PrincipalKind.PERSON, agency, tuple(Entitlement(*r, ORIGIN) for r in rights))
        for agency in "AB"
        for i, rights in enumerate(RIGHTS)
    ]
    tokens = [people.account(p.name, p.agency, *((e.right, e.value) for e in p.entitlements)) for p in who]
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        known = labels(owner)
    facts = {FactKind.EVENTS: events(rng, numbers), FactKind.REPORTED: reported(rng, numbers[1])}
    form = Format("oracle", "Oracle", SourceInfo("oracle", "Oracle", "Tests", "none"), False, lambda *_: iter(()))
    ingest_batches(store, Order(form, SPECS[0], "test"), "events", iter([event_batch(facts[FactKind.EVENTS])]))
    ingest_batches(store, Order(form, SPECS[1], "test"), "areas", reported_batches(facts[FactKind.REPORTED]))
    return Filled(tokens, [visible_labels(p, known, datetime.now(UTC)) for p in who], facts)


@pytest.fixture(scope="module")
def placed(cluster, template) -> Iterator[Original[Filled]]:
    with original(cluster, template, filled) as made:
        yield made


@pytest.fixture
def world(placed: Original[Filled]) -> Iterator[World]:
    told = placed.told
    with placed.copied() as store, Repository(store) as repository:
        yield World(repository, [Asker(token, uuid.uuid4()) for token in told.tokens], told.sees, told.facts)


def expected(world: World, asker: int, query: Query) -> tuple[Counter[object], Counter[object]]:
    """Counts and kilograms per place (None: without one), by looking at every fact."""
    n: Counter[object] = Counter()
    kilograms: Counter[object] = Counter()
    wanted = set(query.substance_ids)
    for fact in world.facts[query.fact]:
        taken = {s: a for s, a in fact.items.items() if not wanted or s in wanted}
        if fact.label not in world.sees[asker] or not taken or not holds(query, fact):
            continue
        n[fact.place] += fact.n
        kilograms[fact.place] += int(sum(taken.values()))
    return n, kilograms


def holds(query: Query, fact: Fact) -> bool:
    if query.fact is FactKind.EVENTS:
        return query.period.since <= FIRST + timedelta(days=fact.day) < query.period.until
    starts = month_of(fact)
    ends = date(starts.year + starts.month // 12, starts.month % 12 + 1, 1)
    return query.period.since <= starts and ends <= query.period.until


QUERIES = st.builds(
    Query,
    layer=st.just(Layer.SEIZURES),
    period=st.tuples(st.integers(0, 300), st.integers(1, 380)).map(
        lambda pair: Period(FIRST + timedelta(days=pair[0]), FIRST + timedelta(days=sum(pair)))
    ),
    substances=st.lists(st.sampled_from(sorted(SUBSTANCES.values())), max_size=2, unique=True).map(tuple),
    fact=st.sampled_from(FactKind),
)
SOMEBODY = st.integers(0, 5)
ANYWAY = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ANYWAY
@given(asker=SOMEBODY, query=QUERIES)
def test_places_count_what_the_asker_may_see_and_nothing_else(world: World, asker: int, query: Query) -> None:
    found = world.repository.seizure_places(world.askers[asker], query)
    n, kilograms = expected(world, asker, query)

    places = list(zip(found.lon.tolist(), found.lat.tolist(), found.uncertainty_m.tolist(), strict=True))
    placed = {place: count for place, count in n.items() if place is not None and count}
    assert dict(zip(places, found.n.tolist(), strict=True)) == placed
    assert found.n_unplaced == n[None]
    weights = dict(zip(places, found.kilograms.round().astype(int).tolist(), strict=True))
    assert weights == {place: kilograms[place] for place in placed}


@ANYWAY
@given(asker=SOMEBODY, query=QUERIES, zoom=st.integers(0, 16), pick=st.integers(0, 10_000))
def test_behind_a_symbol_stand_as_many_as_it_counts(
    world: World, asker: int, query: Query, zoom: int, pick: int
) -> None:
    who = world.askers[asker]
    symbols = world.repository.seizure_symbols(who, query, zoom)
    n, _ = expected(world, asker, query)
    assert symbols.n.sum() == sum(n.values()) - n[None]
    if not len(symbols):
        return
    index = pick % len(symbols)
    behind = world.repository.behind(who, query, Spot(SpotKind.PLACE, str(symbols.name_of(index))))
    assert behind.n == symbols.n[index]
    assert behind.kilograms == pytest.approx(symbols.kilograms[index])
    if query.fact is FactKind.EVENTS:
        assert behind.records.total == behind.n


@ANYWAY
@given(query=QUERIES, zoom=st.integers(0, 16), pick=st.integers(0, 10_000))
def test_a_tap_on_a_symbol_finds_it(world: World, query: Query, zoom: int, pick: int) -> None:
    symbols = world.repository.seizure_symbols(world.askers[2], query, zoom)
    points = np.flatnonzero(~symbols.is_area)
    if not points.size:
        return
    lead = symbols.lead[points[pick % points.size]]
    at = float(symbols.places.lon[lead]), float(symbols.places.lat[lead])
    spot = world.repository.symbol_at(world.askers[2], query, zoom, at, 9.0)
    assert spot is not None
    assert world.repository.behind(world.askers[2], query, spot).n > 0


def test_a_symbol_that_a_reader_may_not_see_has_nothing_behind_it(world: World) -> None:
    query = Query(Layer.SEIZURES, Period(FIRST, date(2022, 2, 1)))
    most, least = 2, 3
    theirs = world.repository.seizure_symbols(world.askers[most], query, 16)
    seen = world.repository.seizure_symbols(world.askers[least], query, 16)
    hidden = [name for i in range(len(theirs)) if seen.find(name := theirs.name_of(i)) is None]
    assert hidden
    behind = world.repository.behind(world.askers[least], query, Spot(SpotKind.PLACE, str(hidden[0])))
    assert (behind.n, behind.records.rows, behind.entities) == (0, (), ())


def test_an_area_that_no_hexagon_may_show_has_a_symbol(world: World) -> None:
    query = Query(Layer.SEIZURES, Period(FIRST, date(2022, 2, 1)), fact=FactKind.REPORTED)
    found = world.repository.seizure_places(world.askers[2], query)
    cells = world.repository.seizure_cells(world.askers[2], query)

    assert 9_700_000.0 in found.uncertainty_m
    assert found.unplaced == ("AREA 3",)
    assert found.n_unplaced < cells.n_unplaced
    assert found.total + found.n_unplaced == cells.total + cells.n_unplaced


def test_the_askers_of_the_oracle_see_different_things(world: World) -> None:
    assert len(set(world.sees)) >= 4, "the world is too plain to prove anything"


def test_an_area_with_a_boundary_brings_it(store, people) -> None:
    number = people.label(SPECS[0])
    square = shapely.box(-90, 30, -88, 32)
    place = {"kind": "aor", "code": "S", "name": "Square", "lon": -89.0, "lat": 31.0, "uncertainty_m": 150_000.0}
    facts = [Fact(number, 0, AREAS[0], {1: 5.0}, 7)]
    (_, values) = reported_batches(facts)
    frame = values.frames["reported"].with_columns(place_code=pl.lit("S"))
    batches = [
        Batch(0, {"places": pl.DataFrame([place | {"geom_wkb": shapely.MultiPolygon([square]).wkb}])}),
        Batch(1, {"reported": frame}),
    ]
    form = Format("oracle", "Oracle", SourceInfo("oracle", "Oracle", "Tests", "none"), False, lambda *_: iter(()))
    ingest_batches(store, Order(form, SPECS[0], "test"), "square", iter(batches))
    with Repository(store) as repository:
        asker = Asker(people.account("ana", "A"), uuid.uuid4())
        query = Query(Layer.SEIZURES, Period(FIRST, date(2022, 2, 1)), fact=FactKind.REPORTED)
        ((index, ring),) = repository.seizure_places(asker, query).outlines
    assert index == 0
    assert shapely.Polygon(ring).equals(square)
