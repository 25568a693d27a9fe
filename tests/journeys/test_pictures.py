"""The main pages at each size, kept as pictures beside those of the run before: tests/out/pictures/index.html."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Desk
from .map_shown import LONGEST_MS, middle, open_tab, settled
from .picture_book import FOLDER, keep

pytestmark = [pytest.mark.journey, pytest.mark.full]

PLACE = "lon=-97.0&lat=32.8&zoom=5"
# letters and shades that still move
CALM_MS = 1_200


def shown_map(page: Page) -> None:
    """The map and the panes around it stand."""
    settled(page)
    expect(page.locator(".wf-legend-data, .wf-legend-empty").first).to_be_visible(timeout=LONGEST_MS)
    page.wait_for_load_state("networkidle")


def evidence(page: Page) -> None:
    page.mouse.click(*middle(settled(page)))
    expect(page.locator(".wf-behind h2:visible")).to_be_visible(timeout=LONGEST_MS)
    page.mouse.move(10, 10)
    shown_map(page)


def filters(page: Page) -> None:
    shown_map(page)
    open_tab(page, "Filters")


def compared(page: Page) -> None:
    shown_map(page)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator(".wf-compared")).to_contain_text(re.compile("grew most|beyond chance"), timeout=LONGEST_MS)
    shown_map(page)


def links(page: Page) -> None:
    evidence(page)
    open_tab(page, "Links")
    expect(page.locator(".wfk-row").nth(1)).to_be_visible(timeout=LONGEST_MS)


def export(page: Page) -> None:
    shown_map(page)
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_role("dialog", name="Export")).to_be_visible(timeout=LONGEST_MS)


def case(page: Page) -> None:
    evidence(page)
    page.locator(".wf-cases a").first.click()
    record(page)


def entity(page: Page) -> None:
    evidence(page)
    page.get_by_text("Entities", exact=True).filter(visible=True).click()
    page.locator(".wf-rows a[href^='/entity']").filter(visible=True).first.click()
    record(page)


def record(page: Page) -> None:
    """An entity's or a case's page, with its graph."""
    expect(page.locator(".wf-record-head h1")).not_to_be_empty(timeout=LONGEST_MS)
    page.locator("[data-settled=yes]").first.wait_for(timeout=LONGEST_MS)
    expect(page.locator(".wfk-line")).to_have_text(re.compile(r"^\d+ records?"), timeout=LONGEST_MS)
    page.wait_for_load_state("networkidle")


def text(page: Page) -> None:
    page.locator("main h1").first.wait_for()


# what is shown, in the order in which it is walked: a page that is left is not looked at again
WALK: dict[str, tuple[str, Callable[[Page], None]]] = {
    "explore": ("/explore", shown_map),
    "explore-light": (f"/explore?theme=light&{PLACE}", evidence),
    "evidence": (f"/explore?{PLACE}", evidence),
    "filters": (f"/explore?{PLACE}", filters),
    "compare": ("/explore", compared),
    "links": (f"/explore?{PLACE}", links),
    "tracks": ("/explore?layers=tracks&lon=-90&lat=27&zoom=5", shown_map),
    "export": ("/explore", export),
    "case": (f"/explore?{PLACE}", case),
    "entity": (f"/explore?{PLACE}", entity),
    "intake": ("/intake", text),
    "whoami": ("/whoami", text),
}


def test_the_main_pages_are_kept_as_pictures(desk: Desk) -> None:
    page = desk.page
    assert page.viewport_size is not None
    size = f"{page.viewport_size['width']}x{page.viewport_size['height']}"
    page.goto(desk.url + "/sign-in")
    keep(f"sign-in-{size}", page.screenshot())
    desk.sign_in("ntf.lead", path="/whoami")
    for name, (path, arrive) in WALK.items():
        page.goto(desk.url + path)
        arrive(page)
        page.wait_for_timeout(CALM_MS)
        # a map that was whole may ask once more when the page has read the rest
        if path.startswith("/explore") and page.locator(".wfm").count():
            settled(page)
        keep(f"{name}-{size}", page.screenshot())

    assert {f"{name}-{size}.png" for name in WALK} <= {path.name for path in (FOLDER / "now").iterdir()}
    assert (desk.complaints, desk.outside) == ([], [])
