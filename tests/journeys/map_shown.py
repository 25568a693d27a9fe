"""The map as it stands on the page."""

import re

from playwright.sync_api import Locator, Page

LONGEST_MS = 60_000


def settled(page: Page) -> Locator:
    """The map, once all its tiles are there."""
    shown = page.locator(".wfm[data-settled=yes]")
    shown.wait_for(timeout=LONGEST_MS)
    return shown


def middle(shown: Locator) -> tuple[float, float]:
    """The middle of the map on the page."""
    box = shown.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def open_tab(page: Page, title: str) -> None:
    """Turn to a tab of a side of the page."""
    page.locator(".bk-tab").filter(has_text=re.compile(f"^{re.escape(title)}$")).click()
