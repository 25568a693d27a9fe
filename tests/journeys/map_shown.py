"""The map as it stands on the page."""

import re

from playwright.sync_api import Locator, Page, expect

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
    page.locator(".bk-tab:visible").filter(has_text=re.compile(f"^{re.escape(title)}$")).click()


def take_away(page: Page, what: str) -> None:
    """Take a chip out of the bar; on a laptop it may stand behind those that the bar has room for."""
    more = page.locator(".wfa-more")
    chip = page.get_by_role("button", name=f"Remove: {what}")
    expect(chip.or_(more).first).to_be_visible()
    if not chip.is_visible():
        more.click()
    chip.click()
