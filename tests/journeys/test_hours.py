"""What moved last night between two and five: hours of tracks by field, by key and by hand, and what has only days."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Desk
from .map_shown import LONGEST_MS, middle, open_tab, settled, take_away

pytestmark = pytest.mark.journey

DAY = datetime.now(UTC).date() - timedelta(days=2)
HOURS = "02-05"


def positions(command: Callable[..., str], *more: str) -> dict[str, object]:
    """What the command line tells of the day, or of hours of it."""
    words = ["ask", "tracks", "--since", f"{DAY}", "--until", f"{DAY + timedelta(days=1)}", *more]
    told: dict[str, object] = json.loads(command(*words, "--as", "ntf.lead", "--format", "json"))
    return told


def brushed(page: Page, chart: Locator, first: float, last: float) -> None:
    """Drag over hours of the day that the timeline shows from edge to edge but a tenth on each side."""
    box = chart.bounding_box()
    assert box is not None
    zoom = page.evaluate("document.documentElement.currentCSSZoom ?? 1")
    width = box["width"] - (132 + 22) * zoom
    x = [box["x"] + 132 * zoom + width * (0.1 + hour / 24) / 1.2 for hour in (first, last)]
    page.mouse.move(x[0], box["y"] + 10)
    page.mouse.down()
    page.mouse.move(x[1], box["y"] + 10, steps=5)
    page.mouse.up()


def test_hours_of_a_night_are_chosen_and_all_else_says_that_it_has_days(
    desk: Desk, command: Callable[..., str]
) -> None:
    told = positions(command, "--hours", HOURS)
    rows, n = told["rows"], told["total"]
    assert isinstance(rows, list)
    assert rows, "the exercise world has no position in these hours"
    assert all(2 <= datetime.fromisoformat(row["at"]).hour < 5 for row in rows)
    whole = positions(command)["total"]
    at = f"lon={rows[0]['lon']}&lat={rows[0]['lat']}&zoom=9"
    days = f"since={DAY}&until={DAY + timedelta(days=1)}"
    page = desk.sign_in("ntf.lead", path="/explore")
    page.goto(f"{desk.url}/explore?layers=tracks,hexagons&{days}&{at}")
    shown, chips = settled(page), page.locator(".wfa-chip")
    expect(page.get_by_text(re.compile(rf"{whole:,}\b.*positions")).first).to_be_visible(timeout=LONGEST_MS)

    # by field
    open_tab(page, "Filters")
    page.get_by_label("From hour").select_option("02:00")
    page.get_by_label("Until hour").select_option("05:00")
    expect(page).to_have_url(re.compile(f"hours={HOURS}"))
    expect(chips).to_contain_text(["tracks from 02:00 to 05:00 UTC"])
    open_tab(page, "Layers")
    expect(page.get_by_text(f"Only {DAY} 02:00 to 05:00, UTC.")).to_be_visible(timeout=LONGEST_MS)
    expect(page.get_by_text(re.compile(rf"^{n:,}\b.*positions")).first).to_be_visible(timeout=LONGEST_MS)
    expect(page.get_by_text("Not narrowed by hours: this layer does not know them.").first).to_be_visible()

    # what is lit answers, and says its hours
    settled(page)
    page.mouse.move(*(part - 40 for part in middle(shown)))
    page.mouse.move(*middle(shown))
    tip = page.locator(".wfh-tip")
    expect(tip).to_contain_text(re.compile(rf"(\d+) of \1 positions · {DAY} 02:00 to 05:00, UTC"), timeout=LONGEST_MS)

    # by key, on the timeline: the period seen near is counted and moved by the hour
    chart = page.get_by_role("application", name=re.compile("^Timeline"))
    chart.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("hours=03-06"))
    page.keyboard.press("Control+z")
    expect(page).to_have_url(re.compile(f"hours={HOURS}"))
    page.keyboard.press("Control+Shift+z")
    expect(page).to_have_url(re.compile("hours=03-06"))
    chart.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page).to_have_url(re.compile("hours=03-07"))

    # by hand
    take_away(page, "tracks from 03:00 to 07:00 UTC")
    expect(page).not_to_have_url(re.compile("hours="))
    chart.focus()
    page.keyboard.press("Enter")
    brushed(page, chart, 8.3, 11.6)
    expect(page).to_have_url(re.compile("hours=08-12"))
    expect(chart).to_have_attribute("aria-label", re.compile(f"Period {DAY} 08:00 to {DAY} 12:00Z"))

    # the link, sent
    other = desk.window()
    other.goto(page.url)
    expect(other.locator(".wfa-chip")).to_contain_text(["tracks from 08:00 to 12:00 UTC"])
    assert desk.complaints == []
    assert desk.outside == []
