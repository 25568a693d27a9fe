"""Partners' layers as the page lists them: switches, legends and the form that adds one; drawn in the browser."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

_HERE = Path(__file__).parent

type Act = Callable[[str, Mapping[str, Any]], None]


class PartnerBoard(JSComponent):
    """Rows of layers and a form. All texts are set as text, never as markup.

    rows: as `partner_rows` writes them. form: labels, colours, form_key and most (bytes), or empty while it is closed.
    says: a sentence above the rows. may_add: whether "Add a layer" is offered. on_act is called with the name of an act
    and what came with it: hostile, like all from outside.
    """

    rows = param.List(default=[], item_type=dict)
    form = param.Dict(default={})
    says = param.String(default="")
    is_fault = param.Boolean(default=False)
    may_add = param.Boolean(default=False)

    _esm = _HERE / "partner_board.js"
    # Panel reads it from the class
    _stylesheets = [str(_HERE / name) for name in ("kept_board.css", "layer_switch.css", "partner_board.css")]  # noqa: RUF012

    def __init__(self, on_act: Act, **params: Any) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0, **params)
        self._on_act = on_act

    def tell(self, sentence: str, *, is_fault: bool = False) -> None:
        """Say something above the rows; an empty sentence takes it away."""
        self.param.update(says=sentence, is_fault=is_fault)

    def _handle_msg(self, data: Any) -> None:
        if isinstance(data, dict) and isinstance(data.get("act"), str):
            self._on_act(data["act"][:40], data)


class PartnerCard(JSComponent):
    """What a file says of the feature that was tapped, over the map until it is closed."""

    card = param.Dict(default={}, doc="title, source and rows of [name, text]; empty for none.")

    _esm = _HERE / "partner_card.js"
    _stylesheets = [str(_HERE / "partner_card.css")]  # noqa: RUF012 - Panel reads it from the class
