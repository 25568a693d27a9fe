"""Time and comparison over the real public files: every count of either period is the store's."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from .conftest import Desk
from .map_shown import LONGEST_MS, settled
from .real_store import DOCTOR, PASSWORD, RealStore

pytestmark = [pytest.mark.journey, pytest.mark.full, pytest.mark.real]

YEAR = "/explore?layers=overdoses:70&since=2016-01-01&until=2017-01-01&lon=-72.68&lat=41.57&zoom=8"
FATAL = "SELECT count(*) FROM watchfloor.overdose WHERE day >= '{}' AND day < '{}'"
ASKED = re.compile(r"since=([\d-]{10}).*until=([\d-]{10})")
# a period as the page tells it, to its last day, with its count
TOLD = re.compile(r"([AB])\W+(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d): ([\d,]+) in (\d+) days")


def counted(page: Page, real: RealStore) -> int:
    """What the store has in the period of the address, once the legend says the same."""
    asked = ASKED.search(page.url)
    assert asked is not None
    (n,) = real.one(FATAL.format(*asked.groups()))
    expect(page.locator(".wf-legend-data").first).to_contain_text(f"of {n:,} shown", timeout=LONGEST_MS)
    return int(n)


def test_the_timeline_moves_a_year_and_the_map_counts_what_lies_in_it(real_desk: Desk, real: RealStore) -> None:
    page = real_desk.sign_in(DOCTOR, YEAR, password=PASSWORD)
    settled(page)
    whole = counted(page, real)

    chart = page.get_by_role("application", name=re.compile("^Timeline"))
    chart.press("ArrowRight")
    expect(page).not_to_have_url(re.compile("since=2016-01-01"), timeout=LONGEST_MS)
    assert counted(page, real) != whole
    chart.press("ArrowLeft")
    expect(page).to_have_url(re.compile("since=2016-01-01.*until=2017-01-01"), timeout=LONGEST_MS)
    assert counted(page, real) == whole

    # played day by day, and let go
    page.get_by_role("button", name="▶ Play").click()
    day = page.locator(".wfp-date")
    expect(day).to_have_text(re.compile(r"2016-\d\d-\d\d"), timeout=LONGEST_MS)
    first = day.inner_text()
    expect(day).not_to_have_text(first, timeout=LONGEST_MS)
    page.keyboard.press("Escape")
    expect(day).to_be_hidden()
    assert (real_desk.complaints, real_desk.outside) == ([], [])


def test_two_periods_are_compared_with_the_stores_counts_and_a_test(real_desk: Desk, real: RealStore) -> None:
    page = real_desk.sign_in(DOCTOR, YEAR, password=PASSWORD)
    settled(page)
    page.get_by_role("button", name="Compare", exact=True).click()
    said = page.locator(".wf-compared")
    expect(said).to_contain_text(re.compile("grew most|beyond chance"), timeout=LONGEST_MS)
    expect(said).to_contain_text("exact conditional test of two Poisson rates")

    told = {name: (since, until, n, days) for name, since, until, n, days in TOLD.findall(said.inner_text())}
    assert set(told) == {"A", "B"}
    for since, until, n, days in told.values():
        first, last = date.fromisoformat(since), date.fromisoformat(until)
        # a leap year against the whole year before it
        assert int(days) == (last - first).days + 1 == (366 if first.year % 4 == 0 else 365)
        assert real.one(FATAL.format(first, last) + f" OR day = '{last}'") == (int(n.replace(",", "")),)

    page.get_by_role("button", name="Swipe", exact=True).click()
    handle = page.get_by_role("slider", name="Divide between the two periods")
    handle.press("ArrowLeft")
    expect(handle).to_have_attribute("aria-valuenow", "48")
    for name, side in (("A", ".wfs-left"), ("B", ".wfs-right")):
        expect(page.locator(side)).to_have_text(f"{name} {told[name][0]} to {told[name][1]}")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(handle).to_be_hidden()
    assert (real_desk.complaints, real_desk.outside) == ([], [])
