"""What axe finds on our pages: nothing serious, with the page in use, dark and light."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from .conftest import Desk
from .map_shown import middle, open_tab, settled

pytestmark = pytest.mark.journey

GRAVE = {"serious", "critical"}


def grave_findings(page: Page) -> list[str]:
    """What axe finds serious or critical: rule, and where."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['html'][:120]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def test_sign_in_is_accessible(desk: Desk) -> None:
    desk.page.goto(desk.url + "/sign-in")

    assert grave_findings(desk.page) == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_explore_is_accessible_with_evidence_and_filters_open(desk: Desk, theme: str) -> None:
    desk.sign_in("ntf.lead", path=f"/explore?lon=-97.0&lat=32.8&zoom=5&theme={theme}")
    desk.page.mouse.click(*middle(settled(desk.page)))
    desk.page.locator(".wf-behind h2").wait_for()

    assert grave_findings(desk.page) == []

    open_tab(desk.page, "Filters")
    assert grave_findings(desk.page) == []


@pytest.mark.parametrize("path", ["/whoami", "/intake"])
def test_a_page_of_text_is_accessible(desk: Desk, path: str) -> None:
    desk.sign_in("ntf.lead", path=path)
    desk.page.locator("main h1").first.wait_for()

    assert grave_findings(desk.page) == []
