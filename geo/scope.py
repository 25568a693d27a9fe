"""Who may see what: security labels, entitlements and the rule that joins them.

The rule stands twice: here, as the definition that people read and tests compare with, and in
`data/sql/functions.sql`, where PostGIS applies it to every row. A property test keeps them equal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Tlp(IntEnum):
    """Traffic Light Protocol 2.0 (FIRST, August 2022), from the widest to the narrowest."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    AMBER_STRICT = 3
    RED = 4

    @property
    def title(self) -> str:
        """The marking as it is written on a page: TLP:AMBER+STRICT."""
        return f"TLP:{self.name.replace('_', '+')}"


class Tier(IntEnum):
    """Sensitivity of the content, apart from how far it may travel."""

    OPEN = 0
    SENSITIVE = 1
    RESTRICTED = 2
    SEALED = 3


class PrincipalKind(StrEnum):
    """What stands behind a sign-in."""

    PERSON = "person"
    WALL = "wall"
    SERVICE = "service"
    PUBLIC = "public"


class Right(StrEnum):
    """What an entitlement gives; `value` of the entitlement says how much or which."""

    TIER = "tier"
    COMPARTMENT = "compartment"
    NAMED = "named"
    HEALTH = "health"
    OPERATE = "operate"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Label:
    """Security label: every protected row carries one, interned as a small integer."""

    id: int
    owner: str
    tlp: Tlp
    tier: Tier
    compartment: str | None = None
    releasable_to: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """The label as it is written beside a record."""
        parts = [self.tlp.title, self.tier.name, f"owner {self.owner}"]
        if self.compartment:
            parts.append(f"compartment {self.compartment}")
        if self.releasable_to:
            parts.append("releasable to " + ", ".join(sorted(self.releasable_to)))
        return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One right of one principal, from `starts` until before `ends` (UTC)."""

    right: Right
    value: str
    starts: datetime
    ends: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the right is in force at that moment."""
        return self.starts <= at and (self.ends is None or at < self.ends)


@dataclass(frozen=True, slots=True)
class Principal:
    """A person, a wall display, a service or the public."""

    name: str
    kind: PrincipalKind
    agency: str | None
    entitlements: tuple[Entitlement, ...] = ()
    is_active: bool = True

    def values(self, right: Right, at: datetime) -> set[str]:
        """Values of one kind of right that are in force at that moment."""
        return {e.value for e in self.entitlements if e.right is right and e.holds(at)}


@dataclass(frozen=True, slots=True)
class Scope:
    """What the database answered to `begin_scope`: the only source of visible labels.

    `epoch` changes whenever a change of rights could change what this principal sees; `operator` is who
    signed in at the machine in the principal's name, None if it was the principal.
    """

    principal: str
    display_name: str
    kind: PrincipalKind
    agency: str | None
    labels: tuple[int, ...]
    sees_health: bool
    epoch: str
    rights: frozenset[str] = frozenset()
    operator: str | None = None

    @property
    def key(self) -> tuple[tuple[int, ...], bool]:
        """What an answer may be shared by: equal keys see equal rows."""
        return (self.labels, self.sees_health)


def may_see(principal: Principal, label: Label, at: datetime) -> bool:
    """Whether a principal may see the rows under a label at a moment.

    Compartment and tier narrow, TLP decides how far the row travels between agencies:
    CLEAR to everyone, GREEN to the community (any agency), AMBER to the owner and the named
    agencies, AMBER+STRICT to the owner only, RED to principals named for the label.
    """
    if not principal.is_active:
        return False
    if label.compartment is not None and label.compartment not in principal.values(Right.COMPARTMENT, at):
        return False
    if label.tier > max((int(v) for v in principal.values(Right.TIER, at)), default=Tier.OPEN):
        return False
    match label.tlp:
        case Tlp.CLEAR:
            return True
        case Tlp.GREEN:
            return principal.agency is not None
        case Tlp.AMBER:
            return principal.agency is not None and (
                principal.agency == label.owner or principal.agency in label.releasable_to
            )
        case Tlp.AMBER_STRICT:
            return principal.agency == label.owner
        case Tlp.RED:
            return str(label.id) in principal.values(Right.NAMED, at)


def visible_labels(principal: Principal, labels: Iterable[Label], at: datetime) -> frozenset[int]:
    """Ids of all labels that the principal may see at that moment."""
    return frozenset(label.id for label in labels if may_see(principal, label, at))
