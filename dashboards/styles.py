"""Addresses of our style sheets, which the server hands out under /assets."""

from typing import Final

PANELS: Final = "/assets/panels.css"
WIDGETS: Final = "/assets/widgets.css"
TABS: Final = "/assets/tabs.css"
RECORDS: Final = "/assets/records.css"
