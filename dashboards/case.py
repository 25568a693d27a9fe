"""The case page: what a case holds, who works on it, which others touch it, and which agency to call."""

import panel as pn

from watchfloor.dashboards.deconflicted import notices
from watchfloor.dashboards.record_page import RecordPage, absent, asked_id, asked_moment
from watchfloor.dashboards.session import PageSession
from watchfloor.dashboards.workspace import Workspace
from watchfloor.geo.kept import About

TEMPLATES = ("case_head.html", "case_facts.html", "case_below.html")


def page(session: PageSession) -> pn.template.base.BaseTemplate:
    """The page. Raises BadQuestion, NotSignedIn, StoreUnavailable."""
    known_at = asked_moment(session.query)
    found = session.repository.case(session.asker, asked_id(session.query), known_at=known_at)
    if found is None:
        return absent(session, "Case")
    sheet = RecordPage(
        session,
        found.id,
        templates=TEMPLATES,
        values={"one": found, "known_at": known_at, "told": notices(found.deconfliction)},
        workspace=[Workspace(session, About.case(found.id), known_at, people=[name for name, _ in found.members])],
    )
    return sheet.page(found.number)
