"""Records as a table that asks for its pages, and the record that was opened in full below it."""

from collections.abc import Callable
from functools import partial

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.pane_state import PaneState
from watchfloor.dashboards.record_rows import written
from watchfloor.dashboards.record_table import RecordTable
from watchfloor.dashboards.styles import PANELS
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.answers import Record
from watchfloor.geo.evidence import Page, Paging

# asks for a page: what is wanted, who takes it, who hears of a fault
type AskPage = Callable[[Paging, Callable[[Page], None], Callable[[PaneState], None]], None]


class PagedRecords(Viewer):
    """The table and the opened record; which rows it shows is told by `follow`."""

    def __init__(self, label: str = "Records behind the mark") -> None:
        super().__init__()
        self._ask: AskPage | None = None
        self._rows: dict[str, Record] = {}
        self.table = RecordTable(self._page, self._open, label=label)
        self._record = pn.pane.HTML("", stylesheets=[PANELS], sizing_mode="stretch_width", margin=0)
        self._layout = pn.Column(self.table, self._record, sizing_mode="stretch_width", margin=0, visible=False)

    def follow(self, ask: AskPage | None, total: int) -> None:
        """Show the rows that this asks for; None shows nothing."""
        self._ask = ask
        self._rows.clear()
        self._record.object = ""
        self._layout.visible = ask is not None
        if ask is not None:
            self.table.param.update(total=total, source=self.table.source + 1)

    def _page(self, paging: Paging, turn: int) -> None:
        if self._ask is not None:
            self._ask(paging, partial(self._take, turn), lambda fault: self.table.fault(turn, fault.sentence))

    def _take(self, turn: int, page: Page) -> None:
        self._rows |= {str(row.record.id): row.record for row in page.rows}
        self.table.tell(turn, page.offset, page.total, written(page))

    def _open(self, record: str) -> None:
        if record in self._rows:
            self._record.object = rendered("records.html", rows=[self._rows[record]], total=1)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout
