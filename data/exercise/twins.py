"""The same person in the registers of two agencies: two records, two spellings, one telephone number."""

import unicodedata
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise.circles import PLANTED
from watchfloor.data.exercise.labels import CODES, SEALED, label_index
from watchfloor.data.exercise.objects import Holding
from watchfloor.data.exercise.persons import make_people
from watchfloor.data.exercise.places import IntArray, Places
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.rosters import Origin, Roster
from watchfloor.data.exercise.truth import Planted

PAIRS: Final = 12
_APART: Final = 5_000_000
"""Group number of twins: no circle, so that nobody holds anything through them."""


@dataclass(frozen=True, slots=True)
class Twins:
    """Second records of known persons: `roster`, the rows of the first records, what both are called under."""

    roster: Roster
    first: IntArray
    identifiers: pl.DataFrame
    numbers: list[str]


def make_twins(plan: Plan, places: Places, people: Roster, phones: Holding) -> Twins:
    """A second record, in another agency's register, for some background persons that hold a telephone."""
    rng = plan.stream("twins")
    group, kind = people.origin.group, people.frame["kind"].to_numpy()
    fit = (group[phones.holder] < PLANTED) & (kind[phones.holder] == "person")
    fit &= people.labels[phones.holder] != SEALED
    held = rng.permutation(np.flatnonzero(fit))
    _, once = np.unique(phones.holder[held], return_index=True)
    held = held[np.sort(once)][: plan.count(PAIRS, 2)]
    first = phones.holder[held]
    owner = (people.origin.owner[first] + rng.integers(1, len(CODES), len(first))) % len(CODES)
    kinds = [("strict", "amber")[i] for i in rng.integers(0, 2, len(first)).tolist()]
    labels = np.array([label_index(CODES[o], k) for o, k in zip(owner.tolist(), kinds, strict=True)], np.int16)
    origin = Origin(owner, np.full(len(first), _APART), people.origin.city[first], labels)
    names = [_respelled(name, i) for i, name in enumerate(people.frame["name"].gather(first).to_list())]
    roster = make_people(rng, "person-again", origin, places, names=names)
    roster = Roster(roster.frame.with_columns(people.frame["attributes"].gather(first)), origin)
    numbers = phones.roster.frame["name"].gather(held).to_list()
    return Twins(roster, first, _identifiers(people, roster, first, numbers), numbers)


def _respelled(name: str, nth: int) -> str:
    """The name as another clerk wrote it: without accents, in capitals, or the surname first."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    given, _, family = plain.partition(" ")
    return (plain, f"{family.upper()}, {given}", plain.replace("ss", "s").replace("ll", "l"))[nth % 3]


def _identifiers(people: Roster, twins: Roster, first: IntArray, numbers: list[str]) -> pl.DataFrame:
    rows = people.frame[first]
    keys = [*rows["key"].to_list(), *twins.frame["key"].to_list()]
    return pl.DataFrame(
        {
            "entity_key": keys,
            "scheme": ["phone"] * len(keys),
            "value": numbers * 2,
            "label": np.concatenate([people.labels[first], twins.labels]),
        }
    )


def twin_truth(people: Roster, twins: Twins) -> list[Planted]:
    """What was planted: both records of each person."""
    firsts, seconds = people.keys[twins.first], twins.roster.keys
    agencies = zip(people.origin.owner[twins.first].tolist(), twins.roster.origin.owner.tolist(), strict=True)
    return [
        Planted("twin_entity", (a, b), {"agencies": [CODES[x], CODES[y]], "identifier": number})
        for a, b, (x, y), number in zip(firsts, seconds, agencies, twins.numbers, strict=True)
    ]
