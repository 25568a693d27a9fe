"""Who am I: what the server holds of the asker, and which labels the database lets them see."""

import panel as pn

from watchfloor.dashboards.frame import framed
from watchfloor.dashboards.session import PageSession
from watchfloor.dashboards.templates import rendered
from watchfloor.data.door import Asked
from watchfloor.data.registry import labels
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.scope import PrincipalKind, Right

_KINDS = {
    PrincipalKind.PERSON: "Account",
    PrincipalKind.WALL: "Wall display",
    PrincipalKind.SERVICE: "Service",
    PrincipalKind.PUBLIC: "The public",
}
_RIGHTS = {
    Right.TIER: "sensitivity tier",
    Right.COMPARTMENT: "sealed compartment",
    Right.NAMED: "named for TLP:RED labels",
    Right.HEALTH: "health data",
    Right.OPERATE: "operator",
    Right.AUDIT: "audit",
}
_STORES = {
    StoreKind.EXERCISE: "EXERCISE: not for operational use",
    StoreKind.OPERATIONAL: "OPERATIONAL",
}


def page(session: PageSession) -> pn.template.base.BaseTemplate:
    """The page."""
    with session.door.open(session.asker.token, Asked("page", {"page": "whoami"})) as (connection, scope):
        seen = labels(connection)
        agency = connection.execute("SELECT name FROM watchfloor.agency WHERE code = %s", [scope.agency]).fetchone()
    sheet = rendered(
        "whoami.html",
        scope=scope,
        kind_title=_KINDS[scope.kind],
        agency=agency[0] if agency else None,
        rights=[_RIGHTS[Right(right)] for right in sorted(scope.rights)],
        store=_STORES[session.kind],
        labels=seen,
    )
    content = pn.pane.HTML(sheet, stylesheets=["/assets/page.css"], sizing_mode="stretch_width")
    return framed(session, "Who am I", content)
