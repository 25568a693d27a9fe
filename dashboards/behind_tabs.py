"""The tabs of the side panel: records, entities, cases and where all of it comes from; of a craft more."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.coming_words import Words
from watchfloor.dashboards.company import Company
from watchfloor.dashboards.event_list import EventList
from watchfloor.dashboards.happened import NOTHING
from watchfloor.dashboards.paged_records import AskRecords, PagedRecords
from watchfloor.dashboards.styles import PANELS, TABS, WIDGETS
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.spot import Behind
from watchfloor.layers.legends import kind_of

FIRST_ROWS = 40
MORE_ROWS = 160


class BehindTabs(Viewer):
    """Tabs that stay the same: those of a craft are others, as Bokeh's fail if they change before they were drawn.

    of_craft: of a craft, who was beside it and what it did; on_write: called when other rows are shown.
    """

    def __init__(self, on_write: Callable[[], None], of_craft: tuple[Company, EventList] | None = None) -> None:
        super().__init__()
        self._behind: Behind | None = None
        # the moment of the question: pages that it leads to are asked of the same
        self.known_at: datetime | None = None
        self._is_paged = False
        self._rows, self._on_write = FIRST_ROWS, on_write
        self._records = Words(sizing_mode="stretch_width")
        self._entities, self._cases, self._deconfliction, self._sources = (_sheet() for _ in range(4))
        self._history, self._events_words = _sheet(), _sheet()
        self._table = PagedRecords()
        self._more = pn.widgets.Button(label="Show more", visible=False, stylesheets=[WIDGETS], margin=(4, 16, 16, 16))
        self._more.on_click(self._show_more)
        tabs = self._tabs_of_craft(*of_craft) if of_craft else self._tabs()
        self._layout = pn.Tabs(*tabs, sizing_mode="stretch_width", margin=0, stylesheets=[TABS])

    def _tabs(self) -> list[tuple[str, pn.viewable.Viewable]]:
        return [
            ("Records", _below(self._records, self._more, self._table)),
            ("Entities", self._entities),
            ("Cases", self._cases),
            ("Deconfliction", self._deconfliction),
            ("Sources", self._sources),
        ]

    def _tabs_of_craft(self, company: Company, events: EventList) -> list[tuple[str, pn.viewable.Viewable]]:
        """There is room for six: deconfliction stands with the cases, sources with the records."""
        self._events = events
        return [
            ("Records", _below(self._records, self._more, self._sources)),
            ("Identity", self._history),
            ("Events", _below(self._events_words, events)),
            ("Company", company.__panel__()),
            ("Entities", self._entities),
            ("Cases", _below(self._cases, self._deconfliction)),
        ]

    def display(self, behind: Behind, ask: AskRecords | None = None) -> None:
        """What stands behind a mark; ask: where its records can be asked for page by page, and are more than a few."""
        self._behind, self._rows = behind, FIRST_ROWS
        self._is_paged = ask is not None and behind.records.total > FIRST_ROWS
        self._table.follow(ask if self._is_paged else None, behind.records.total)
        self._entities.object = self._linked(behind, "entities", "No person, object or organisation is linked to them.")
        self._cases.object = self._linked(behind, "cases", "No case that you may see holds these.")
        self._deconfliction.object = self._linked(behind, "deconfliction", "No overlap with another agency is known.")
        self._sources.object = rendered("sources.html", sources=_sources(behind), kind=kind_behind(behind))
        self._history.object = rendered("history.html", rows=behind.history)
        self._write_records()

    def _linked(self, behind: Behind, what: str, nothing: str) -> str:
        rows = getattr(behind, what)
        return rendered("linked.html", rows=rows, what=what, nothing=nothing, known_at=self.known_at)

    def display_events(self, rows: Sequence[Mapping[str, Any]], words: str = "") -> None:
        """What a craft did, as `happened` writes it, or why that is not known (yet), as HTML of ours."""
        self._events_words.object = words
        self._events.param.update(rows=list(rows), nothing="" if words else NOTHING)

    @property
    def is_paged(self) -> bool:
        """Whether all records can be reached: no list that ends."""
        return self._is_paged

    def _show_more(self, _event: object) -> None:
        self._rows += MORE_ROWS
        self._write_records()

    def _write_records(self) -> None:
        if self._behind is None:
            return
        records = self._behind.records
        if self._is_paged:
            self._records.say("")
            self._more.visible = False
            self._on_write()
            return
        shown = min(self._rows, len(records.rows))
        self._records.say(
            rendered("records.html", rows=records.rows[:shown], total=records.total, known_at=self.known_at)
        )
        self._more.visible = shown < len(records.rows)
        self._on_write()

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout


def kind_behind(behind: Behind) -> str:
    """Which kind of fact stands behind a mark, in words."""
    return kind_of(behind.fact, is_suppressed=behind.is_suppressed)


def _sheet() -> pn.pane.HTML:
    return pn.pane.HTML("", stylesheets=[PANELS], sizing_mode="stretch_width", margin=0)


def _below(*parts: pn.viewable.Viewable | Viewer) -> pn.Column:
    return pn.Column(*parts, sizing_mode="stretch_width", margin=0)


def _sources(behind: Behind) -> list[tuple[str, int]]:
    return Counter(record.source for record in behind.records.rows).most_common()
