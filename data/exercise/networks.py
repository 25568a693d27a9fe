"""The links of the planted circles: roles, calls, and the seizures on the routes that they serve."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from watchfloor.data.exercise.background import Cast
from watchfloor.data.exercise.circles import CIRCLES, PLANTED, ROLES, CirclePeople
from watchfloor.data.exercise.places import IntArray
from watchfloor.data.exercise.routes import ROUTES
from watchfloor.data.exercise.ties import Ties, span
from watchfloor.data.exercise.truth import Fact, Planted

# share of the seizures on a circle's route that somebody linked to one of its means, people or places
_KNOWN: Final[Mapping[str, float]] = {"conveyed_by": 0.45, "taken_from": 0.30, "shipped_via": 0.08}
# who is in touch with whom: the coordinator with the middle, the middle with the hands
_TOUCH: Final = ((0, 1), (0, 2), (0, 3), (1, 2), (2, 4), (3, 4), (3, 5), (4, 5), (4, 6), (5, 6))


def network_ties(cast: Cast, circles: CirclePeople, first_row: int, ties: Ties) -> None:
    """Add the links of every planted circle; first_row: where its people begin in the roster of all people."""
    rng = ties.plan.stream("networks")
    for i in range(len(CIRCLES)):
        members = first_row + np.flatnonzero((circles.circle == i) & (circles.role >= 0))
        roles = circles.role[members - first_row]
        _roles(rng, cast, ties, members, [ROLES[role] for role in roles.tolist()])
        _touch(rng, cast, ties, members, roles)
        _seizures(rng, cast, ties, i, members[np.isin(roles, (4, 5))])


def _roles(rng: np.random.Generator, cast: Cast, ties: Ties, members: IntArray, kinds: list[str]) -> None:
    """A link from every member to the front firm of its circle, of the kind of its role."""
    group = cast.people.origin.group
    is_firm = cast.people.frame["kind"].to_numpy() == "organisation"
    front = np.flatnonzero((group == group[members[0]]) & is_firm)
    starts, ends = span(rng, ties.plan, len(members), ended=0.1)
    ties.add(kinds, (cast.people, members), (cast.people, np.resize(front, len(members))), starts=starts, ends=ends)


def _touch(rng: np.random.Generator, cast: Cast, ties: Ties, members: IntArray, roles: IntArray) -> None:
    """Acquaintance and calls along the chain of roles, never from the hands to the coordinator."""
    pairs = [
        (a, b)
        for upper, lower in _TOUCH
        for a in members[roles == upper].tolist()
        for b in members[roles == lower].tolist()
        if rng.random() < 0.7
    ]
    a, b = np.array(pairs, np.int64).reshape(-1, 2).T
    starts, ends = span(rng, ties.plan, len(a), ended=0.1)
    known = rng.random(len(a)) < 0.5
    ties.add("associates", (cast.people, a[known]), (cast.people, b[known]), starts=starts[known], ends=ends[known])
    phones = cast.holdings["phone"]
    first_phone = np.full(len(cast.people), -1)
    first_phone[phones.holder[::-1]] = np.arange(len(phones.roster))[::-1]
    both = (first_phone[a] >= 0) & (first_phone[b] >= 0)
    a_phone, b_phone = first_phone[a[both]], first_phone[b[both]]
    ties.add("calls", (phones.roster, a_phone), (phones.roster, b_phone), starts=starts[both], ends=ends[both])


def _route_rows(cast: Cast, circle: int) -> IntArray:
    wanted = [i for i, r in enumerate(ROUTES) if r.name in CIRCLES[circle].routes]
    return np.flatnonzero(np.isin(cast.seizures.route, wanted))


def _seizures(rng: np.random.Generator, cast: Cast, ties: Ties, circle: int, hands: IntArray) -> None:
    events = _route_rows(cast, circle)
    starts = cast.seizures.starts
    by_sea = CIRCLES[circle].vessels > 0
    means = cast.roster("vessel" if by_sea else "vehicle")
    own = np.flatnonzero(means.origin.group == PLANTED + circle)
    sites = cast.roster("location")
    own_sites = np.flatnonzero(sites.origin.group == PLANTED + circle)
    for kind, roster, rows in (
        ("conveyed_by", means, own),
        ("taken_from", cast.people, hands),
        ("shipped_via", sites, own_sites),
    ):
        chosen = events[rng.random(len(events)) < _KNOWN[kind]]
        ties.add(kind, (cast.seizures, chosen), (roster, rng.choice(rows, len(chosen))), starts=starts[chosen])


def network_truth(cast: Cast, circles: CirclePeople, first_row: int) -> list[Planted]:
    """What was planted: the people, roles, means and routes of every circle."""
    made = []
    keys = cast.people.keys
    for i, circle in enumerate(CIRCLES):
        rows = np.flatnonzero(circles.circle == i)
        roles: dict[str, Fact] = {
            keys[first_row + r]: "front" if circles.role[r] < 0 else ROLES[circles.role[r]] for r in rows.tolist()
        }
        means: list[Fact] = [
            key for kind in ("vessel", "vehicle", "phone", "location")
            for key in cast.roster(kind).keys[cast.roster(kind).origin.group == PLANTED + i]
        ]  # fmt: skip
        truth: dict[str, Fact] = {"name": circle.name, "roles": roles, "means": means, "routes": list(circle.routes)}
        kind = "sealed_network" if circle.is_sealed else "network"
        made.append(Planted(kind, tuple(roles), truth))
    return made
