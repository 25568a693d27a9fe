"""Seizures with all that they may be narrowed by, and which of them meet a question, by looking at each."""

import json
import math
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import h3
import numpy as np
import polars as pl
import psycopg
from hypothesis import strategies as st

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.registry import labels
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import parent
from watchfloor.geo.coasts import BY_CODE
from watchfloor.geo.coverings import overlapping
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.grading import Reliability, Validity
from watchfloor.geo.narrowing import Narrowing, NearPorts
from watchfloor.geo.precision import PlacePrecision, mean_inradius_m
from watchfloor.geo.query import Layer, Measured, Query
from watchfloor.geo.scope import visible_labels
from watchfloor.geo.sphere import EARTH_RADIUS_M

from ..people import People
from .oracle_world import BOXES, CODES, DAYS, ORIGIN, SPECS, Facts, frames, ingest, principals

N = 500
CONVEYANCES = ("vessel", "vehicle", "50% off_road", "")
CONCEALMENTS = ("in the hull", "O'Brien's tank", "")
WORDS = ("Falcon", "otter", "ANCHOR", "quay")
# ports: place of the label in SPECS, country, longitude, latitude
PORTS = [(0, "US", -118.27, 33.74), (2, "MX", -100.0, 20.75), (3, "US", -90.05, 29.95), (0, "FJ", 179.9, -17.6)]
# cases: place of the label in SPECS
CASES = (0, 1, 4)
# all of them are recorded about then
ARRIVED = datetime.now(UTC)


@dataclass(frozen=True)
class Said:
    """What the source says of each seizure beside place, time and weight."""

    conveyance: list[str]
    concealment: list[str]
    word: list[str]
    reliability: np.ndarray
    validity: np.ndarray
    precision: np.ndarray
    # by seizure: cases that hold it, and under the label of which place in SPECS
    held: list[dict[int, int]]

    @classmethod
    def drawn(cls, seed: int, n: int) -> "Said":
        rng = np.random.default_rng(seed)
        held = [{int(c): int(rng.integers(0, 3)) for c in np.flatnonzero(rng.random(3) < 0.2)} for _ in range(n)]
        return cls(
            [str(one) for one in rng.choice(CONVEYANCES, n)],
            [str(one) for one in rng.choice(CONCEALMENTS, n)],
            [str(one) for one in rng.choice(WORDS, n)],
            rng.integers(1, 5, n),
            rng.integers(1, 5, n),
            rng.integers(0, 8, n),
            held,
        )

    def attributes(self, i: int) -> str:
        """As the source tells them; what is not stated is left out."""
        told = {"conveyance": self.conveyance[i], "concealment": self.concealment[i]}
        return json.dumps({name: value for name, value in told.items() if value})


@dataclass
class World:
    """What was loaded and who may ask."""

    repository: Repository
    askers: list[Asker]
    visible: list[frozenset[int]]
    sees: list[frozenset[int]]
    numbers: list[int]
    # label, country, longitude, latitude: ours and those of the gazetteer, which every store has
    ports: list[tuple[int, str, float, float]]
    cases: list[uuid.UUID]
    facts: Facts
    said: Said

    def met(self, asker: int, query: Query) -> Counter[int]:
        """Seizures that meet the question, by number, with their weight in kilograms."""
        return Counter({i: kg for i in range(N) if (kg := self._weight(asker, query, i)) is not None})

    def cells(self, asker: int, query: Query) -> tuple[Counter[int], Counter[int], int]:
        """Counts and kilograms by cell, and how many have no place."""
        n: Counter[int] = Counter()
        kilograms: Counter[int] = Counter()
        unplaced = 0
        stored = self.facts.cell
        for i, weight in self.met(asker, query).items():
            cell = parent(stored[i : i + 1], query.resolution)
            if not cell[0]:
                unplaced += 1
            elif query.bbox == BBox.world() or overlapping(cell, query.bbox)[0]:
                n[int(cell[0])] += 1
                kilograms[int(cell[0])] += weight
        return n, kilograms, unplaced

    def _weight(self, asker: int, query: Query, i: int) -> int | None:
        facts, only, sees = self.facts, query.only, self.sees[asker]
        day = ORIGIN.date() + timedelta(days=int(facts.day[i]))
        wanted = set(query.substance_ids)
        taken = {s: a for s, a in facts.items[i].items() if not wanted or s in wanted}
        kilograms = int(sum(taken.values()))
        is_met = (
            facts.spec[i] in sees
            and query.period.since <= day < query.period.until
            and bool(taken)
            and (only.least_kg is None or kilograms >= only.least_kg)
            and (only.most_kg is None or kilograms <= only.most_kg)
            and self._is_said(only, i)
            and (not only.labels or self.numbers[facts.spec[i]] in only.labels)
            and (not only.agencies or SPECS[facts.spec[i]].owner in only.agencies)
            and (only.case is None or self._is_held(asker, only.case, i))
            and (only.near is None or self._is_near(asker, only.near, i))
        )
        return kilograms if is_met else None

    def _is_said(self, only: Narrowing, i: int) -> bool:
        said = self.said
        told = f"{self.facts.key[i]} {said.word[i]} {said.attributes(i)}".lower()
        return (
            (not only.conveyances or said.conveyance[i] in only.conveyances)
            and (not only.concealments or said.concealment[i] in only.concealments)
            and (only.reliability is None or said.reliability[i] <= only.reliability)
            and (only.validity is None or said.validity[i] <= only.validity)
            and (only.precision is None or said.precision[i] <= PLACE_CODES[only.precision])
            and (only.arrived is None or only.arrived < ARRIVED)
            and all(word.lower() in told for word in only.text.split())
        )

    def _is_held(self, asker: int, case: uuid.UUID, i: int) -> bool:
        number = self.cases.index(case)
        under = self.said.held[i].get(number)
        return CASES[number] in self.sees[asker] and under is not None and under in self.sees[asker]

    def _is_near(self, asker: int, near: NearPorts, i: int) -> bool:
        cell = int(self.facts.cell[i])
        if not cell:
            return False
        level = (cell >> 52) & 15
        finest = next((r for r in range(9) if mean_inradius_m(r) <= near.km * 100), 9)
        if level < finest and mean_inradius_m(level) > near.km * 1000:
            return False
        lat, lon = h3.cell_to_latlng(h3.cell_to_parent(f"{cell:x}", min(level, finest)))
        return any(
            label in self.visible[asker]
            and near.country in {"", country}
            and (not near.coast or BY_CODE[near.coast].holds(np.array([x]), np.array([y]))[0])
            and _metres(lon, lat, x, y) <= near.km * 1000
            for label, country, x, y in self.ports
        )


def _metres(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    a, b, c, d = (math.radians(one) for one in (lon, lat, to_lon, to_lat))
    half = math.sin((d - b) / 2) ** 2 + math.cos(b) * math.cos(d) * math.sin((c - a) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(half))


@dataclass(frozen=True)
class Filled:
    """What a store was filled with: it holds in each of its copies."""

    tokens: list[str]
    visible: list[frozenset[int]]
    numbers: list[int]
    ports: list[tuple[int, str, float, float]]
    cases: list[uuid.UUID]
    facts: Facts
    said: Said

    @contextmanager
    def opened(self, store: ClusterAddress) -> Iterator[World]:
        """The world in that store, or in a copy of it."""
        with Repository(store) as repository:
            askers = [Asker(token, uuid.uuid4()) for token in self.tokens]
            sees = [_places(labels_of, self.numbers) for labels_of in self.visible]
            yield World(
                repository, askers, self.visible, sees, self.numbers, self.ports, self.cases, self.facts, self.said
            )


def filled(store: ClusterAddress) -> Filled:
    """Fill it with the world."""
    people = People(store)
    numbers = [people.label(spec) for spec in SPECS]
    who = principals(numbers)
    tokens = [people.account(p.name, p.agency, *((e.right, e.value) for e in p.entitlements)) for p in who]
    facts, said = _facts(), Said.drawn(23, N)
    ingest(store, _frames(facts, said, numbers))
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        known = labels(owner)
        rows = owner.execute("SELECT number, id FROM watchfloor.case_file ORDER BY number").fetchall()
        where = "FROM watchfloor.place WHERE kind = 'port' AND lon IS NOT NULL"
        ports = owner.execute(f"SELECT label_id, country, lon, lat {where}".encode()).fetchall()
    visible = [visible_labels(p, known, datetime.now(UTC)) for p in who]
    return Filled(tokens, visible, numbers, ports, [case for _, case in rows], facts, said)


def _places(visible: frozenset[int], numbers: list[int]) -> frozenset[int]:
    return frozenset(i for i, number in enumerate(numbers) if number in visible)


def _facts() -> Facts:
    """Half of them around ports, at all distances that may matter."""
    facts = Facts.drawn(17, N)
    rng = np.random.default_rng(3)
    ports = np.array([port[2:] for port in PORTS])[rng.integers(0, len(PORTS), N)]
    lon, lat = (ports + rng.normal(0, 0.6, (N, 2))).T
    is_near = rng.random(N) < 0.5
    facts.lon[is_near], facts.lat[is_near] = ((lon + 180) % 360 - 180)[is_near], lat[is_near]
    return facts


def _frames(facts: Facts, said: Said, numbers: list[int]) -> dict[str, pl.DataFrame]:
    given = frames(facts, numbers)
    given["events"] = given["events"].with_columns(
        attributes=pl.Series([said.attributes(i) for i in range(N)]),
        place_name=pl.Series(said.word),
        reliability=pl.Series(said.reliability),
        validity=pl.Series(said.validity),
        place_precision=pl.Series(said.precision),
    )
    places = [("port", f"P{i}", f"Port {i}", c, x, y, 500.0, numbers[s]) for i, (s, c, x, y) in enumerate(PORTS)]
    columns = ["kind", "code", "name", "country", "lon", "lat", "uncertainty_m", "label"]
    cases = pl.DataFrame({"key": [f"c{i}" for i in range(len(CASES))]}).with_columns(
        pl.col("key").alias("number"), pl.lit("c").alias("title"), pl.lit("A").alias("agency"),
        pl.lit("open").alias("status"), pl.lit("").alias("summary"),
        pl.lit(ORIGIN, pl.Datetime("us", "UTC")).alias("opened"), pl.Series("label", [numbers[s] for s in CASES]),
    )  # fmt: skip
    held = [
        (f"c{c}", key, "held", numbers[s]) for key, by in zip(facts.key, said.held, strict=True) for c, s in by.items()
    ]
    records = pl.DataFrame(held, ["case_key", "record_key", "role", "label"], orient="row")
    return {"places": pl.DataFrame(places, columns, orient="row"), **given, "cases": cases, "case_records": records}


def _some(choices: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.just(()) | st.lists(st.sampled_from(choices), max_size=2).map(tuple)


EACH = {
    "least_kg": st.integers(0, 60).map(float),
    "most_kg": st.integers(60, 99).map(float),
    "conveyances": _some(CONVEYANCES),
    "concealments": _some(CONCEALMENTS),
    "agencies": _some(("A", "B", "C", "NOBODY")),
    # numbers of labels and of cases are known once the world stands: until then their places
    "labels": st.lists(st.integers(0, len(SPECS)), max_size=2).map(tuple),
    "reliability": st.sampled_from(list(Reliability)),
    "validity": st.sampled_from(list(Validity)),
    "precision": st.sampled_from(list(PlacePrecision)),
    "case": st.integers(0, len(CASES) - 1).map(lambda number: uuid.UUID(int=number)),
    "near": st.builds(
        NearPorts,
        st.sampled_from([3.0, 25.0, 60.0, 200.0]),
        st.sampled_from(["", "", "pacific", "gulf"]),
        st.sampled_from(["", "", "US"]),
    ),
    "arrived": st.sampled_from([ARRIVED - timedelta(days=9_000), ARRIVED + timedelta(days=9_000)]),
    "text": st.sampled_from(["falcon", "Otter vess", "hull quay", "O'Brien", "50% off_", "%", "nothing so called"]),
}
# one to three conditions: more would leave nothing
NARROWINGS = st.lists(st.sampled_from(sorted(EACH)), min_size=1, max_size=3, unique=True).flatmap(
    lambda names: st.builds(Narrowing, **{name: EACH[name] for name in names})
)
QUERIES = st.builds(
    Query,
    layer=st.just(Layer.SEIZURES),
    period=DAYS,
    bbox=BOXES,
    substances=st.lists(st.sampled_from(sorted(CODES.values())), max_size=2, unique=True).map(tuple),
    measured=st.sampled_from([Measured.COUNT, Measured.KILOGRAMS]),
    resolution=st.integers(0, 9),
    only=NARROWINGS,
)


def of_world(world: World, query: Query) -> Query:
    """A drawn question with the numbers of this world's labels and cases; one label is nobody's."""
    only = query.only
    numbers = [*world.numbers, 999]
    case = None if only.case is None else world.cases[only.case.int]
    return replace(query, only=replace(only, labels=tuple(numbers[i] for i in only.labels), case=case))
