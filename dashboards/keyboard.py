"""Keys of a page that act on the server, and the list of all keys behind "?".

Keys that act in the browser are bound there: see keys.js. Both stand in one register, from which the list is drawn.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

_HERE = Path(__file__).parent


class Keyboard(JSComponent):
    """Binds keys to calls. A page has one, as large as nothing, anywhere in its layout."""

    keys = param.List(default=[], doc="What is bound: keys, title, group and the name by which it is called.")

    _esm = _HERE / "keyboard.js"
    _stylesheets = [str(_HERE / "keyboard.css")]  # noqa: RUF012 - Panel reads it from the class

    def __init__(self, **params: Any) -> None:
        super().__init__(width=0, height=0, margin=0, **params)
        self._calls: dict[str, Callable[[], None]] = {}

    def bind(self, *keys: str, title: str, group: str, call: Callable[[], None]) -> None:
        """Call when one of the keys is pressed and nobody writes: `bind("u", title="Undo", group="Filters", call=…)`.

        keys: as keys.js writes them. group: the heading under which the list shows the title.
        """
        name = f"{len(self._calls)}"
        self._calls[name] = call
        self.keys = [*self.keys, {"keys": list(keys), "title": title, "group": group, "name": name}]

    def _handle_msg(self, data: Any) -> None:
        """A message of the browser: hostile, like everything from outside."""
        call = self._calls.get(str(data.get("name"))) if isinstance(data, dict) else None
        if call is not None:
            call()
