"""Records as a table that asks for its rows page by page as it is scrolled, sorted and looked through."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.evidence import Column, Paging

_HERE = Path(__file__).parent
COLUMNS = [
    [Column.WHEN, "When"],
    [Column.WHAT, "What"],
    [Column.AMOUNT, "Amount"],
    [Column.PLACE, "Place"],
    [Column.PRECISION, "Known to"],
    [Column.LABEL, "Label"],
    [Column.GRADING, "Grading"],
]


class RecordTable(JSComponent):
    """Rows as `record_rows.written` writes them; texts are set as text, never as markup.

    on_page is called with the rows that come into sight and the number of the turn in which they are shown; on_open
    with the id of the record that was opened, or with nothing when it was closed.
    """

    columns = param.List(default=[[str(code), title] for code, title in COLUMNS])
    label = param.String(default="Records")
    source = param.Integer(default=0, doc="Changes when the rows become others: the table then begins anew.")
    total = param.Integer(default=0, doc="Of the rows before any text was looked for.")

    _esm = _HERE / "record_table.js"
    _stylesheets = [str(_HERE / "record_table.css")]  # noqa: RUF012 - Panel reads it from the class

    def __init__(self, on_page: Callable[[Paging, int], None], on_open: Callable[[str], None], **params: Any) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0, **params)
        self._on_page, self._on_open = on_page, on_open

    def tell(self, turn: int, offset: int, total: int, rows: Sequence[Mapping[str, Any]]) -> None:
        """Rows from `offset` on, as they were asked for in that turn."""
        self._send_msg({"kind": "rows", "turn": turn, "offset": offset, "total": total, "rows": list(rows)})

    def fault(self, turn: int, sentence: str) -> None:
        """No rows came."""
        self._send_msg({"kind": "fault", "turn": turn, "sentence": sentence})

    def show_card(self) -> None:
        """The card of the opened record was written: it is brought into sight."""
        self._send_msg({"kind": "card"})

    def _handle_msg(self, data: Any) -> None:
        """A message of the browser: hostile, like everything from outside."""
        if not isinstance(data, dict):
            return
        try:
            if data.get("kind") == "page":
                self._on_page(_paging(data), int(data["turn"]))
            elif data.get("kind") == "open":
                self._on_open(str(data["id"])[:40])
        except (BadQuestion, KeyError, TypeError, ValueError, OverflowError):
            self._send_msg({"kind": "fault", "turn": -1, "sentence": "That cannot be asked of this table."})


def _paging(data: Mapping[str, Any]) -> Paging:
    return Paging(
        sort=Column(data["sort"]),
        is_descending=bool(data["descending"]),
        text=str(data["text"]),
        offset=int(data["offset"]),
        limit=int(data["limit"]),
    )
