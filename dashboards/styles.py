"""Addresses of our style sheets, which the server hands out under /assets."""

from typing import Final

PANELS: Final = "/assets/panels.css"
WIDGETS: Final = "/assets/widgets.css"
TABS: Final = "/assets/tabs.css"
# the evidence, what stands in it above its tabs, and these: on a low screen each scrolls by itself
EVIDENCE: Final = "wf-evidence"
ABOVE: Final = "wf-evidence-above"
BELOW: Final = "wf-evidence-below"
RECORDS: Final = "/assets/records.css"
