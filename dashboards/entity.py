"""The entity page: one person, object, location or event with what is known of it, and from whom."""

import panel as pn

from watchfloor.dashboards.record_page import absent, asked_id, record_sheet
from watchfloor.dashboards.session import PageSession

POLE = {"person": "Person", "object": "Object", "location": "Location", "event": "Event"}


def page(session: PageSession) -> pn.template.base.BaseTemplate:
    """The page. Raises BadQuestion, NotSignedIn, StoreUnavailable."""
    found = session.repository.entity(session.asker, asked_id(session.query))
    if found is None:
        return absent(session, "Entity")
    return record_sheet(session, found.name, "entity.html", one=found, pole=POLE.get(found.pole, found.pole))
