"""What entity and case pages share: what the address names, and where the parts of a record's page stand."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from uuid import UUID

import panel as pn

from watchfloor.dashboards.answers import Answers
from watchfloor.dashboards.frame import framed, framed_words, sentence
from watchfloor.dashboards.link_canvas import library
from watchfloor.dashboards.link_graph import LinkPane
from watchfloor.dashboards.marking import labels_on, strictest_of, tlp_of
from watchfloor.dashboards.page_look import ThemeSwitch
from watchfloor.dashboards.record_map import RecordMap
from watchfloor.dashboards.record_timeline import Span, axis
from watchfloor.dashboards.session import PageSession
from watchfloor.dashboards.styles import PANELS, RECORDS
from watchfloor.dashboards.templates import rendered
from watchfloor.dashboards.workspace import Workspace
from watchfloor.geo.answers import CasePage
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.link_graph import IN_CASE, GraphLink, LinkGraph

# the same words whether it is not there or may not be seen: the difference would be a hint
ABSENT = "There is no such record for you. The link may be old, or what it names is not yours to see."
GRAPH_PX = 640
MAP_PX = 480


def asked_id(query: Mapping[str, str]) -> UUID:
    """The id that the address names. Raises BadQuestion."""
    try:
        return UUID(query.get("id", ""))
    except ValueError as error:
        raise BadQuestion("the address names no record: open it from a link on the explore page") from error


def asked_moment(query: Mapping[str, str]) -> datetime | None:
    """The moment that the address names as known_at, or None for now. Raises BadQuestion."""
    written = query.get("known_at", "").strip()
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise BadQuestion("known_at is written like 2026-03-01T03:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def absent(session: PageSession, title: str) -> pn.template.base.BaseTemplate:
    """The page of a record that the reader does not get."""
    return framed(session, title, sentence(ABSENT, is_fault=True))


class RecordPage:
    """A record: head, facts beside map and time, the graph, what follows from it, and what people keep of it.

    templates: of head, facts and below, which get `one` and `known_at`. workspace: notes, tasks and the like, which
    stand beside what is below. spans: what lasted, for the axis of time, besides the events of the graph.
    """

    def __init__(
        self,
        session: PageSession,
        record: UUID,
        *,
        templates: tuple[str, str, str],
        values: Mapping[str, Any],
        spans: Sequence[Span] = (),
        workspace: Sequence[Workspace] = (),
    ) -> None:
        self._session = session
        self._record, self._spans, self._one = record, tuple(spans), values["one"]
        self._labels = {"page": list(labels_on(self._one))}
        document = pn.state.curdoc
        assert document is not None
        self.answers = Answers(document.add_next_tick_callback)
        document.on_session_destroyed(lambda _: self.answers.close())
        lon, lat = getattr(self._one, "lon", None), getattr(self._one, "lat", None)
        place = None if lon is None or lat is None else (lon, lat)
        self._look = ThemeSwitch(theme="light" if session.query.get("theme") == "light" else "dark")
        self.map = RecordMap(session, self.answers.ask, start=place, theme=self._look.theme)
        self._look.param.watch(lambda event: self.map.turn(event.new), "theme")
        self.graph = LinkPane(session.repository, session.asker, self.answers)
        self.graph.known_at = values["known_at"]
        self.graph.heed(on_select=self._chosen_in_graph, on_drawn=self._drawn)
        self.map.heed(self._chosen_on_map)
        self._time, self._marking = _sheet(""), _sheet("")
        self._mark("page", self._labels["page"])
        for part in workspace:
            part.heed(lambda labels: self._mark("kept", labels))
        parts = {
            name: rendered(file, **values) for name, file in zip(("head", "facts", "below"), templates, strict=True)
        }
        self._words = parts | {"linked": rendered("record_linked.html"), "marking": str(self._marking.object)}
        self._words["library"] = library()
        # lists of a record take more room than its notes; of a case, what people work on takes as much
        beside = "wf-beside" if isinstance(self._one, CasePage) else "wf-beside wf-beside-lists"
        self._words["has_kept"] = beside if workspace else ""
        self._workspace = workspace
        pn.state.onload(self._begin)

    def page(self, title: str) -> pn.template.base.BaseTemplate:
        """The whole page: its words at once, then what scripts draw."""
        seen = pn.Column(
            pn.Column(self.map, height=MAP_PX, css_classes=["wf-framed-part"], **_WIDE), self._time, **_WIDE
        )
        drawn = pn.Column(self.graph, height=GRAPH_PX, css_classes=["wf-framed-part"], **_WIDE)
        kept = {"kept": pn.Column(*self._workspace, **_WIDE)} if self._workspace else {}
        parts = {"marking": self._marking, "look": self._look, "seen": seen, "drawn": drawn, **kept}
        return framed_words(self._session, title, "record_frame.html", self._words, parts)

    def _begin(self) -> None:
        self.map.read()
        self.graph.display([self._record])

    def _mark(self, part: str, labels: Sequence[str]) -> None:
        """The marking of the page is the strictest of all its parts, each as it was last read."""
        self._labels[part] = list(labels)
        tlp, own = strictest_of(chain(*self._labels.values())), tlp_of(self._one.label)
        what = "case" if isinstance(self._one, CasePage) else "record"
        self._marking.object = rendered("record_marking.html", tlp=tlp, own=own.title if own else "", what=what)

    def _drawn(self) -> None:
        shown = self.graph.graph
        self._mark("graph", [one.label for one in shown.nodes] + [one.label for one in shown.links])
        self.map.display(self.graph.graph)
        found = axis([*self._spans, *spans_of(self.graph.graph)])
        self._time.object = rendered("record_timeline.html", axis=found)

    def _chosen_in_graph(self, records: tuple[UUID, ...]) -> None:
        self.map.select(records)

    def _chosen_on_map(self, records: tuple[UUID, ...]) -> None:
        self.graph.select(records)
        self.map.select(records)


_WIDE: dict[str, Any] = {"sizing_mode": "stretch_width", "margin": 0, "stylesheets": [PANELS, RECORDS]}


def _sheet(text: str) -> pn.pane.HTML:
    return pn.pane.HTML(text, **_WIDE)


def spans_of(graph: LinkGraph) -> list[Span]:
    """Events of a graph as moments, its cases as what lasted from when they were opened until they were closed."""
    events = [
        Span(node.kind.replace("_", " ").title(), f"{node.name} · {node.when:%Y-%m-%d}", node.when, None, True)
        for node in sorted(graph.nodes, key=lambda node: (node.kind, node.name))
        if node.group == "event" and node.when is not None
    ]
    lasted: dict[UUID, GraphLink] = {link.end: link for link in graph.links if link.kind == IN_CASE}
    cases = [
        Span("Cases", _lasted(graph.by_id[case].name, link), link.starts, link.ends) for case, link in lasted.items()
    ]
    return events + sorted(cases, key=lambda span: span.title)


def _lasted(name: str, link: GraphLink) -> str:
    since, until = (f"{at:%Y-%m-%d}" if at else "" for at in (link.starts, link.ends))
    return f"{name} · {since} to {until or 'now'}"
