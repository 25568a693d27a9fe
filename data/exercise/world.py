"""The exercise world as a whole: one plan in, canonical frames, labels and planted truth out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from watchfloor.data.exercise.background import Cast, background_ties
from watchfloor.data.exercise.cases import Cases, make_cases, shared_truth
from watchfloor.data.exercise.cast import COMPARTMENT, NAMED
from watchfloor.data.exercise.circles import CirclePeople, planted_people
from watchfloor.data.exercise.deconfliction import make_deconflictions
from watchfloor.data.exercise.doubles import Doubles, make_doubles
from watchfloor.data.exercise.fleet import make_fleet
from watchfloor.data.exercise.grounds import Grounds, find_grounds
from watchfloor.data.exercise.labels import SEALED, SPECS, label_index
from watchfloor.data.exercise.networks import network_ties, network_truth
from watchfloor.data.exercise.objects import Holding, make_objects
from watchfloor.data.exercise.operations import Operations, make_operations, operation_truth
from watchfloor.data.exercise.overdoses import make_overdoses
from watchfloor.data.exercise.persons import aliases, background_people
from watchfloor.data.exercise.places import Places
from watchfloor.data.exercise.plan import LARGEST, Plan
from watchfloor.data.exercise.rosters import Roster, join_rosters
from watchfloor.data.exercise.seizures import Register
from watchfloor.data.exercise.ties import Ties
from watchfloor.data.exercise.towns import make_towns
from watchfloor.data.exercise.tracks import Tracks
from watchfloor.data.exercise.traffic import make_traffic
from watchfloor.data.exercise.truth import Planted
from watchfloor.data.exercise.twins import Twins, make_twins, twin_truth
from watchfloor.data.exercise.waters import find_waters
from watchfloor.data.ingest.frames import conform
from watchfloor.data.registry import LabelSpec
from watchfloor.geo.errors import BadInput


@dataclass(frozen=True, slots=True)
class People:
    """Everybody, what they hold, and the second records of some of them."""

    people: Roster
    holdings: dict[str, Holding]
    circles: CirclePeople
    circles_from: int
    twins: Twins
    doubles: Doubles

    @classmethod
    def of(cls, plan: Plan, places: Places) -> "People":
        """The people of a world."""
        background, circles = background_people(plan, places), planted_people(plan, places)
        people = join_rosters([background, circles.roster])
        holdings = make_objects(plan, places, people)
        twins = make_twins(plan, places, people, holdings["phone"])
        doubles = make_doubles(plan, places, people, holdings)
        return cls(people, holdings, circles, len(background), twins, doubles)


@dataclass(frozen=True, slots=True)
class World:
    """An exercise world as a whole, for worlds that are small.

    frames: canonical frames whose `label` is an index into `labels`, to be replaced by the store's label ids.
    named: accounts and the index of the RED label that they are named for.
    truth: what was planted; subjects are keys of the frames, tracks are named `vessel:` and their identifier.
    """

    frames: Mapping[str, pl.DataFrame]
    labels: list[LabelSpec]
    named: list[tuple[str, int]]
    truth: list[Planted]


def make_world(seed: int, scale: float, until: date, places: Places) -> World:
    """The world of a seed, a scale and a last day; the same three give the same rows.

    Raises BadInput if the scale is not above 0 and at most LARGEST, the seed is negative, or the gazetteer lacks a
    place that the planted routes need.
    """
    stream = WorldStream(checked_plan(seed, scale, until), places)
    parts: dict[str, list[pl.DataFrame]] = {}
    for name, frame in stream.frames():
        parts.setdefault(name, []).append(frame)
    return World({name: pl.concat(p) for name, p in parts.items()}, list(SPECS), named_labels(), stream.truth)


def checked_plan(seed: int, scale: float, until: date) -> Plan:
    """A plan. Raises BadInput if the scale or the seed is out of range."""
    if not 0 < scale <= LARGEST or seed < 0:
        raise BadInput(f"scale {scale} must be above 0 and at most {LARGEST:g}, seed {seed} must not be negative")
    return Plan(seed, scale, until)


def named_labels() -> list[tuple[str, int]]:
    """Accounts and the index of the RED label that they are named for."""
    return [(account, label_index(agency, "red")) for account, agency in NAMED]


@dataclass(slots=True)
class WorldStream:
    """A world that passes by frame by frame, so that its size needs no memory.

    truth: what was planted, whole once `frames` has come to its end.
    """

    plan: Plan
    places: Places
    truth: list[Planted] = field(default_factory=list)
    _sealed: list[str] = field(default_factory=list)

    def frames(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Canonical frames in order; of events, items, overdoses and fixes there are several."""
        for together in self.records():
            yield from together.items()

    def records(self) -> Iterator[Mapping[str, pl.DataFrame]]:
        """Canonical frames in order, those of one kind of record together: a seizure comes with its items."""
        for together in self._made():
            for name, frame in together.items():
                self._note_sealed(name, frame)
            yield {name: conform(name, frame) for name, frame in together.items()}
        self.truth.append(Planted("compartment", tuple(self._sealed), {"name": COMPARTMENT}))

    def _made(self) -> Iterator[Mapping[str, pl.DataFrame]]:
        ground = find_ground(self.plan, self.places)
        yield {"places": ground.towns.frame}
        ports, traffic = make_traffic(self.plan, self.places)
        yield {"places": ports, "reported": traffic}
        register = Register(self.plan, ground)
        for part in register.parts():
            yield {"events": part.events, "seizure_items": part.items}
        self.truth += register.truth()
        yield from self._overdoses(ground)
        people = People.of(self.plan, self.places)
        fleet = make_fleet(self.plan, people.holdings["vessel"])
        yield {"crafts": fleet.frame}
        tracks = Tracks(self.plan, fleet, ground.waters)
        yield from ({"fixes": frame} for frame in tracks.parts())
        self.truth += tracks.truth
        yield from self._records(people, Cast(people.people, people.holdings, register.seizures()))

    def _overdoses(self, ground: Grounds) -> Iterator[Mapping[str, pl.DataFrame]]:
        overdoses = make_overdoses(self.plan, ground.towns)
        yield from ({"overdoses": frame} for frame in overdoses.parts())
        self.truth += overdoses.truth()

    def _records(self, people: People, cast: Cast) -> Iterator[Mapping[str, pl.DataFrame]]:
        """Entities, links, cases, operations and notices."""
        plan, twins, doubles = self.plan, people.twins, people.doubles
        cases = make_cases(plan, cast, twins.roster)
        operations = make_operations(plan, self.places, cases)
        rosters = [cast.people, twins.roster, *doubles.rosters, *(h.roster for h in cast.holdings.values())]
        named = [aliases(plan.stream("aliases"), cast.people), twins.identifiers, doubles.identifiers]
        yield {
            "entities": pl.concat([r.frame for r in rosters]),
            "identifiers": pl.concat([*named, *(h.identifiers for h in cast.holdings.values())]),
        }
        yield from ({"links": frame} for frame in _links(plan, people, cast, cases, operations))
        yield {"cases": cases.frame, "case_records": cases.records, "case_members": cases.members}
        yield {"operations": operations.frame}
        yield {"deconflictions": make_deconflictions(plan, cast.people, twins, cases, operations)}
        self.truth += [
            *network_truth(cast, people.circles, people.circles_from),
            *twin_truth(cast.people, twins),
            *doubles.truth,
            *shared_truth(cast.people, cases),
            *operation_truth(operations),
        ]

    def _note_sealed(self, name: str, frame: pl.DataFrame) -> None:
        """All records of the sealed compartment: nobody else may see one of them, or their number."""
        if "label" not in frame.columns:
            # reported values are the whole run's
            return
        sealed = frame.filter(pl.col("label") == SEALED)
        if "key" in frame.columns:
            self._sealed += sealed["key"].to_list()
        elif name == "crafts":
            self._sealed += [f"vessel:{identifier}" for identifier in sealed["identifier"].to_list()]


def find_ground(plan: Plan, places: Places) -> Grounds:
    """Towns, waters and busyness of a world."""
    return find_grounds(plan, make_towns(plan, places), find_waters(plan, places))


def _links(plan: Plan, people: People, cast: Cast, cases: Cases, operations: Operations) -> Iterator[pl.DataFrame]:
    ties = Ties(plan)
    background_ties(plan, cast, ties)
    network_ties(cast, people.circles, people.circles_from, ties)
    people.doubles.tie(ties, cast.people)
    _targets(ties, cast, cases, operations)
    return ties.frames(plan.stream("links"))


def _targets(ties: Ties, cast: Cast, cases: Cases, operations: Operations) -> None:
    """Both operations of a pair of class C are after the same suspect."""
    pairs = [p for p in operations.pairs if p.kind == "C"]
    suspects = np.array([cases.shared[i % len(cases.shared)].person for i in range(len(pairs))])
    for rows in (np.array([p.first for p in pairs]), np.array([p.second for p in pairs])):
        starts = operations.frame["starts"].dt.replace_time_zone(None).to_numpy()[rows]
        ties.add("targets", (operations, rows), (cast.people, suspects), starts=starts)
