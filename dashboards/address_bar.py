"""The browser's address line, kept in step with the choices of the page, so that a view is a link."""

from typing import Any
from urllib.parse import urlencode

import param
from panel.custom import JSComponent


class AddressBar(JSComponent):
    """Writes parameters into the address without a new entry in the history: back leads to the page before."""

    search = param.String(default="")

    _esm = """
    export function render({ model }) {
      const write = () => {
        history.replaceState(null, "", location.pathname + model.search + location.hash);
        // the way back from a case or an entity: see page.js
        sessionStorage.setItem(`wf-asked ${location.pathname}`, model.search);
      };
      model.on("search", write);
      if (model.search) write();
    }
    """

    def __init__(self, **params: Any) -> None:
        super().__init__(width=0, height=0, margin=0, **params)

    def write(self, link: dict[str, str]) -> None:
        """Show these parameters."""
        self.search = "?" + urlencode(link, safe=",:")
