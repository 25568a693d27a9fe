"""What a craft did as a list: a row leads to its place and time on the map; every text is set as text."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

_HERE = Path(__file__).parent


class EventList(JSComponent):
    """Rows as `happened` writes them. on_see is called with a chosen one, on_craft with the number of another craft."""

    rows = param.List(default=[], item_type=dict)
    nothing = param.String(default="")

    _esm = _HERE / "event_list.js"
    # Panel reads it from the class
    _stylesheets = [str(_HERE / name) for name in ("panels.css", "event_list.css")]  # noqa: RUF012

    def __init__(
        self, on_see: Callable[[Mapping[str, Any]], None], on_craft: Callable[[int], None], **params: Any
    ) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0, **params)
        self._on_see, self._on_craft = on_see, on_craft

    def _handle_msg(self, data: Any) -> None:
        row = self._row_of(data.get("event")) if isinstance(data, dict) else None
        if row is None:
            return
        if data.get("wants") == "craft" and row["other"] is not None:
            self._on_craft(row["other"])
        elif data.get("wants") == "place":
            self._on_see(row)

    def _row_of(self, number: object) -> dict[str, Any] | None:
        # what comes from outside names one that is listed, or nothing
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < len(self.rows):
            return None
        row: dict[str, Any] = self.rows[number]
        return row
