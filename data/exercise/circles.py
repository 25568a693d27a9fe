"""The planted networks and the sealed circle: who they are, in which role, on which route.

A planted circle's people carry group numbers from PLANTED on; everyone else is background.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from watchfloor.data.exercise.labels import CODES, SEALED, Labels, label_index
from watchfloor.data.exercise.names import HOSTILE_FIRMS, firm_names
from watchfloor.data.exercise.persons import make_firms, make_people
from watchfloor.data.exercise.places import IntArray, Places
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.rosters import Origin, Roster, join_rosters

PLANTED: Final = 1_000_000
ROLES: Final = ("coordinates", "finances", "brokers_for", "stores_for", "transports_for", "courier_for", "lookout_for")
_ROLE_OF_MEMBER: Final = (0, 1, 2, 3, 3, 4, 4, 5, 5, 5, 6, 6)


@dataclass(frozen=True, slots=True)
class Circle:
    """One planted circle: its agencies (owner, and who else works on it), its planted routes, its base town."""

    name: str
    owner: str
    shared_with: tuple[str, ...]
    routes: tuple[str, ...]
    town: tuple[str, str]
    is_sealed: bool = False
    members: int = 14
    vessels: int = 0
    vehicles: int = 5


CIRCLES: Final = (
    Circle("lantern", "NTF", ("CGD",), ("lantern",), ("port", "USSAN"), is_sealed=True, members=12, vessels=3),
    Circle("pacific", "CGD", ("NTF",), ("pacific-cocaine",), ("port", "USSAN"), members=20, vessels=4),
    Circle("antwerp", "CGD", ("NTF", "SBI"), ("antwerp",), ("port", "ECGYE"), members=18, vessels=3),
    Circle("antilles", "CGD", ("SBI",), ("antilles",), ("port", "PRSJU"), members=16, vessels=4),
    Circle("precursor", "NTF", ("CGD",), ("precursor-busan", "precursor-shanghai"), ("port", "MXZLO"), vessels=3),
    Circle("laredo", "NTF", ("SBI",), ("laredo-chicago",), ("crossing", "USPOE-2304"), members=22, vehicles=9),
    Circle("nogales", "SBI", ("NTF",), ("nogales-phoenix",), ("crossing", "USPOE-2604"), members=16, vehicles=8),
    Circle("ysidro", "NTF", ("SBI", "CGD"), ("ysidro-seattle",), ("crossing", "USPOE-2504"), members=18, vehicles=8),
    Circle("detroit", "SBI", ("NTF",), ("detroit-pittsburgh",), ("crossing", "USPOE-3801"), members=14, vehicles=6),
)


def circle_labels(rng: np.random.Generator, numbers: IntArray) -> Labels:
    """Labels of records of planted circles: mostly shared with the agencies that work on them.

    numbers: shape (n,), index into CIRCLES.
    """
    draws = rng.random(len(numbers))
    made = np.empty(len(numbers), np.int16)
    for i, circle in enumerate(CIRCLES):
        base, narrow = _base_label(circle), label_index(circle.owner, "amber")
        mine = np.where(draws < 0.75, base, np.where(draws < 0.93, narrow, label_index(circle.owner, "green")))
        made = np.where(numbers == i, SEALED if circle.is_sealed else mine, made)
    return made.astype(np.int16)


def _base_label(circle: Circle) -> int:
    if len(circle.shared_with) == 2:
        return label_index(circle.owner, "amber_both")
    others = [code for code in CODES if code != circle.owner]
    kind = "amber_first" if circle.shared_with[0] == others[0] else "amber_second"
    return label_index(circle.owner, kind)


@dataclass(frozen=True, slots=True)
class CirclePeople:
    """People of all planted circles; `circle` and `role` (index into ROLES, -1 for the front firm) per row."""

    roster: Roster
    circle: IntArray
    role: IntArray


def planted_people(plan: Plan, places: Places) -> CirclePeople:
    """Members and one front firm of every circle, members first."""
    rng = plan.stream("circles")
    circle = np.repeat(np.arange(len(CIRCLES)), [c.members for c in CIRCLES])
    role = np.concatenate([_roles(c.members) for c in CIRCLES])
    firm_circle = np.arange(len(CIRCLES))
    persons = make_people(rng, "member", _origin(rng, circle, places), places)
    names = firm_names(rng, len(CIRCLES) + len(HOSTILE_FIRMS))[len(HOSTILE_FIRMS) :]
    firms = make_firms(rng, "front", _origin(rng, firm_circle, places), places, names=names)
    return CirclePeople(
        join_rosters([persons, firms]),
        np.concatenate([circle, firm_circle]),
        np.concatenate([role, np.full(len(CIRCLES), -1)]),
    )


def _roles(members: int) -> IntArray:
    return np.array([_ROLE_OF_MEMBER[i % len(_ROLE_OF_MEMBER)] if i < 12 else 5 for i in range(members)])


def _origin(rng: np.random.Generator, circle: IntArray, places: Places) -> Origin:
    owner = np.array([CODES.index(c.owner) for c in CIRCLES])[circle]
    city = np.array([places.find(*c.town) for c in CIRCLES])[circle]
    return Origin(owner, PLANTED + circle, city, circle_labels(rng, circle))
