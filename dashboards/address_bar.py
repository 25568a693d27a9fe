"""The browser's address line, kept in step with the choices of the page, so that a view is a link."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import param
from panel.custom import JSComponent


class AddressBar(JSComponent):
    """Writes parameters into the address without a new entry in the history: back leads to the page before."""

    search = param.String(default="")

    _esm = """
    export function render({ model }) {
      const write = () => history.replaceState(null, "", location.pathname + model.search + location.hash);
      model.on("search", write);
      if (model.search) write();
    }
    """

    def __init__(self, **params: Any) -> None:
        super().__init__(width=0, height=0, margin=0, **params)

    def write(self, chosen: Callable[[], dict[str, str]]) -> None:
        """Show the parameters that are chosen.

        Two hands may choose at once, each in its own thread: who wrote what was chosen before the other's hand
        writes again.
        """
        while True:
            written = _query(chosen())
            self.search = written
            if written == _query(chosen()):
                return


def _query(link: dict[str, str]) -> str:
    return "?" + urlencode(link, safe=",:")
