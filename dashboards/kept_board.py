"""What people keep, as lists and forms in the browser; what comes back is told to the page as acts."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

_HERE = Path(__file__).parent

type Act = Callable[[str, Mapping[str, Any]], None]


class KeptBoard(JSComponent):
    """Sections of rows, and a form above them while one is filled in. All texts are set as text, never as markup.

    sections: as `kept_rows.section` writes them. form: as `kept_forms.form_of` does; empty for none. says: a sentence
    above the lists. on_act is called with the name of an act and what came with it: hostile, like all from outside.
    """

    sections = param.List(default=[], item_type=dict)
    form = param.Dict(default={})
    says = param.String(default="")
    is_fault = param.Boolean(default=False)

    _esm = _HERE / "kept_board.js"
    _stylesheets = [str(_HERE / "kept_board.css")]  # noqa: RUF012 - Panel reads it from the class

    def __init__(self, on_act: Act, **params: Any) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0, **params)
        self._on_act = on_act

    def tell(self, sentence: str, *, is_fault: bool = False) -> None:
        """Say something above the lists; an empty sentence takes it away."""
        self.param.update(says=sentence, is_fault=is_fault)

    def reveal(self, thing: str) -> None:
        """Bring a row into sight."""
        self._send_msg({"kind": "reveal", "id": thing})

    def _handle_msg(self, data: Any) -> None:
        if isinstance(data, dict) and isinstance(data.get("act"), str):
            self._on_act(data["act"][:40], data)
