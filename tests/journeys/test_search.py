"""Search, the tools of the map, and the page's keys, as a hand meets them."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Desk
from .map_shown import LONGEST_MS, middle, settled

pytestmark = pytest.mark.journey

PLACE = "?lon=-97.0&lat=32.8&zoom=5"


def explore(desk: Desk) -> Locator:
    """The map of an explore page over Texas that has settled."""
    desk.sign_in("ntf.lead", path=f"/explore{PLACE}")
    return settled(desk.page)


def search(page: Page, text: str) -> Locator:
    """Come to the search box by its key and write into it; the rows that are found."""
    page.keyboard.press("/")
    return written(page, text)


def written(page: Page, text: str) -> Locator:
    """Write into the search box, in which one is; the rows that are found."""
    expect(page.get_by_role("combobox", name="Search")).to_be_focused()
    page.keyboard.type(text)
    rows = page.get_by_role("option")
    rows.first.wait_for(timeout=LONGEST_MS)
    return rows


@pytest.mark.full
def test_a_phone_is_found_from_a_fragment_and_its_page_opens(desk: Desk) -> None:
    explore(desk)
    page = desk.page
    rows = search(page, "555-01 2")
    expect(rows.first.locator("mark")).to_have_text(re.compile(r"^[\d() -]+$"))
    expect(rows.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/entity"))
    assert desk.complaints == []


@pytest.mark.full
def test_a_place_is_pinned_and_mgrs_is_flown_to(desk: Desk) -> None:
    explore(desk)
    page = desk.page
    search(page, "houston")
    expect(page.locator(".wfp-pin").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".wfp-name")).to_have_text(re.compile("Houston"), timeout=LONGEST_MS)
    page.get_by_role("button", name="Clear the search").click()
    expect(page.locator(".wfp-pin")).to_have_count(0)

    written(page, "14S NH 87790 06280")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"lon=-98\.0.*lat=3(8\.0|7\.99)"), timeout=LONGEST_MS)
    assert desk.complaints == []
    assert desk.outside == []


@pytest.mark.full
def test_a_way_is_measured_and_rings_are_drawn(desk: Desk) -> None:
    shown = explore(desk)
    page = desk.page
    x, y = middle(shown)
    page.get_by_role("button", name="Distance").click()
    page.mouse.click(x - 100, y)
    page.mouse.click(x + 100, y)
    told = page.get_by_role("status").filter(has_text="nm ·")
    expect(told).to_contain_text("bearing")
    page.keyboard.press("Escape")
    expect(told).to_be_hidden()

    page.keyboard.press("g")
    page.mouse.click(x, y)
    expect(page.locator(".wfr-rings")).to_be_visible()
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.locator(".wfr-rings")).to_be_hidden()
    assert desk.complaints == []


def test_all_keys_are_listed_and_work_without_a_pointer(desk: Desk) -> None:
    shown = explore(desk)
    page = desk.page
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Measure distance")
    expect(keys).to_contain_text("Search")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()

    shown.focus()
    page.keyboard.press("a")
    for step in ("Enter", "ArrowRight", "Enter", "ArrowDown", "Enter"):
        page.keyboard.press(step)
    expect(page.get_by_role("status").filter(has_text="km² ·")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    expect(page.get_by_role("button", name="Coordinates")).to_contain_text("°")
    page.keyboard.press("m")
    expect(page.get_by_role("button", name="Coordinates")).to_have_text(
        re.compile(r"^\d{1,2}[A-Z] [A-Z]{2} \d{4} \d{4}$")
    )
    assert desk.complaints == []
