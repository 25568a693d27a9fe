"""Time, questions, links and what is kept, over the real public files: as on the exercise world, nothing planted."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import Desk
from .map_shown import LONGEST_MS, open_tab, settled
from .real_store import ANALYST, DOCTOR, PASSWORD, RealStore

pytestmark = [pytest.mark.journey, pytest.mark.full, pytest.mark.real]

# a street address that more than one entry of the list has, and two of these
SHARED = """
    SELECT a.id::text, a.name, count(*), min(e.name), max(e.name)
    FROM watchfloor.entity AS a JOIN watchfloor.link AS l ON l.to_id = a.id AND l.kind = 'address'
    JOIN watchfloor.entity AS e ON e.id = l.from_id
    GROUP BY a.id, a.name HAVING count(*) BETWEEN 2 AND 12 ORDER BY count(*) DESC, a.id LIMIT 1
"""
# somebody by a number that nobody else bears, which one looks for as one would write it
BY_NUMBER = """
    SELECT min(e.name), i.value FROM watchfloor.identifier AS i JOIN watchfloor.entity AS e ON e.id = i.entity_id
    WHERE i.value ~ '^[0-9]{8,}$' GROUP BY i.value HAVING count(*) = 1 ORDER BY i.value LIMIT 1
"""
FATAL = "SELECT count(*) FROM watchfloor.overdose WHERE day >= '2016-01-01' AND day < '2017-01-01'"
CT = "lon=-72.68&lat=41.57&zoom=8"


def at_ease(desk: Desk) -> None:
    assert (desk.complaints, desk.outside) == ([], [])


def test_before_the_load_nothing_was_known(real_desk: Desk, real: RealStore) -> None:
    page = real_desk.sign_in(
        DOCTOR, f"/explore?layers=overdoses:70&since=2016-01-01&until=2017-01-01&{CT}", password=PASSWORD
    )
    settled(page)
    (n,) = real.one(FATAL)
    expect(page.locator(".wf-legend-data").first).to_contain_text(f"of {n:,} shown", timeout=LONGEST_MS)

    page.get_by_role("button", name="As known at: choose a moment").click()
    page.get_by_role("textbox", name="Moment, UTC").or_(page.get_by_label("Moment, UTC")).fill("2001-01-01T00:00")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".wfb-band")).to_contain_text("As known at 2001-01-01", timeout=LONGEST_MS)
    expect(page.locator(".wf-legend-data").filter(has_text="shown")).to_have_count(0, timeout=LONGEST_MS)
    at_ease(real_desk)


def test_a_number_in_any_writing_leads_to_its_bearer_and_the_source(real_desk: Desk, real: RealStore) -> None:
    name, value = real.one(BY_NUMBER)
    page = real_desk.sign_in(ANALYST, "/explore?layers=none&zoom=3", password=PASSWORD)
    settled(page)
    page.keyboard.press("/")
    page.keyboard.type(f"{value[:4]} {value[4:]}")
    found = page.get_by_role("option").first
    expect(found).to_contain_text(name, timeout=LONGEST_MS)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/entity"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("body")).to_contain_text("Specially Designated Nationals")
    expect(page.locator("body")).to_contain_text("TLP:CLEAR")
    at_ease(real_desk)


def test_who_shares_an_address_stands_in_one_graph(real_desk: Desk, real: RealStore) -> None:
    ident, place, n, first, last = real.one(SHARED)
    page = real_desk.sign_in(ANALYST, f"/entity?id={ident}", password=PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text(place)
    rows = page.locator(".wfk-row")
    expect(rows.filter(has_text=first).first).to_be_visible(timeout=LONGEST_MS)
    expect(rows.filter(has_text=last).first).to_be_visible()
    line = page.locator(".wfk-line")
    expect(line).to_have_text(re.compile(rf"^{n + 1:,} records, {n:,} links"))

    rows.filter(has_text=first).first.click()
    rows.filter(has_text=last).first.click(modifiers=["ControlOrMeta"])
    page.get_by_role("button", name="Path", exact=True).click()
    expect(line).to_have_text(re.compile(r"^2 links: .+ – .+"), timeout=LONGEST_MS)
    expect(page.locator(".wfk-chosen")).to_have_count(2)
    at_ease(real_desk)


def test_a_view_is_kept_and_found_again_by_its_keeper(real_desk: Desk) -> None:
    page = real_desk.sign_in(
        ANALYST, "/explore?fact=reported&layers=seizures:90&lon=-117&lat=32.7&zoom=7", password=PASSWORD
    )
    settled(page)
    name = f"The southwest border <i>{page.evaluate('innerWidth')}</i>"
    open_tab(page, "Kept")
    page.get_by_role("button", name="Keep this view").click()
    form = page.get_by_role("form")
    form.get_by_label("Name").fill(name)
    form.get_by_role("button", name="Keep").click()
    expect(form).to_have_count(0, timeout=LONGEST_MS)

    page.goto(real_desk.url + "/explore")
    settled(page)
    open_tab(page, "Kept")
    page.get_by_role("list", name="Views").get_by_text(name, exact=True).click()
    expect(page).to_have_url(re.compile("fact=reported.*lon=-117"), timeout=LONGEST_MS)
    at_ease(real_desk)
