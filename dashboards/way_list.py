"""A craft's voyages and its positions that are left out, as two lists that unfold; every text is set as text."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import param
from panel.custom import JSComponent

_HERE = Path(__file__).parent
NOTHING: Final[Mapping[str, Any]] = {
    "voyages_title": "", "voyages_hint": "", "voyages": [], "left_title": "", "left_hint": "", "left": [], "points": []
}  # fmt: skip


class WayList(JSComponent):
    """What `way_words` says. on_see is called with a voyage that was chosen; the map shows what is left out."""

    told = param.Dict(default=dict(NOTHING))

    _esm = _HERE / "way_list.js"
    # Panel reads it from the class
    _stylesheets = [str(_HERE / name) for name in ("panels.css", "way_list.css")]  # noqa: RUF012

    def __init__(self, on_see: Callable[[Mapping[str, Any]], None], **params: Any) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0, **params)
        self._on_see = on_see

    def _handle_msg(self, data: Any) -> None:
        number = data.get("voyage") if isinstance(data, dict) else None
        rows = self.told["voyages"]
        # what comes from outside names one that is listed, or nothing
        if type(number) is int and 0 <= number < len(rows):
            self._on_see(rows[number])
