"""The exercise world as a whole: one plan in, canonical frames, labels and planted truth out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from watchfloor.data.exercise.background import Cast, background_ties
from watchfloor.data.exercise.cases import Cases, make_cases
from watchfloor.data.exercise.cast import COMPARTMENT, NAMED
from watchfloor.data.exercise.circles import CirclePeople, planted_people
from watchfloor.data.exercise.deconfliction import make_deconflictions
from watchfloor.data.exercise.fleet import make_fleet
from watchfloor.data.exercise.labels import SEALED, SPECS, label_index
from watchfloor.data.exercise.networks import network_ties, network_truth
from watchfloor.data.exercise.objects import make_objects
from watchfloor.data.exercise.operations import Operations, make_operations, operation_truth
from watchfloor.data.exercise.overdoses import make_overdoses
from watchfloor.data.exercise.persons import aliases, background_people
from watchfloor.data.exercise.places import Places
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.rosters import join_rosters
from watchfloor.data.exercise.seizures import make_seizures, route_truth
from watchfloor.data.exercise.ties import Ties
from watchfloor.data.exercise.towns import Towns, make_towns
from watchfloor.data.exercise.tracks import make_tracks
from watchfloor.data.exercise.truth import Planted
from watchfloor.data.exercise.twins import Twins, make_twins, twin_truth
from watchfloor.data.exercise.waters import Waters, find_waters
from watchfloor.data.ingest.frames import conform
from watchfloor.data.registry import LabelSpec
from watchfloor.geo.errors import BadInput

LARGEST = 20.0


@dataclass(frozen=True, slots=True)
class World:
    """An exercise world.

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
    if not 0 < scale <= LARGEST or seed < 0:
        raise BadInput(f"scale {scale} must be above 0 and at most {LARGEST:g}, seed {seed} must not be negative")
    plan = Plan(seed, scale, until)
    towns, waters = make_towns(plan, places), find_waters(plan, places)
    people = _People.of(plan, places, towns, waters)
    facts, planted = _facts(plan, towns, waters, people)
    records, truth = _records(plan, places, people)
    frames = {"places": towns.frame, **facts, **records}
    truth = [*planted, *truth]
    return World(
        {name: conform(name, frame) for name, frame in frames.items()},
        list(SPECS),
        [(account, label_index(agency, "red")) for account, agency in NAMED],
        [*truth, _compartment(frames)],
    )


@dataclass(frozen=True, slots=True)
class _People:
    """Everybody, what they hold, and the seizures that they are linked to."""

    cast: Cast
    circles: CirclePeople
    circles_from: int
    twins: Twins

    @classmethod
    def of(cls, plan: Plan, places: Places, towns: Towns, waters: Waters) -> "_People":
        background, circles = background_people(plan, places), planted_people(plan, places)
        people = join_rosters([background, circles.roster])
        holdings = make_objects(plan, places, people)
        twins = make_twins(plan, places, people, holdings["phone"])
        return cls(Cast(people, holdings, make_seizures(plan, towns, waters)), circles, len(background), twins)


def _facts(plan: Plan, towns: Towns, waters: Waters, people: _People) -> tuple[dict[str, pl.DataFrame], list[Planted]]:
    """Single events, overdoses and tracks."""
    overdoses = make_overdoses(plan, towns)
    fleet = make_fleet(plan, people.cast.holdings["vessel"])
    tracks = make_tracks(plan, fleet, waters)
    frames = {
        "events": people.cast.seizures.events,
        "seizure_items": people.cast.seizures.items,
        "overdoses": overdoses.frame,
        "crafts": fleet.frame,
        "fixes": tracks.fixes,
    }
    return frames, [*route_truth(plan, people.cast.seizures), *overdoses.truth, *tracks.truth]


def _records(plan: Plan, places: Places, people: _People) -> tuple[dict[str, pl.DataFrame], list[Planted]]:
    """Entities, links, cases, operations and notices."""
    cast, twins = people.cast, people.twins
    cases = make_cases(plan, cast, twins.roster)
    operations = make_operations(plan, places, cases)
    rosters = [cast.people, twins.roster, *(h.roster for h in cast.holdings.values())]
    named = [aliases(plan.stream("aliases"), cast.people), twins.identifiers]
    frames = {
        "entities": pl.concat([r.frame for r in rosters]),
        "identifiers": pl.concat([*named, *(h.identifiers for h in cast.holdings.values())]),
        "links": _links(plan, people, cases, operations),
        "cases": cases.frame,
        "case_records": cases.records,
        "case_members": cases.members,
        "operations": operations.frame,
        "deconflictions": make_deconflictions(plan, cast.people, twins, cases, operations),
    }
    shared = [
        Planted("shared_suspect", (cast.people.keys[s.person],), {"agencies": list(s.agencies)}) for s in cases.shared
    ]
    networks = network_truth(cast, people.circles, people.circles_from)
    return frames, [*networks, *twin_truth(cast.people, twins), *shared, *operation_truth(operations)]


def _links(plan: Plan, people: _People, cases: Cases, operations: Operations) -> pl.DataFrame:
    ties = Ties(plan)
    background_ties(plan, people.cast, ties)
    network_ties(people.cast, people.circles, people.circles_from, ties)
    _targets(ties, people.cast, cases, operations)
    return ties.frame(plan.stream("links"))


def _targets(ties: Ties, cast: Cast, cases: Cases, operations: Operations) -> None:
    """Both operations of a pair of class C are after the same suspect."""
    pairs = [p for p in operations.pairs if p.kind == "C"]
    suspects = np.array([cases.shared[i % len(cases.shared)].person for i in range(len(pairs))])
    for rows in (np.array([p.first for p in pairs]), np.array([p.second for p in pairs])):
        starts = operations.frame["starts"].dt.replace_time_zone(None).to_numpy()[rows]
        ties.add("targets", (operations, rows), (cast.people, suspects), starts=starts)


def _compartment(frames: Mapping[str, pl.DataFrame]) -> Planted:
    """All records of the sealed compartment: nobody else may see one of them, or their number."""
    keys = [key for frame in frames.values() if "key" in frame.columns
            for key in frame.filter(pl.col("label") == SEALED)["key"].to_list()]  # fmt: skip
    crafts = frames["crafts"].filter(pl.col("label") == SEALED)["identifier"].to_list()
    return Planted("compartment", (*keys, *(f"vessel:{c}" for c in crafts)), {"name": COMPARTMENT})
