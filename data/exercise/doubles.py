"""Records that stand twice in one register: persons, vehicles and telephones, alike or in another writing.

Beside them stand namesakes: two persons of one name who are not the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise.circles import PLANTED
from watchfloor.data.exercise.objects import Holding
from watchfloor.data.exercise.persons import make_people
from watchfloor.data.exercise.places import IntArray, Places
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.rosters import Roster, Strings
from watchfloor.data.exercise.ties import Ties, span
from watchfloor.data.exercise.truth import Planted
from watchfloor.data.exercise.writings import misread_plate, misspelt, mistyped_phone, other_phone, other_plate, respelt

_APART: Final = 6_000_000
"""Group number of second records: no circle, so that nobody holds anything through them."""


@dataclass(frozen=True, slots=True)
class _Sort:
    """One sort of second record: what is planted, of which kind of record, how many, how the clerk wrote it."""

    planted: str
    kind: str
    n: int
    write: Callable[[np.random.Generator, str], str]


_SORTS: Final = (
    _Sort("duplicate_person", "person", 40, lambda _rng, name: name),
    _Sort("near_duplicate_person", "person", 40, respelt),
    _Sort("near_duplicate_person", "person", 20, misspelt),
    _Sort("namesake", "person", 30, lambda _rng, name: name),
    _Sort("duplicate_plate", "vehicle", 30, other_plate),
    _Sort("near_duplicate_plate", "vehicle", 20, misread_plate),
    _Sort("duplicate_phone", "phone", 30, other_phone),
    _Sort("near_duplicate_phone", "phone", 20, mistyped_phone),
)
_SCHEME: Final = {"vehicle": "plate", "phone": "phone"}
_VERB: Final = {"vehicle": "owns", "phone": "uses"}


@dataclass(frozen=True, slots=True)
class _Second:
    """Second records of one sort; first: rows of the first ones; holder: row of the people, or none for persons."""

    sort: _Sort
    roster: Roster
    first_keys: Strings
    holder: IntArray | None


@dataclass(frozen=True, slots=True)
class Doubles:
    """All second records, with the numbers that they are known by and what was planted."""

    seconds: Sequence[_Second]
    identifiers: pl.DataFrame
    truth: Sequence[Planted]

    @property
    def rosters(self) -> list[Roster]:
        """The second records."""
        return [one.roster for one in self.seconds]

    def tie(self, ties: Ties, people: Roster) -> None:
        """The holder of the first record holds most of the second ones too."""
        rng = ties.plan.stream("doubles.held")
        for one in self.seconds:
            if one.holder is not None:
                rows = np.flatnonzero(rng.random(len(one.roster)) < 0.7)
                starts, ends = span(rng, ties.plan, len(rows))
                held = (one.roster, rows)
                ties.add(_VERB[one.sort.kind], (people, one.holder[rows]), held, starts=starts, ends=ends)


def make_doubles(plan: Plan, places: Places, people: Roster, holdings: dict[str, Holding]) -> Doubles:
    """Second records in the register and under the label of the first."""
    seconds = [_persons(plan, places, people, s) if s.kind == "person" else _objects(plan, holdings[s.kind], s, i)
               for i, s in enumerate(_SORTS)]  # fmt: skip
    identifiers = pl.concat([_identifiers(one) for one in seconds])
    return Doubles(seconds, identifiers, [planted for one in seconds for planted in _truth(one)])


def _persons(plan: Plan, places: Places, people: Roster, sort: _Sort) -> _Second:
    """Another record of a person of the background, or of another person of the same name."""
    rng = plan.stream(f"doubles.{sort.planted}.{sort.n}")
    fit = np.flatnonzero((people.origin.group < PLANTED) & (people.frame["kind"].to_numpy() == "person"))
    first = rng.permutation(fit)[: plan.count(sort.n, 2)]
    of_first = people.origin.take(first)
    origin = replace(of_first, group=np.full(len(first), _APART))
    names = [sort.write(rng, name) for name in people.frame["name"].gather(first).to_list()]
    if sort.planted == "namesake":
        origin = replace(origin, city=rng.choice(places.of_kind("city"), len(first)))
    second = make_people(rng, f"again-{sort.planted}-{sort.n}", origin, places, names=names)
    if sort.planted != "namesake":
        # the same year of birth, whoever wrote it down
        second = Roster(second.frame.with_columns(people.frame["attributes"].gather(first)), origin)
    return _Second(sort, second, _keys(people, first), None)


def _objects(plan: Plan, held: Holding, sort: _Sort, number: int) -> _Second:
    rng = plan.stream(f"doubles.{sort.planted}")
    fit = np.flatnonzero(held.roster.origin.group < PLANTED)
    # no record is the first of two sorts: every other one serves each
    mine = fit[fit % len(_SORTS) == number]
    first = rng.permutation(mine)[: plan.count(sort.n, 2)]
    names = [sort.write(rng, name) for name in held.roster.frame["name"].gather(first).to_list()]
    keys = [f"again-{sort.planted}-{i + 1:05d}" for i in range(len(first))]
    frame = held.roster.frame[first].with_columns(pl.Series("key", keys), pl.Series("name", names))
    origin = replace(held.roster.origin.take(first), group=np.full(len(first), _APART))
    return _Second(sort, Roster(frame, origin), _keys(held.roster, first), held.holder[first])


def _keys(roster: Roster, rows: IntArray) -> Strings:
    return [str(key) for key in roster.keys[rows]]


def _identifiers(one: _Second) -> pl.DataFrame:
    """The number as the clerk wrote it."""
    frame, scheme = one.roster.frame, _SCHEME.get(one.sort.kind)
    made = frame.select(
        pl.col("key").alias("entity_key"), pl.lit(scheme, pl.String).alias("scheme"), pl.col("name").alias("value"),
        pl.col("label"),
    )  # fmt: skip
    return made.filter(pl.col("scheme").is_not_null())


def _truth(one: _Second) -> list[Planted]:
    written = one.roster.frame["name"].to_list()
    keys = zip(one.first_keys, one.roster.frame["key"].to_list(), written, strict=True)
    is_same = one.sort.planted != "namesake"
    return [Planted(one.sort.planted, (a, b), {"same": is_same, "written": name}) for a, b, name in keys]
