"""Handed on: which files left the store, when, by whose hand and for whom, as far as the reader sees their labels."""

from collections.abc import Iterator
from dataclasses import dataclass

import panel as pn

from watchfloor.dashboards.frame import framed, sentence
from watchfloor.dashboards.marking import strictest_of
from watchfloor.dashboards.session import PageSession
from watchfloor.dashboards.templates import rendered
from watchfloor.data.keeping import KEEPERS
from watchfloor.data.kept.dissemination import MOST
from watchfloor.geo.handing_on import EXERCISE
from watchfloor.geo.kept import Dissemination

FOR_PERSONS = "What was handed on is shown to persons: sign in with an account of your own."
_COUNTED = {
    "records": "in the file",
    "without_place": "of them without a place",
    "hidden_by_precision": "known too roughly to say that they lie there",
    "hidden_without_place": "left out, without a place",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One file that left, as the page writes it. given_to: an agency's code; empty for the asker alone."""

    at: str
    who: str
    given_to: str
    words: str
    counts: str
    marking: str
    name: str
    size: str
    sha256: str


def page(session: PageSession) -> pn.template.base.BaseTemplate:
    """The page."""
    if session.scope.kind not in KEEPERS:
        return framed(session, "Handed on", sentence(FOR_PERSONS))
    lines = [line_of(one) for one in session.repository.disseminated(session.asker)]
    sheet = rendered("handed_on.html", lines=lines, tlp=strictest_of(_titles(lines)), most=MOST)
    content = pn.pane.HTML(sheet, stylesheets=["/assets/page.css"], sizing_mode="stretch_width")
    return framed(session, "Handed on", content)


def line_of(one: Dissemination) -> Line:
    """A record of dissemination in words."""
    handed = one.handed
    return Line(
        at=f"{one.at:%Y-%m-%d %H:%M:%SZ}",
        who=f"{one.who}, {one.agency}" if one.agency else one.who,
        given_to=handed.given_to,
        words=str(handed.question.get("words", "")),
        counts="; ".join(_counted(handed.counts)),
        marking=handed.marking,
        name=handed.name,
        size=f"{handed.size:,} bytes",
        sha256=handed.sha256.hex(),
    )


def _counted(counts: object) -> Iterator[str]:
    given = counts if isinstance(counts, dict) else {}
    for name, words in _COUNTED.items():
        if given.get(name) or name == "records":
            yield f"{int(given.get(name, 0)):,} {words}"


def _titles(lines: list[Line]) -> list[str]:
    return [line.marking.removeprefix(f"{EXERCISE} · ") for line in lines]
