"""A walk through time: two periods compared, side by side and by their change, and a period played on the map."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import Desk
from .map_shown import settled

pytestmark = pytest.mark.journey

PLAYED = "el => el.wfMap.play.bar.at"


def test_an_analyst_compares_two_periods_and_plays_one(desk: Desk) -> None:
    page = desk.sign_in("ntf.lead", path="/explore")
    shown = settled(page)

    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator(".wf-compared")).to_contain_text(re.compile("grew most|beyond chance"), timeout=30_000)
    expect(page.locator(".wf-layer-row").filter(has_text="hexagons tested").first).to_be_visible(timeout=30_000)
    assert re.search(r"compare=before(%2F|/)map", page.url)

    page.get_by_role("button", name="Swipe", exact=True).click()
    handle = page.get_by_role("slider", name="Divide between the two periods")
    handle.press("ArrowLeft")
    expect(handle).to_have_attribute("aria-valuenow", "48")
    expect(page.locator(".wfs-left")).to_contain_text(re.compile(r"^A .*\d{4}-\d\d-\d\d to"))
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(handle).to_be_hidden()

    page.get_by_role("checkbox", name="Tracks of craft").check()
    page.get_by_role("button", name="▶ Play").click()
    expect(page.locator(".wfp-date")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="Pause (Space)")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="❚❚ Pause").click()
    expect(page.get_by_role("button", name="Play (Space)")).to_be_visible()
    expect(page.get_by_role("button", name="▶ Play")).to_be_visible()
    expect(page.locator(".wfp-date")).to_be_visible()
    told = re.compile(r"[\d,]+ of [\d,]+ positions of this day \(UTC\)")
    expect(page.locator(".wfp-tracks")).to_contain_text(told, timeout=30_000)
    shown.focus()
    before = shown.evaluate(PLAYED)
    page.keyboard.press("]")
    assert shown.evaluate(PLAYED) == before + 1
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="❚❚ Pause")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".wfp-date")).to_be_hidden()
    expect(page.get_by_role("button", name="▶ Play")).to_be_visible()

    chart = page.get_by_role("application", name=re.compile("^Timeline"))
    since = page.url
    chart.press("ArrowLeft")
    expect(page).not_to_have_url(since)
    assert (desk.complaints, desk.outside) == ([], [])
