"""Text that comes and goes on a page."""

from typing import Any

import panel as pn

from watchfloor.dashboards.styles import PANELS


class Words(pn.Column):
    """A text that stands on the page while there is one.

    It is the column that is hidden and shown: in Panel 1.10.0 an HTML pane throws in the browser when it is told to
    show itself before it was drawn, as happens when a change overtakes the page's loading.
    """

    def __init__(self, **params: Any) -> None:
        self._text = pn.pane.HTML("", stylesheets=[PANELS], margin=0, sizing_mode="stretch_width")
        super().__init__(self._text, visible=False, **({"margin": 0, "stylesheets": [PANELS]} | params))

    @property
    def html(self) -> str:
        """What stands there, or stood there last."""
        return str(self._text.object)

    def say(self, html: str) -> None:
        """Show this; nothing when it is empty."""
        if html:
            self._text.object = html
        self.visible = bool(html)
