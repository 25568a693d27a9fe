"""Who may load data or keep mappings under which label, at a command line and on a page alike."""

from typing import TYPE_CHECKING

from watchfloor.geo.errors import Refused
from watchfloor.geo.scope import PrincipalKind, Right, Scope, Tlp

if TYPE_CHECKING:
    from watchfloor.data.registry import LabelSpec

PUBLIC_OWNER = "PUBLIC"


def check_may_load(scope: Scope, label: "LabelSpec") -> None:
    """Raises Refused unless the account may load under this label: its own agency's, public, or any as an operator."""
    if scope.kind not in (PrincipalKind.PERSON, PrincipalKind.SERVICE):
        raise Refused(f"{scope.principal} may only look: load as a person or a service")
    is_public = label.owner == PUBLIC_OWNER and label.tlp is Tlp.CLEAR
    if label.owner != scope.agency and not is_public and Right.OPERATE not in scope.rights:
        raise Refused(f"{scope.principal} may load what its own agency owns, and what is public")


def check_may_keep(scope: Scope, label: "LabelSpec") -> None:
    """Raises Refused unless the account may keep mappings under this label: its own agency's, or any as an operator.

    Not the public's: the newest version of a name is what others load by.
    """
    check_may_load(scope, label)
    if label.owner != scope.agency and Right.OPERATE not in scope.rights:
        raise Refused(f"{scope.principal} may keep mappings of its own agency: {scope.agency}/CLEAR is for everybody")
