"""Records as a table that asks for its pages, and the card of the record that was opened right below it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.pane_state import PaneState
from watchfloor.dashboards.record_rows import written
from watchfloor.dashboards.record_table import RecordTable
from watchfloor.dashboards.styles import PANELS
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.answers import EntityPage, Record
from watchfloor.geo.evidence import Page, Paging

# asks for a page: what is wanted, who takes it, who hears of a fault
type AskPage = Callable[[Paging, Callable[[Page], None], Callable[[PaneState], None]], None]


@dataclass(frozen=True, slots=True)
class AskRecords:
    """How the records of a list are asked for: page by page, and each by itself, as known at a moment (None: now)."""

    desk: Desk
    page: AskPage
    known_at: datetime | None

    def card(self, record: UUID, take: Callable[[EntityPage | None], None], fault: Callable[[PaneState], None]) -> None:
        """What a record leads to; None of a record that is no event."""
        question = partial(self.desk.repository.entity, self.desk.asker, record, known_at=self.known_at)
        self.desk.answers.ask("card", question, take, fault)


class PagedRecords(Viewer):
    """The table and the opened record; which rows it shows is told by `follow`."""

    def __init__(self, label: str = "Records behind the mark") -> None:
        super().__init__()
        self._ask: AskRecords | None = None
        self._opened = ""
        self._rows: dict[str, Record] = {}
        self.table = RecordTable(self._page, self._open, label=label)
        self._record = pn.pane.HTML("", stylesheets=[PANELS], sizing_mode="stretch_width", margin=0)
        self._layout = pn.Column(self.table, self._record, sizing_mode="stretch_width", margin=0, visible=False)

    def follow(self, ask: AskRecords | None, total: int) -> None:
        """Show the rows that this asks for; None shows nothing."""
        self._ask = ask
        self._rows.clear()
        self._opened = self._record.object = ""
        self._layout.visible = ask is not None
        if ask is not None:
            self.table.param.update(total=total, source=self.table.source + 1)

    def _page(self, paging: Paging, turn: int) -> None:
        if self._ask is not None:
            self._ask.page(paging, partial(self._take, turn), lambda fault: self.table.fault(turn, fault.sentence))

    def _take(self, turn: int, page: Page) -> None:
        self._rows |= {str(row.record.id): row.record for row in page.rows}
        self.table.tell(turn, page.offset, page.total, written(page))

    def _open(self, record: str) -> None:
        self._opened = record if record in self._rows else ""
        if self._ask is None or not self._opened:
            self._record.object = ""
            return
        self._write(record, fault="What it leads to is being asked for…")
        self._ask.card(
            self._rows[record].id,
            partial(self._write, record),
            lambda fault: self._write(record, fault=fault.sentence),
        )

    def _write(self, record: str, one: EntityPage | None = None, *, fault: str = "") -> None:
        """The opened record, and what it leads to as far as that is known."""
        if self._ask is None or record != self._opened:
            return
        known_at = self._ask.known_at
        self._record.object = rendered(
            "record_card.html", rows=[self._rows[record]], one=one, fault=fault, known_at=known_at
        )
        self.table.show_card()

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout
