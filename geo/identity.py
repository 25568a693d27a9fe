"""Whether two records are of one object: by what they bear, exactly, and by what contradicts it.

Numbers such as an MMSI, a plate or a telephone number are given to another in time, and some are borne by two at once.
A number that is a thing's for life decides: two records with different IMO numbers are two ships, whatever they share.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from watchfloor.geo.identifiers import LIFELONG, ExactIdentifier

_EVER = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))

type Span = tuple[datetime | None, datetime | None]


class Relation(StrEnum):
    """What sharing an identifier comes to."""

    SAME = "same identifier"
    CONFLICT = "conflict"
    PASSED_ON = "passed on"
    NONE = "nothing shared"


@dataclass(frozen=True, slots=True)
class Bearer:
    """What one record, or several of one object, bear; from when until when each, open where that is not known."""

    bears: Mapping[ExactIdentifier, Span]

    def joined(self, other: "Bearer") -> "Bearer":
        """Both together; of what both bear, the longer of the times."""
        both = dict(self.bears)
        for identifier, span in other.bears.items():
            both[identifier] = _around(both[identifier], span) if identifier in both else span
        return Bearer(both)

    def for_life(self, scheme: str) -> frozenset[ExactIdentifier]:
        """The lifelong identifiers of a scheme."""
        return frozenset(one for one in self.bears if one.scheme == scheme)


def relation(one: Bearer, other: Bearer) -> tuple[Relation, tuple[ExactIdentifier, ...]]:
    """What two records are to each other, and the identifiers that they share.

    Conflict: something lifelong tells them apart, and both bear the shared identifier at the same time. Passed on: at
    different times.
    """
    shared = tuple(sorted(one.bears.keys() & other.bears.keys(), key=lambda found: (found.scheme, found.value)))
    if not shared:
        return Relation.NONE, ()
    if not _are_two(one, other):
        return Relation.SAME, shared
    met = any(_overlap(one.bears[found], other.bears[found]) for found in shared)
    return (Relation.CONFLICT if met else Relation.PASSED_ON), shared


def contested(bearer: Bearer) -> tuple[ExactIdentifier, ...]:
    """Lifelong identifiers of one kind that one record bears at the same time: it is of two objects; () if of one."""
    for scheme in sorted(LIFELONG):
        several = sorted(bearer.for_life(scheme), key=lambda found: found.value)
        for at, first in enumerate(several):
            if any(_overlap(bearer.bears[first], bearer.bears[second]) for second in several[at + 1 :]):
                return tuple(several)
    return ()


def spans(said: Iterable[tuple[ExactIdentifier, Span]]) -> Bearer:
    """Who bears all of that; the same said several times holds from the first until the last."""
    bearer = Bearer({})
    for identifier, span in said:
        bearer = bearer.joined(Bearer({identifier: span}))
    return bearer


def _are_two(one: Bearer, other: Bearer) -> bool:
    for scheme in LIFELONG:
        ours, theirs = one.for_life(scheme), other.for_life(scheme)
        if ours and theirs and not ours & theirs:
            return True
    return False


def _overlap(one: Span, other: Span) -> bool:
    """Whether two times meet; those that only touch do not."""
    (since, until), (other_since, other_until) = _closed(one), _closed(other)
    return since == other_since or max(since, other_since) < min(until, other_until)


def _around(one: Span, other: Span) -> Span:
    sinces, untils = zip(one, other, strict=True)
    return (
        None if None in sinces else min(filter(None, sinces)),
        None if None in untils else max(filter(None, untils)),
    )


def _closed(span: Span) -> tuple[datetime, datetime]:
    return span[0] or _EVER[0], span[1] or _EVER[1]
