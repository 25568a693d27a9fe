"""What entity and case pages share: the id in the address, and the sheet that a record is written on."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import panel as pn

from watchfloor.dashboards.frame import framed, sentence
from watchfloor.dashboards.session import PageSession
from watchfloor.dashboards.styles import PANELS, RECORDS
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.errors import BadQuestion

# the same words whether it is not there or may not be seen: the difference would be a hint
ABSENT = "There is no such record for you. The link may be old, or what it names is not yours to see."


def asked_id(query: Mapping[str, str]) -> UUID:
    """The id that the address names. Raises BadQuestion."""
    try:
        return UUID(query.get("id", ""))
    except ValueError as error:
        raise BadQuestion("the address names no record: open it from a link on the explore page") from error


def record_sheet(session: PageSession, title: str, template: str, **values: Any) -> pn.template.base.BaseTemplate:
    """The page of one record."""
    sheet = pn.pane.HTML(
        rendered(template, **values), stylesheets=[PANELS, RECORDS], sizing_mode="stretch_width", margin=0
    )
    return framed(session, title, sheet)


def absent(session: PageSession, title: str) -> pn.template.base.BaseTemplate:
    """The page of a record that the reader does not get."""
    return framed(session, title, sentence(ABSENT, is_fault=True))
