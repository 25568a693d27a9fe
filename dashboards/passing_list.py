"""Craft in a place as a list of which one can be chosen; every text is set as text, never as markup."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

_HERE = Path(__file__).parent


class PassingList(JSComponent):
    """Rows as `passing_words.row` writes them; a chosen one is told by its number."""

    rows = param.List(default=[], item_type=dict)
    label = param.String(default="Craft")
    nothing = param.String(default="")

    _esm = _HERE / "passing_list.js"
    _stylesheets = [str(_HERE / "passing_list.css")]  # noqa: RUF012 - Panel reads it from the class

    def __init__(self, on_choose: Callable[[int], None], **params: Any) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0, **params)
        self._on_choose = on_choose

    def _handle_msg(self, data: Any) -> None:
        craft = data.get("craft") if isinstance(data, dict) else None
        # what comes from outside names one that is listed, or nothing
        if isinstance(craft, int) and any(row["craft"] == craft for row in self.rows):
            self._on_choose(craft)
