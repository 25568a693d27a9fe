"""Who may load data under which label, at a command line and on a page alike."""

from typing import TYPE_CHECKING

from watchfloor.geo.errors import Refused
from watchfloor.geo.scope import PrincipalKind, Right, Scope

if TYPE_CHECKING:
    from watchfloor.data.registry import LabelSpec


def check_may_load(scope: Scope, label: "LabelSpec") -> None:
    """Raises Refused unless the account may load under this label: its own agency's, public, or any as an operator."""
    if scope.kind not in (PrincipalKind.PERSON, PrincipalKind.SERVICE):
        raise Refused(f"{scope.principal} may only look: load as a person or a service")
    if label.owner != scope.agency and label.tlp > 0 and Right.OPERATE not in scope.rights:
        raise Refused(f"{scope.principal} may load what its own agency owns, and what is public")
