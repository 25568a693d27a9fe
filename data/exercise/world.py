"""The exercise world as a whole: one plan in, canonical frames, labels and planted truth out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from watchfloor.data.exercise.background import Cast, background_ties
from watchfloor.data.exercise.cases import make_cases
from watchfloor.data.exercise.cast import NAMED
from watchfloor.data.exercise.circles import planted_people
from watchfloor.data.exercise.labels import SPECS, label_index
from watchfloor.data.exercise.networks import network_ties, network_truth
from watchfloor.data.exercise.objects import make_objects
from watchfloor.data.exercise.persons import aliases, background_people
from watchfloor.data.exercise.places import Places
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.rosters import join_rosters
from watchfloor.data.exercise.seizures import make_seizures, route_truth
from watchfloor.data.exercise.ties import Ties
from watchfloor.data.exercise.truth import Planted
from watchfloor.data.ingest.frames import conform
from watchfloor.data.registry import LabelSpec
from watchfloor.geo.errors import BadInput


@dataclass(frozen=True, slots=True)
class World:
    """An exercise world.

    frames: canonical frames whose `label` is an index into `labels`, to be replaced by the store's label ids.
    named: accounts and the index of the RED label that they are named for.
    truth: what was planted; subjects are keys of the frames.
    """

    frames: Mapping[str, pl.DataFrame]
    labels: list[LabelSpec]
    named: list[tuple[str, int]]
    truth: list[Planted]


def make_world(seed: int, scale: float, until: date, places: Places) -> World:
    """The world of a seed, a scale and a last day; the same three give the same rows.

    Raises BadInput if the scale is not above 0 and at most 20, the seed is negative, or the gazetteer lacks a place
    that the planted routes need.
    """
    if not 0 < scale <= 20 or seed < 0:
        raise BadInput(f"scale {scale} must be above 0 and at most 20, seed {seed} must not be negative")
    plan = Plan(seed, scale, until)
    background, circles = background_people(plan, places), planted_people(plan, places)
    people = join_rosters([background, circles.roster])
    cast = Cast(people, make_objects(plan, places, people), make_seizures(plan, places))
    ties = Ties(plan)
    background_ties(plan, cast, ties)
    network_ties(cast, circles, len(background), ties)
    cases = make_cases(plan, cast)
    rosters = [people, *(h.roster for h in cast.holdings.values())]
    identifiers = [aliases(plan.stream("aliases"), people), *(h.identifiers for h in cast.holdings.values())]
    frames = {
        "events": cast.seizures.events,
        "seizure_items": cast.seizures.items,
        "entities": pl.concat([r.frame for r in rosters]),
        "identifiers": pl.concat(identifiers),
        "links": ties.frame(plan.stream("links")),
        "cases": cases.frame,
        "case_records": cases.records,
        "case_members": cases.members,
    }
    truth = [*route_truth(plan, cast.seizures), *network_truth(cast, circles, len(background))]
    return World(
        {name: conform(name, frame) for name, frame in frames.items()},
        list(SPECS),
        [(account, label_index(agency, "red")) for account, agency in NAMED],
        truth,
    )
