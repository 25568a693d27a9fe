"""Background links: who owns, uses, calls, crews and lives where, with nothing behind it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from watchfloor.data.exercise.circles import PLANTED
from watchfloor.data.exercise.objects import Holding
from watchfloor.data.exercise.places import IntArray
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.rosters import Roster
from watchfloor.data.exercise.scenes import CONVEYANCES
from watchfloor.data.exercise.seizures import Seizures
from watchfloor.data.exercise.ties import Keyed, Ties, pick_alike, span

# how a holder holds each kind of object, and for what share of the objects that is known
_HOLDS: Final = {
    "vehicle": ("owns", 0.85),
    "vessel": ("owner_of", 0.80),
    "phone": ("uses", 0.90),
    "account": ("holds", 0.95),
    "firearm": ("owns", 0.70),
    "container": ("ships", 0.70),
    "parcel": ("sends", 0.60),
    "location": ("resides_at", 0.60),
}


@dataclass(frozen=True, slots=True)
class Cast:
    """All that links can join: people, what they hold by kind, and the seizures."""

    people: Roster
    holdings: dict[str, Holding]
    seizures: Seizures

    def roster(self, kind: str) -> Roster:
        """Objects of one kind."""
        return self.holdings[kind].roster

    def is_person(self) -> IntArray:
        """Rows of natural persons among the people."""
        return np.flatnonzero(self.people.frame["kind"].to_numpy() == "person")


def background_ties(plan: Plan, cast: Cast, ties: Ties) -> None:
    """Add the links of the background, and the holders of all objects."""
    rng = plan.stream("background")
    for kind in _HOLDS:
        _held(rng, ties, cast, kind)
    _circle_links(rng, ties, cast)
    _alike(rng, ties, "seen_at", (cast.roster("vehicle"), plan.count(500)), cast.roster("location"))
    _event_links(rng, ties, cast)


def _held(rng: np.random.Generator, ties: Ties, cast: Cast, kind: str) -> None:
    verb, known = _HOLDS[kind]
    held = cast.holdings[kind]
    planted = held.roster.origin.group >= PLANTED
    rows = np.flatnonzero(planted | (rng.random(len(held.roster)) < known))
    starts, ends = span(rng, ties.plan, len(rows))
    ties.add(verb, (cast.people, held.holder[rows]), (held.roster, rows), starts=starts, ends=ends)


def _circle_links(rng: np.random.Generator, ties: Ties, cast: Cast) -> None:
    """Acquaintance, crews, jobs and calls, most of them within a circle of background people."""
    plan, people, phones = ties.plan, cast.people, cast.roster("phone")
    group, phone_group = people.origin.group, phones.origin.group
    persons = np.flatnonzero((group < PLANTED) & (people.frame["kind"].to_numpy() == "person"))
    firms = np.flatnonzero((group < PLANTED) & (people.frame["kind"].to_numpy() == "organisation"))
    known = rng.choice(persons, plan.count(1_900))
    _pairs(rng, ties, "associates", (people, known), (people, persons[pick_alike(rng, group[known], group[persons])]))
    strangers = rng.choice(persons, (2, plan.count(250)))
    _pairs(rng, ties, "associates", (people, strangers[0]), (people, strangers[1]))
    staff = rng.choice(persons, plan.count(600))
    found = pick_alike(rng, group[staff], group[firms])
    _pairs(rng, ties, "works_for", (people, staff[found >= 0]), (people, firms[found[found >= 0]]))
    vessels = cast.roster("vessel")
    ships = rng.integers(0, len(vessels), plan.count(900))
    hand = persons[pick_alike(rng, vessels.origin.owner[ships], people.origin.owner[persons])]
    ships, hand = ships[vessels.origin.group[ships] < PLANTED], hand[vessels.origin.group[ships] < PLANTED]
    _pairs(rng, ties, "crews", (people, hand), (vessels, ships))
    quiet = np.flatnonzero(phone_group < PLANTED)
    caller = rng.choice(quiet, plan.count(2_300))
    _pairs(
        rng, ties, "calls", (phones, caller), (phones, quiet[pick_alike(rng, phone_group[caller], phone_group[quiet])])
    )
    wrong_number = rng.choice(quiet, (2, plan.count(600)))
    _pairs(rng, ties, "calls", (phones, wrong_number[0]), (phones, wrong_number[1]))


def _pairs(
    rng: np.random.Generator, ties: Ties, kind: str, first: tuple[Keyed, IntArray], second: tuple[Keyed, IntArray]
) -> None:
    starts, ends = span(rng, ties.plan, len(first[1]))
    ties.add(kind, first, second, starts=starts, ends=ends)


def _alike(rng: np.random.Generator, ties: Ties, kind: str, first: tuple[Roster, int], second: Roster) -> None:
    """Random links between background records of one agency."""
    roster, n = first
    rows = rng.choice(np.flatnonzero(roster.origin.group < PLANTED), n)
    offered = np.flatnonzero(second.origin.group < PLANTED)
    found = pick_alike(rng, roster.origin.owner[rows], second.origin.owner[offered])
    kept = found >= 0
    _pairs(rng, ties, kind, (roster, rows[kept]), (second, offered[found[kept]]))


def _event_links(rng: np.random.Generator, ties: Ties, cast: Cast) -> None:
    """What was taken from whom and how it travelled, for an eighth of the background seizures."""
    seizures = cast.seizures
    noise = np.flatnonzero(seizures.route < 0)
    means = seizures.conveyance[noise]
    targets: tuple[tuple[str, Roster, IntArray, float], ...] = (
        ("taken_from", cast.people, noise, 0.14),
        ("conveyed_by", cast.roster("vehicle"), noise[means == CONVEYANCES.index("vehicle")], 0.12),
        ("conveyed_by", cast.roster("vessel"), noise[means == CONVEYANCES.index("vessel")], 0.16),
        ("shipped_via", cast.roster("location"), noise[means == CONVEYANCES.index("premises")], 0.20),
        ("shipped_in", cast.roster("parcel"), noise[means == CONVEYANCES.index("parcel")], 0.10),
    )
    for kind, roster, events, share in targets:
        rows = events[rng.random(len(events)) < share]
        offered = np.flatnonzero(roster.origin.group < PLANTED)
        found = pick_alike(rng, seizures.owner[rows].astype(np.int64), roster.origin.owner[offered])
        kept = found >= 0
        starts = seizures.starts[rows[kept]]
        ties.add(kind, (seizures, rows[kept]), (roster, offered[found[kept]]), starts=starts)
