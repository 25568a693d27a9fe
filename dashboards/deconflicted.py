"""What a record's head says of deconfliction: the gravest status, of whom, and whom to call."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchfloor.geo.answers import Linked

# the gravest first
GRAVE = ("conflict", "possible")
MOST_CALLS = 4


@dataclass(frozen=True, slots=True)
class Notices:
    """What is grave among the notices of a record and of what it is linked to.

    head: the words of the tally. own, near: the first to call, MOST_CALLS together; more: how many others stand below.
    """

    head: str
    own: tuple[Linked, ...] = ()
    near: tuple[Linked, ...] = ()
    more: int = 0

    @property
    def is_grave(self) -> bool:
        """Whether somebody is to be called."""
        return bool(self.own or self.near)


def notices(own: Sequence[Linked], near: Sequence[Linked] = ()) -> Notices:
    """The head of a page; what is of the record itself comes before as grave a notice of a linked one."""
    graves = sorted((one for one in own if one.status in GRAVE), key=_gravity)
    others = sorted((one for one in near if one.status in GRAVE), key=_gravity)
    if not graves and not others:
        return Notices("clear" if own else "none known")
    first = min([*graves, *others], key=_gravity)
    head = first.status if first in graves else f"{first.status} on {first.name} (linked)"
    # a conflict of a linked record is not pushed out by what is merely possible
    called = sorted([*graves, *others], key=_gravity)[:MOST_CALLS]
    more = len(graves) + len(others) - len(called)
    mine, linked = (tuple(one for one in called if one in group) for group in (graves, others))
    return Notices(head, mine, linked, more)


def _gravity(one: Linked) -> int:
    return GRAVE.index(one.status)
