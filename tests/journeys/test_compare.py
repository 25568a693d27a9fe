"""A walk through time: two periods compared, side by side and by their change, and a period played on the map."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import Desk
from .map_shown import settled

pytestmark = pytest.mark.journey

PLAYED = "el => el.wfMap.play.bar.at"
OUTLINED = "el => el.wfMap.kept.show({ areas: [{ id: '1', name: 'A', lon: [-100, -90, -95], lat: [30, 30, 40] }] })"
# drawn again it is the same picture, of the size that it has on the page
AS_DRAWN_ANEW = """el => {
  const { kept } = el.wfMap, { drawn } = kept, was = drawn.toDataURL();
  const fits = drawn.width === el.clientWidth * devicePixelRatio && drawn.height === el.clientHeight * devicePixelRatio;
  kept.moved();
  return fits && was === drawn.toDataURL();
}"""


def test_an_analyst_compares_two_periods_and_plays_one(desk: Desk) -> None:
    page = desk.sign_in("ntf.lead", path="/explore")
    shown = settled(page)

    shown.evaluate(OUTLINED)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator(".wf-compared")).to_contain_text(re.compile("grew most|beyond chance"), timeout=30_000)
    assert settled(page).evaluate(AS_DRAWN_ANEW), "an outline follows the map that has become lower"
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

    # what the data picked is not told as a test of one place
    page.get_by_role("button", name="Compare", exact=True).click()
    page.get_by_role("button", name="Show it").click(timeout=30_000)
    told = page.locator(".wf-compared")
    expect(told).to_contain_text("In the selection A has", timeout=30_000)
    expect(told).to_contain_text("picked on the map where the data show it")
    expect(page.locator(".wf-expected:visible").first).to_contain_text("picked by the data", timeout=30_000)
    assert (desk.complaints, desk.outside) == ([], [])
