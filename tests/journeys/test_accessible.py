"""What axe finds on our pages: nothing serious, with the page in use, dark and light."""

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .conftest import Desk
from .map_shown import middle, open_tab, settled

pytestmark = pytest.mark.journey

GRAVE = {"serious", "critical"}
THEMES = ["dark", "light"]
# of NTF: the case with the most records, the record of a person in it, and one of its seizures, that its people may see
CASE = """
    SELECT c.id FROM watchfloor.case_file AS c
    JOIN watchfloor.agency AS g ON g.id = c.agency_id AND g.code = 'NTF'
    JOIN watchfloor.case_record AS r ON r.case_id = c.id
    GROUP BY c.id ORDER BY count(*) DESC, c.id LIMIT 1
"""
PERSON = """
    SELECT e.id FROM watchfloor.entity AS e
    JOIN watchfloor.label AS a ON a.id = e.label_id AND a.tlp <= 1
    WHERE e.pole = 'person' ORDER BY e.id LIMIT 1
"""
EVENT = """
    SELECT v.id FROM watchfloor.event AS v
    JOIN watchfloor.label AS a ON a.id = v.label_id AND a.tlp <= 1
    WHERE v.kind = 'seizure' ORDER BY v.id LIMIT 1
"""


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


@pytest.mark.parametrize("theme", THEMES)
def test_explore_is_accessible_with_evidence_and_filters_open(desk: Desk, theme: str) -> None:
    desk.sign_in("ntf.lead", path=f"/explore?lon=-97.0&lat=32.8&zoom=5&theme={theme}")
    desk.page.mouse.click(*middle(settled(desk.page)))
    desk.page.locator(".wf-behind h2").wait_for()

    assert grave_findings(desk.page) == []

    open_tab(desk.page, "Filters")
    assert grave_findings(desk.page) == []


@pytest.mark.full
@pytest.mark.parametrize("theme", THEMES)
def test_each_tab_of_a_selection_is_accessible(desk: Desk, theme: str) -> None:
    where = f"/explore?lon=-97.0&lat=32.8&zoom=5&theme={theme}&selection=box:-100,30,-94,35"
    page = desk.sign_in("ntf.lead", path=where)
    settled(page)
    for title in ("Records", "Entities", "Cases", "Deconfliction", "Links", "Kept"):
        open_tab(page, title)
        if title == "Links":
            expect(page.locator(".wfk-row").first).to_be_visible()
        assert grave_findings(page) == [], title


@pytest.mark.parametrize(
    ("what", "theme"),
    [
        pytest.param(what, theme, marks=() if (what, theme) == ("case", "light") else pytest.mark.full)
        for what in ("case", "person", "event")
        for theme in THEMES
    ],
)
def test_the_page_of_a_record_is_accessible(desk: Desk, owner: psycopg.Connection, what: str, theme: str) -> None:
    found = owner.execute({"case": CASE, "person": PERSON, "event": EVENT}[what]).fetchone()
    assert found is not None
    page = desk.sign_in("ntf.lead", path=f"/{'case' if what == 'case' else 'entity'}?id={found[0]}&theme={theme}")
    expect(page.locator(".wfk-row").first).to_be_visible()
    if what == "case":
        # what is most in need of reading: another agency's hand on the same
        expect(page.locator(".wf-status-possible, .wf-status-conflict").first).to_be_visible()
        page.get_by_role("button", name="Roles").click()
        expect(page.get_by_role("region", name="Hints at roles")).to_be_visible()
        page.locator(".wfk-filters summary").click()
        page.get_by_role("button", name="Add a task").click()

    assert grave_findings(page) == []


@pytest.mark.parametrize("path", ["/whoami", "/intake", pytest.param("/handed-on", marks=pytest.mark.full)])
@pytest.mark.parametrize("theme", ["dark", pytest.param("light", marks=pytest.mark.full)])
def test_a_page_of_text_is_accessible(desk: Desk, path: str, theme: str) -> None:
    desk.sign_in("ntf.lead", path=f"{path}?theme={theme}")
    desk.page.locator("main h1").first.wait_for()

    assert grave_findings(desk.page) == []
