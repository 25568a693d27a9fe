"""The bar that says what is asked: a chip for each condition, undo and redo, and the moment of "as known at"."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

_HERE = Path(__file__).parent


class HeardPart(JSComponent):
    """A part in the browser that tells of what the hand does."""

    def __init__(self, heard: Callable[[dict[str, Any]], None]) -> None:
        """heard: takes each message of the browser."""
        super().__init__(margin=0, sizing_mode="stretch_width")
        self._heard = heard

    def _handle_msg(self, data: Any) -> None:
        """A message of the browser: hostile, like everything from outside."""
        if isinstance(data, dict):
            self._heard(data)


class AskBar(HeardPart):
    """Draws what it is given; what a hand does there is told as a message with its `kind`."""

    chips = param.List(default=[], doc="Of each chip: name, kind, words, told (its title), can_go and is_cut.")
    left = param.String(default="", doc="How many are left.")
    can_undo = param.Boolean(default=False)
    can_redo = param.Boolean(default=False)
    known_at = param.String(default="", doc="The moment as ISO 8601 writes it; empty is now.")

    _esm = _HERE / "ask_bar.js"
    _stylesheets = [str(_HERE / "ask_bar.css")]  # noqa: RUF012 - Panel reads it from the class


class FacetPanel(HeardPart):
    """Groups of conditions to choose from, each choice with how many it leaves."""

    groups = param.List(default=[], doc="As `facet_groups.groups_of` makes them.")
    note = param.String(default="", doc="A sentence above the groups.")
    waits = param.Boolean(default=False, doc="Whether the counts are being read anew.")

    _esm = _HERE / "facet_panel.js"
    _stylesheets = [str(_HERE / "facet_panel.css")]  # noqa: RUF012 - Panel reads it from the class


class KnownBand(JSComponent):
    """A frame around the map and a band on top of it while the page shows an earlier moment; nothing else."""

    words = param.String(default="", doc="What the band says; empty for none.")

    _esm = """
    export function render({ model, el }) {
      const frame = document.createElement("div");
      const band = document.createElement("p");
      frame.className = "wfb-frame";
      band.className = "wfb-band";
      band.setAttribute("role", "status");
      frame.append(band);
      el.append(frame);
      const draw = () => { band.textContent = model.words; frame.hidden = !model.words; };
      model.on("words", draw);
      draw();
    }
    """
    _stylesheets = [str(_HERE / "known_band.css")]  # noqa: RUF012 - Panel reads it from the class

    def __init__(self) -> None:
        super().__init__(margin=0)
