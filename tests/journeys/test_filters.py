"""What is asked, chip by chip: taken away, taken back, chosen again, and as known before anything was."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import Desk
from .map_shown import LONGEST_MS, settled, take_away

pytestmark = pytest.mark.journey
COUNTED = re.compile(r"^\d+ of [\d,]+$")


def test_conditions_are_chosen_undone_and_asked_of_an_earlier_moment(desk: Desk) -> None:
    page = desk.sign_in(path="/explore?substances=fentanyl&least_kg=5&near=50:pacific")
    settled(page)
    chips, left = page.locator(".wfa-chip"), page.locator(".wfa-left")
    expect(chips).to_contain_text(["Fentanyl", "of 5 kg or more", "near Pacific ports (within 50 km)", " to "])
    expect(left).to_have_text(COUNTED, timeout=LONGEST_MS)
    few = left.inner_text()

    take_away(page, "of 5 kg or more")
    expect(page).not_to_have_url(re.compile("least_kg"))
    expect(left).not_to_have_text(few, timeout=LONGEST_MS)
    expect(left).to_have_text(COUNTED, timeout=LONGEST_MS)

    page.get_by_role("button", name="Undo (Ctrl+Z)").click()
    expect(page).to_have_url(re.compile("least_kg=5"))
    expect(left).to_have_text(few, timeout=LONGEST_MS)
    page.keyboard.press("Control+Shift+Z")
    expect(page).not_to_have_url(re.compile("least_kg"))
    page.keyboard.press("Control+z")
    expect(left).to_have_text(few, timeout=LONGEST_MS)

    page.get_by_role("button", name="Clear all").click()
    expect(page).not_to_have_url(re.compile("substances=|least_kg|near="))
    expect(page.get_by_role("button", name="Clear all")).to_be_hidden()
    page.keyboard.press("Control+z")
    expect(page).to_have_url(re.compile("substances=fentanyl.*least_kg=5"))
    expect(left).to_have_text(few, timeout=LONGEST_MS)

    page.get_by_role("button", name="As known at: choose a moment").click()
    page.get_by_role("textbox", name="Moment, UTC").or_(page.get_by_label("Moment, UTC")).fill("2001-01-01T00:00")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".wfb-band")).to_contain_text("As known at 2001-01-01 00:00Z")
    expect(page).to_have_url(re.compile("known_at=2001-01-01"))
    marking, band = (page.locator(name).bounding_box() for name in (".wf-marking-what", ".wfb-band"))
    assert marking is not None
    assert band is not None
    beside, below = band["x"] >= marking["x"] + marking["width"], band["y"] >= marking["y"] + marking["height"]
    assert beside or below, "the band leaves the marking and its words in sight"
    expect(left).to_have_text("0 seizures", timeout=LONGEST_MS)
    page.get_by_role("button", name="Remove: as known 2001-01-01 00:00Z").click()
    expect(page.locator(".wfb-band")).to_be_hidden()
    expect(left).to_have_text(few, timeout=LONGEST_MS)
    assert desk.complaints == []
    assert desk.outside == []
