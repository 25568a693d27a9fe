"""A small random world in a real store, and what each of its principals may see of it, by looking at every row."""

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import psycopg
from hypothesis import strategies as st

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
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
from watchfloor.geo.scope import Entitlement, Label, Principal, PrincipalKind, Right, Tier, Tlp, visible_labels

from ..people import People

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
FLOATS = ("lon", "lat", "uncertainty_m")
NAMES = ("Falcon", "Otter", "Anchor", "Fal")


@dataclass(frozen=True)
class Facts:
    """Seizures as plain arrays: key, place of the label in SPECS, where, how exactly, when and what."""

    key: list[str]
    spec: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    uncertainty: np.ndarray
    day: np.ndarray
    items: list[dict[int, float]]

    @classmethod
    def drawn(cls, seed: int, n: int) -> "Facts":
        """So many, a third near the antimeridian and some near a pole, where boxes go wrong."""
        rng = np.random.default_rng(seed)
        lon = np.where(rng.random(n) < 0.3, (178 + 4 * rng.random(n) + 180) % 360 - 180, rng.uniform(-120, -60, n))
        lat = np.where(rng.random(n) < 0.1, rng.uniform(80, 90, n), rng.uniform(-20, 50, n))
        uncertainty = rng.choice([20.0, 6_000.0, 35_000.0, 300_000.0, np.inf], n, p=[0.5, 0.2, 0.15, 0.1, 0.05])
        items = [
            {int(s): float(rng.integers(1, 50)) for s in rng.choice(SUBSTANCES, rng.integers(1, 3), False)}
            for _ in range(n)
        ]
        keys = [f"{seed}-{i}" for i in range(n)]
        return cls(keys, rng.integers(0, len(SPECS), n), lon, lat, uncertainty, rng.integers(0, 900, n), items)

    def under(self, specs: frozenset[int]) -> "Facts":
        """Those alone whose label is one of these."""
        kept = np.flatnonzero(np.isin(self.spec, list(specs)))
        arrays = (array[kept] for array in (self.spec, self.lon, self.lat, self.uncertainty, self.day))
        return Facts([self.key[i] for i in kept], *arrays, [self.items[i] for i in kept])

    @property
    def cell(self) -> np.ndarray:
        """The finest admissible cell, 0 where there is no place."""
        placed = np.isfinite(self.uncertainty)
        cell = np.zeros(len(self.key), np.uint64)
        cell[placed] = cells_at(self.lon[placed], self.lat[placed], finest_resolution(self.uncertainty[placed]))
        return cell


@dataclass
class World:
    """What was loaded and who may ask; rights may change while it stands."""

    address: ClusterAddress
    repository: Repository
    numbers: list[int]
    known: list[Label]
    who: list[Principal]
    tokens: list[str]
    views: list[uuid.UUID]
    facts: list[Facts] = field(default_factory=list)

    @property
    def askers(self) -> list[Asker]:
        """An asker for each principal, each from a view of its own."""
        return [Asker(token, view) for token, view in zip(self.tokens, self.views, strict=True)]

    def sees(self, asker: int) -> frozenset[int]:
        """Places in SPECS of the labels that a principal may see now."""
        visible = visible_labels(self.who[asker], self.known, datetime.now(UTC))
        return frozenset(i for i, number in enumerate(self.numbers) if number in visible)

    def label(self, spec: int) -> Label:
        """The label at a place in SPECS."""
        return next(label for label in self.known if label.id == self.numbers[spec])

    def load(self, facts: Facts) -> None:
        """Publish more facts, and wait until the repository has heard of it."""
        before = self.repository._notices.generation
        ingest(self.address, frames(facts, self.numbers))
        self.facts.append(facts)
        deadline = datetime.now(UTC) + timedelta(seconds=30)
        while self.repository._notices.generation == before:
            assert datetime.now(UTC) < deadline, "no notice of the change came"

    def hold(self, asker: int, rights: list[tuple[Right, str]]) -> None:
        """The principal holds these rights from now on, and no others."""
        with psycopg.connect(self.address.conninfo(Role.OWNER)) as owner:
            name = self.who[asker].name
            owner.execute(
                "DELETE FROM sealed.entitlement WHERE principal_id = (SELECT id FROM sealed.principal WHERE name = %s)",
                [name],
            )
            for right, value in rights:
                owner.execute(
                    "INSERT INTO sealed.entitlement (principal_id, entitled_to, value, starts) "
                    "SELECT id, %s, %s, now() - interval '1 day' FROM sealed.principal WHERE name = %s",
                    [right.value, value, name],
                )
        entitlements = tuple(Entitlement(right, value, ORIGIN) for right, value in rights)
        self.who[asker] = replace(self.who[asker], entitlements=entitlements)

    def expected(self, asker: int, query: Query) -> tuple[Counter[int], Counter[int], int]:
        """Counts and kilograms per cell, and the unplaced, by looking at every row."""
        n: Counter[int] = Counter()
        kilograms: Counter[int] = Counter()
        unplaced = 0
        first = (query.period.since - ORIGIN.date()).days
        last = (query.period.until - ORIGIN.date()).days
        wanted = set(query.substance_ids)
        sees = self.sees(asker)
        for facts in self.facts:
            cells = facts.cell
            for i, day in enumerate(facts.day):
                taken = {s: a for s, a in facts.items[i].items() if not wanted or s in wanted}
                if facts.spec[i] not in sees or not first <= day < last or not taken:
                    continue
                if cells[i] == 0:
                    unplaced += 1
                    continue
                cell = parent(cells[i : i + 1], query.resolution)
                if query.bbox == BBox.world() or overlapping(cell, query.bbox)[0]:
                    n[int(cell[0])] += 1
                    kilograms[int(cell[0])] += int(sum(taken.values()))
        return n, kilograms, unplaced

    def named(self, asker: int, text: str) -> set[str]:
        """Names of the entities that hold the text, for that principal: one of each name under each label."""
        sees = self.sees(asker)
        return {name for spec, name in entity_names() if spec in sees and text.lower() in name.lower()}


def stricter(label: Label, rest: list[Label]) -> bool:
    """Whether a label binds in any part more than all of the rest together, part by part."""
    owners, circles = {one.owner for one in rest}, {one.compartment for one in rest} | {None}
    if not rest or label.tlp > max(one.tlp for one in rest) or label.tier > max(one.tier for one in rest):
        return True
    if label.owner not in owners or label.compartment not in circles:
        return True
    if max(one.tlp for one in rest) is not Tlp.AMBER or label.tlp is not Tlp.AMBER:
        return False
    # an agency that may have all of the rest must be able to have this
    may_have = [agency for agency in AGENCIES if all(_free(one, agency) for one in rest if one.tlp is Tlp.AMBER)]
    return not all(_free(label, agency) for agency in may_have)


def _free(label: Label, agency: str) -> bool:
    return agency == label.owner or agency in label.releasable_to


def entity_names() -> list[tuple[int, str]]:
    """Entities: place of the label in SPECS, and name."""
    return [(spec, f"{name} {spec}") for spec in range(len(SPECS)) for name in NAMES]


def rights_of(numbers: list[int]) -> list[list[tuple[Right, str]]]:
    """Few and many rights that one may hold."""
    red = str(numbers[5])
    return [
        [],
        [(Right.TIER, "1")],
        [(Right.TIER, "2"), (Right.NAMED, red)],
        [(Right.TIER, "3"), (Right.COMPARTMENT, "LANTERN")],
        [(Right.TIER, "1"), (Right.COMPARTMENT, "LANTERN"), (Right.NAMED, red)],
    ]


def principals(numbers: list[int]) -> list[Principal]:
    """Principals of every agency, with few and many rights."""
    return [
        Principal(
            f"{agency.lower()}{index}",
            PrincipalKind.PERSON,
            agency,
            tuple(Entitlement(right, value, ORIGIN) for right, value in rights),
        )
        for agency in AGENCIES
        for index, rights in enumerate(rights_of(numbers))
    ]


@dataclass(frozen=True)
class Filled:
    """What a store was filled with: it holds in each of its copies."""

    numbers: list[int]
    known: list[Label]
    who: list[Principal]
    tokens: list[str]
    facts: Facts

    @contextmanager
    def opened(self, store: ClusterAddress) -> Iterator[World]:
        """The world in that store, or in a copy of it."""
        with Repository(store) as repository:
            views = [uuid.uuid4() for _ in self.who]
            yield World(store, repository, self.numbers, self.known, [*self.who], self.tokens, views, [self.facts])


def filled(store: ClusterAddress, *, only: frozenset[int] | None = None) -> Filled:
    """Fill it with the world: all of it, or only what stands under the labels with these places in SPECS."""
    people = People(store)
    numbers = [people.label(spec) for spec in SPECS]
    who = principals(numbers)
    tokens = [people.account(p.name, p.agency, *((e.right, e.value) for e in p.entitlements)) for p in who]
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        known = labels(owner)
    facts = Facts.drawn(11, N)
    if only is not None:
        facts = facts.under(only)
    ingest(store, frames(facts, numbers) | entity_frames(numbers))
    return Filled(numbers, known, who, tokens, facts)


@contextmanager
def loaded(store: ClusterAddress, *, only: frozenset[int] | None = None) -> Iterator[World]:
    """Fill a store with the world, or a part of it, and open it."""
    with filled(store, only=only).opened(store) as world:
        yield world


def ingest(store: ClusterAddress, given: dict[str, pl.DataFrame]) -> None:
    """Publish these frames in one run."""
    source = SourceInfo("oracle", "Oracle", "Tests", "none")
    order = Order(Format("oracle", "Oracle", source, False, lambda *_: iter(())), SPECS[0], "test")
    report = ingest_batches(store, order, "oracle", (Batch(f.height, {name: f}) for name, f in given.items()))
    assert report.totals()["quarantined"] == 0


def frames(facts: Facts, numbers: list[int]) -> dict[str, pl.DataFrame]:
    """The facts as the pipeline takes them."""
    placed = np.isfinite(facts.uncertainty)
    label = np.asarray(numbers)[facts.spec]
    events = pl.DataFrame(
        {
            "key": facts.key,
            "kind": "seizure",
            "title": facts.key,
            "starts": [ORIGIN + timedelta(days=int(d), hours=5) for d in facts.day],
            "time_precision": 2,
            "lon": [float(x) if ok else None for x, ok in zip(facts.lon, placed, strict=True)],
            "lat": [float(y) if ok else None for y, ok in zip(facts.lat, placed, strict=True)],
            "uncertainty_m": [float(u) if ok else None for u, ok in zip(facts.uncertainty, placed, strict=True)],
            "place_precision": 0,
            "label": label,
        }
    )
    rows = [(k, s, a, label[i]) for i, k in enumerate(facts.key) for s, a in facts.items[i].items()]
    columns = ("event_key", "substance_id", "amount", "label")
    taken = {name: [row[at] for row in rows] for at, name in enumerate(columns)}
    return {"events": events, "seizure_items": pl.DataFrame(taken | {"unit": ["kg"] * len(rows)})}


def entity_frames(numbers: list[int]) -> dict[str, pl.DataFrame]:
    """The entities as the pipeline takes them."""
    named = entity_names()
    entities = {
        "key": [name for _, name in named],
        "pole": ["person"] * len(named),
        "kind": ["person"] * len(named),
        "name": [name for _, name in named],
        "lon": [None] * len(named),
        "lat": [None] * len(named),
        "uncertainty_m": [None] * len(named),
        "place_precision": [0] * len(named),
        "label": [numbers[spec] for spec, _ in named],
    }
    return {"entities": pl.DataFrame(entities, schema_overrides=dict.fromkeys(FLOATS, pl.Float64))}


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
