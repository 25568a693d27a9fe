"""The entity page: one person, object, location or event with what is known of it, and from whom."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import panel as pn

from watchfloor.dashboards.deconflicted import notices
from watchfloor.dashboards.record_page import RecordPage, absent, asked_id, asked_moment
from watchfloor.dashboards.record_timeline import Span
from watchfloor.dashboards.session import PageSession
from watchfloor.dashboards.workspace import Workspace
from watchfloor.geo.answers import EntityPage, Linked
from watchfloor.geo.kept import About
from watchfloor.geo.record_facts import Called, is_exercise_mark

POLE = {"person": "Person", "object": "Object", "location": "Location", "event": "Event"}
WHO = ("person", "organisation")
MOST_NEAREST = 3
TEMPLATES = ("entity_head.html", "entity_facts.html", "entity_below.html")


def page(session: PageSession) -> pn.template.base.BaseTemplate:
    """The page. Raises BadQuestion, NotSignedIn, StoreUnavailable."""
    known_at = asked_moment(session.query)
    found = session.repository.entity(session.asker, asked_id(session.query), known_at=known_at)
    if found is None:
        return absent(session, "Entity")
    found = replace(found, history=told_apart(found))
    values: dict[str, Any] = {"one": found, "pole": POLE.get(found.pole, found.pole), "known_at": known_at}
    values["told"] = notices(found.deconfliction, found.near)
    values["nearest"] = nearest(found)
    values["facts"] = tuple(fact for fact in found.told if not (session.is_exercise and is_exercise_mark(fact)))
    # what is kept is kept of entities and cases, which last; an event is what happened once
    workspace = [] if found.pole == "event" else [Workspace(session, About.entity(found.id), known_at)]
    sheet = RecordPage(session, found.id, templates=TEMPLATES, values=values, spans=_named(found), workspace=workspace)
    return sheet.page(found.name)


def nearest(found: EntityPage) -> tuple[Linked, ...]:
    """Whom and what it is linked to, for the head: people and organisations first, and no more than a line holds."""
    return tuple(sorted(found.linked, key=lambda one: one.kind not in WHO)[:MOST_NEAREST])


def told_apart(found: EntityPage) -> tuple[Called, ...]:
    """Names and numbers over time without those that say no more than the head and the facts do."""
    said = {found.name, *(value for _, value in found.identifiers)}
    return tuple(one for one in found.history if one.since or one.until or one.known_to or one.value not in said)


def _named(found: EntityPage) -> list[Span]:
    """Names and numbers as what lasted, as far as their days are told."""
    return [
        Span(called.what.title(), f"{called.value} · {called.since or '…'} to {called.until or 'now'}", *_days(called))
        for called in found.history
        if called.since or called.until
    ]


def _days(called: Called) -> tuple[datetime | None, datetime | None]:
    since, until = (
        datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None for day in (called.since, called.until)
    )
    return since, until
