"""What a person sees: pages and their parts."""

import os

# Panel reads this once, at its import: what it would fetch from its publisher's host comes from ours (`app/server.py`)
PANEL_FILES = "/assets/panel/"
os.environ["PANEL_CDN_ROOT"] = PANEL_FILES
