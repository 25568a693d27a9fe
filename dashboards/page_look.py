"""How a reader has the page stand: panels open or closed, kept by the browser, dark or light; and the link to it."""

from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

_HERE = Path(__file__).parent


class FoldButton(JSComponent):
    """A button that opens or closes one panel and remembers it in this browser.

    panel: its short name, under which it is remembered; a `wf-fold` event on the window with that name presses it too.
    """

    panel = param.String(default="")
    title = param.String(default="", doc="What it opens, as it is read out.")
    picture: param.Selector[str] = param.Selector(default="left", objects=["left", "right", "wide"])
    is_open = param.Boolean(default=True)

    _esm = _HERE / "page_fold.js"
    _stylesheets = [str(_HERE / "page_look.css")]  # noqa: RUF012 - Panel reads it from the class

    def __init__(self, **params: Any) -> None:
        super().__init__(margin=0, **params)

    def bring(self, *, is_there: bool) -> None:
        """On a telephone, where panels are closed for the map: open it for what came to stand in it, or close it."""
        self._send_msg({"brings": is_there})


class LinkButton(JSComponent):
    """Copies the page's address, which holds all that was chosen."""

    _esm = _HERE / "page_link.js"
    _stylesheets = [str(_HERE / "page_look.css")]  # noqa: RUF012 - Panel reads it from the class

    def __init__(self, **params: Any) -> None:
        super().__init__(margin=0, **params)


class ThemeSwitch(JSComponent):
    """Dark or light; the page's variables follow at once, pictures when they are drawn anew."""

    theme: param.Selector[str] = param.Selector(default="dark", objects=["dark", "light"])

    _esm = _HERE / "page_theme.js"
    _stylesheets = [str(_HERE / "page_look.css")]  # noqa: RUF012 - Panel reads it from the class

    def __init__(self, **params: Any) -> None:
        super().__init__(margin=0, **params)
