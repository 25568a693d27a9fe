"""From sign-in to a case: what an analyst does first."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Desk
from .map_shown import LONGEST_MS, middle, open_tab, settled

pytestmark = pytest.mark.journey

# a middle of the map where the exercise world has seizures: Dallas
PLACE = "?lon=-97.0&lat=32.8&zoom=5"


def opened(desk: Desk, path: str = "/explore", account: str = "ntf.lead") -> Locator:
    """The map of an explore page that has settled."""
    desk.sign_in(account, path=path)
    return settled(desk.page)


def tap_middle(page: Page, shown: Locator) -> None:
    """Tap the middle of the map."""
    page.mouse.click(*middle(shown))


def test_sign_in_filter_hexagon_entity_case(desk: Desk) -> None:
    shown = opened(desk, "/explore" + PLACE)
    page = desk.page
    open_tab(page, "Filters")
    page.get_by_role("button", name="3 y").click()
    expect(page).to_have_url(re.compile("since="))
    settled(page)

    tap_middle(page, shown)
    expect(page.locator(".wf-behind h2")).to_have_text(re.compile("Seizures in this"))
    page.get_by_text("Entities", exact=True).filter(visible=True).click()
    links = page.locator(".wf-rows a[href^='/entity']").filter(visible=True)
    links.first.wait_for()
    cases = page.locator("a[href^='/case']").filter(visible=True)
    for path in [link.get_attribute("href") for link in links.all()]:
        page.goto(f"{desk.url}{path}")
        expect(page.locator(".wf-record-head h1")).not_to_be_empty(timeout=LONGEST_MS)
        # not everybody is in a case
        none = page.get_by_text("No case that you may see holds it.")
        expect(cases.or_(none).first).to_be_visible(timeout=LONGEST_MS)
        if cases.count():
            break

    cases.first.click()
    expect(page.locator(".wf-record-kind")).to_contain_text("Case")
    assert desk.complaints == []
    assert desk.outside == []


def test_a_case_is_two_clicks_from_a_mark(desk: Desk) -> None:
    shown = opened(desk, "/explore" + PLACE)

    tap_middle(desk.page, shown)
    desk.page.locator(".wf-cases a").first.click()

    expect(desk.page.locator(".wf-record-kind")).to_contain_text("Case")


def test_a_link_restores_the_view(desk: Desk) -> None:
    shown = opened(desk, "/explore" + PLACE)
    page = desk.page
    open_tab(page, "Filters")
    page.get_by_role("button", name="kg", exact=True).click()
    open_tab(page, "Layers")
    # a layer without a mark in the exercise world: nothing may lie between the tap and the hexagon
    page.get_by_text("Port activity", exact=True).click()
    tap_middle(page, shown)
    title = page.locator(".wf-behind h2")
    expect(title).to_have_text(re.compile("Seizures in this"))
    shown_title = title.text_content() or ""
    expect(page).to_have_url(re.compile("ports:.*measured=kilograms.*mark="))
    link = page.url

    other = desk.window()
    other.goto(link)
    settled(other)

    expect(other.locator(".wf-behind h2")).to_have_text(shown_title)
    expect(other.get_by_role("checkbox", name="Port activity")).to_be_checked()
    open_tab(other, "Filters")
    expect(other.get_by_role("button", name="kg", exact=True)).to_have_class(re.compile("bk-active"))


def test_a_hostile_link_opens_the_page_and_says_what_is_wrong(desk: Desk) -> None:
    opened(desk, "/explore?zoom=nan&fact=%3Cimg%20src=x%20onerror=alert(1)%3E&layers=secret&since=x&until=y")

    notices = desk.page.locator(".wf-notice-line")
    expect(notices).to_have_count(4)
    assert desk.page.locator(".wf-notice-line img").count() == 0
    assert desk.complaints == []


def test_the_back_button_leads_to_the_same_view(desk: Desk) -> None:
    shown = opened(desk, "/explore" + PLACE)
    tap_middle(desk.page, shown)
    expect(desk.page.locator(".wf-behind h2")).to_be_visible()
    desk.page.locator(".wf-cases a").first.click()
    expect(desk.page.locator(".wf-record-kind")).to_be_visible()

    desk.page.go_back()

    settled(desk.page)
    expect(desk.page.locator(".wf-behind h2")).to_have_text(re.compile("Seizures in this"))


def test_everything_fits_at_every_size(desk: Desk) -> None:
    shown = opened(desk)
    width, height = desk.page.evaluate("[innerWidth, innerHeight]")

    assert desk.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    assert desk.page.evaluate("document.scrollingElement.scrollHeight <= innerHeight")
    box = shown.bounding_box()
    assert box is not None
    assert box["width"] > width * 0.4
    assert box["height"] > height * 0.5


def test_the_map_keeps_its_room_on_a_laptop_and_a_telephone(desk: Desk) -> None:
    shown = opened(desk)
    page = desk.page
    layers = page.locator(".bk-tab").filter(has_text=re.compile("^Layers$"))
    page.set_viewport_size({"width": 1366, "height": 768})
    page.keyboard.press("w")
    # the layers give way to wide evidence, and come back
    expect(layers).to_be_hidden()
    page.wait_for_function("map => map.clientWidth >= 480", arg=shown.element_handle())
    page.keyboard.press("w")
    expect(layers).to_be_visible()

    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    shown = settled(page)
    expect(layers).to_be_hidden()
    assert shown.evaluate("map => map.clientWidth") == 390
    buttons = [page.get_by_role("button", name=name).first for name in ("Compare", "Export", "Zoom in")]
    for button in [*buttons, page.get_by_text("Copy link", exact=True)]:
        box = button.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390
    # what is tapped is told over the map, which comes back when that is closed
    tap_middle(page, shown)
    expect(page.get_by_role("heading", name="Seizures in this hexagon")).to_be_in_viewport(timeout=30_000)
    page.get_by_role("button", name="×").first.click()
    expect(page.get_by_text("Evidence", exact=True)).to_be_hidden()
    assert desk.complaints == []


def test_the_tabs_of_the_evidence_are_in_sight_on_a_laptop(desk: Desk) -> None:
    desk.page.set_viewport_size({"width": 1366, "height": 768})
    opened(desk, "/explore?lon=-117&lat=32.6&zoom=7&selection=box:-118.5,32,-116,34")
    for title in ("Records", "Entities", "Cases", "Deconfliction"):
        tab = desk.page.locator(".bk-tab:visible").filter(has_text=re.compile(f"^{title}$"))
        expect(tab).to_be_in_viewport(timeout=30_000)
    assert desk.complaints == []


def test_text_can_be_read_from_where_the_screen_is_read(desk: Desk) -> None:
    opened(desk)
    width = desk.page.evaluate("innerWidth")
    tall = desk.page.get_by_role("link", name="Explore").evaluate(
        "link => parseFloat(getComputedStyle(link).fontSize) * link.currentCSSZoom"
    )

    # 4 m from a wall of 1.9 m, 26 pixels are 13 mm
    assert tall >= (26 if width >= 3000 else 14)
