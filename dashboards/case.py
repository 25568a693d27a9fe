"""The case page: what a case holds, who works on it, and which agency to call."""

import panel as pn

from watchfloor.dashboards.record_page import absent, asked_id, record_sheet
from watchfloor.dashboards.session import PageSession


def page(session: PageSession) -> pn.template.base.BaseTemplate:
    """The page. Raises BadQuestion, NotSignedIn, StoreUnavailable."""
    found = session.repository.case(session.asker, asked_id(session.query))
    if found is None:
        return absent(session, "Case")
    return record_sheet(session, found.number, "case.html", one=found)
