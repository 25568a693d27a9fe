"""From a lit pixel of the tracks to a craft, its way, its gap, and who passed an area."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, expect

from .conftest import Desk
from .map_shown import middle, settled

pytestmark = pytest.mark.journey

SIX_HOURS = timedelta(hours=6)
# machines are shared and slow at times: what is expected comes, but not always at once
PATIENCE_MS = 30_000
TODAY = datetime.now(UTC).date()
SINCE, UNTIL = TODAY - timedelta(days=60), TODAY + timedelta(days=1)


def last_before_a_gap(command: Callable[..., str]) -> tuple[float, float]:
    """Where a craft was heard last before it fell silent for six hours or more, in the period of the journey."""
    words = ["ask", "tracks", "--since", f"{SINCE}", "--until", f"{UNTIL}", "--as", "ntf.lead", "--format", "json"]
    rows = json.loads(command(*words))["rows"]
    for one, next_ in pairwise(rows):
        silent = datetime.fromisoformat(next_["at"]) - datetime.fromisoformat(one["at"])
        if one["craft"] == next_["craft"] and SIX_HOURS <= silent < timedelta(days=3):
            return one["lon"], one["lat"]
    raise AssertionError("the exercise world has no gap in these days")


def ring_is_seen(shown: Locator) -> bool:
    """Whether the ring of the playback lies in the view."""
    return bool(
        shown.evaluate(
            """el => {
              const { look, track } = el.wfMap, { x, y } = track.playback.place();
              return x > look.x.start && x < look.x.end && y > look.y.start && y < look.y.end;
            }"""
        )
    )


def pixels_of(shown: Locator) -> int:
    """How many pixels the highlighted way and its playback have painted."""
    return int(
        shown.evaluate(
            """el => [...el.querySelectorAll(".wft-canvas")].reduce((sum, one) => {
              // a copy: a canvas that is read again and again is warned of
              const copy = new OffscreenCanvas(one.width, one.height).getContext("2d", { willReadFrequently: true });
              copy.drawImage(one, 0, 0);
              const { data } = copy.getImageData(0, 0, one.width, one.height);
              let n = 0;
              for (let i = 3; i < data.length; i += 4) if (data[i] > 0) n += 1;
              return sum + n;
            }, 0)"""
        )
    )


@pytest.mark.full
def test_a_lit_pixel_leads_to_its_craft_its_way_and_who_else_was_there(desk: Desk, command: Callable[..., str]) -> None:
    lon, lat = last_before_a_gap(command)
    page = desk.sign_in("ntf.lead", path="/explore")
    page.goto(f"{desk.url}/explore?layers=tracks&since={SINCE}&until={UNTIL}&lon={lon}&lat={lat}&zoom=9")
    shown = settled(page)
    x, y = middle(shown)

    # hover: counts by category once the cursor rests
    page.mouse.move(x - 40, y)
    page.mouse.move(x, y)
    tip = page.locator(".wfh-tip")
    expect(tip).to_contain_text(re.compile(r"position"), timeout=PATIENCE_MS)
    expect(tip).to_contain_text(re.compile(r"(\d+) of \1 positions · .*UTC"), timeout=PATIENCE_MS)

    # click: a list, the nearest first; choose the one that is here
    page.mouse.click(x, y)
    expect(page.locator(".wf-behind h2:visible")).to_have_text(re.compile("Craft heard within"), timeout=PATIENCE_MS)
    first = page.locator(".wfp-craft").first
    expect(first.locator(".wfp-far")).to_have_text(re.compile(r"^\d+ m$"), timeout=PATIENCE_MS)
    name = first.locator("b").text_content() or ""
    first.click()

    # its panel and its way
    expect(page.locator(".wf-behind h2:visible")).to_have_text(name, timeout=PATIENCE_MS)
    expect(page).to_have_url(re.compile("mark=tracks%2Fcraft"), timeout=PATIENCE_MS)
    craft = page.url.partition("mark=tracks%2Fcraft%2F")[2].partition("&")[0]
    bar = page.get_by_role("group", name=f"Playback of {name}")
    expect(bar.locator(".wft-title")).to_have_text(name, timeout=PATIENCE_MS)
    expect(bar.locator(".wft-said")).to_contain_text(re.compile(r"(\d+) of \1 positions · .*gap"), timeout=PATIENCE_MS)
    expect(bar.locator(".wft-legend")).to_contain_text("Speed, kn", timeout=PATIENCE_MS)
    assert pixels_of(shown) > 0
    voyages = page.locator(".wfw-fold").first
    expect(voyages.locator("summary")).to_have_text(re.compile(r"^[\d,]+ voyages?$"), timeout=PATIENCE_MS)
    voyages.locator("summary").click()
    expect(voyages).to_contain_text("Preset near-shore: a silence of 4 h")
    expect(page.get_by_text(re.compile(r"positions left out"))).to_be_visible(timeout=PATIENCE_MS)
    # what is left out is shown as crosses: here of a place that the test names
    before = pixels_of(shown)
    page.evaluate("at => window.dispatchEvent(new CustomEvent('wf-left-out', { detail: [at] }))", [lon, lat])
    expect(page.locator(".wfl-legend")).to_have_text("1 left out by cleaning")
    assert pixels_of(shown) > before
    page.evaluate("window.dispatchEvent(new CustomEvent('wf-left-out', { detail: null }))")
    expect(page.locator(".wfl-legend")).to_be_hidden()
    page.get_by_text("Identity", exact=True).click()
    expect(page.locator(".wf-rows li:visible").first).to_be_visible(timeout=PATIENCE_MS)

    # it plays without asking the server
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/tiles/" not in request.url else None)
    began = bar.locator(".wft-time").text_content()
    bar.get_by_role("button", name="Play (Space)").click()
    expect(bar.locator(".wft-time")).not_to_have_text(began or "", timeout=PATIENCE_MS)
    bar.get_by_role("button", name="Pause (Space)").click()
    assert ring_is_seen(shown)
    assert [url for url in asked if "/session" not in url and "/assets/" not in url] == []

    # the gap, by the keyboard
    shown.focus()
    page.keyboard.press("]")
    said = bar.locator(".wft-said")
    expect(said).to_contain_text(re.compile(r"Gap 1 of \d+: no fix for \d+ .*(min|h|d)$"), timeout=PATIENCE_MS)
    assert said.evaluate("el => el.scrollWidth <= el.clientWidth")
    rail, below = page.locator(".wfr-rail").bounding_box(), bar.bounding_box()
    assert rail is not None
    assert below is not None
    assert rail["y"] + rail["height"] <= below["y"]
    # where it could have been meanwhile is seen at once, and covers as much as a moment later
    page.wait_for_timeout(300)
    reached = pixels_of(shown)
    shown.evaluate("el => el.wfMap.track.playback.seek(el.wfMap.track.playback.now + 60)")
    page.wait_for_timeout(300)
    assert reached > 0.9 * pixels_of(shown)
    page.keyboard.press(",")
    at_gap = bar.locator(".wft-time").text_content()
    page.keyboard.press(".")
    expect(bar.locator(".wft-time")).not_to_have_text(at_gap or "", timeout=PATIENCE_MS)

    # who was beside it
    page.get_by_text("Company", exact=True).click()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("Beside: within 1.0 km and 10 minutes")).to_be_visible(timeout=PATIENCE_MS)

    # who passed a box
    page.get_by_role("button", name="Select by box").click()
    x, y = middle(shown)
    # below the line that says what the tool does: on a laptop it is high
    page.mouse.move(x - 200, y - 110)
    page.mouse.down()
    page.mouse.move(x + 150, y + 60, steps=4)
    page.mouse.up()
    expect(page.locator(".wf-behind h2:visible")).to_have_text("Who passed through this box", timeout=PATIENCE_MS)
    expect(page).to_have_url(re.compile("mark=tracks%2Farea%2Fbox"), timeout=PATIENCE_MS)
    expect(bar).to_be_hidden(timeout=PATIENCE_MS)

    # a link to a craft that names no view shows its whole way; what it did leads to where and when
    page.goto(f"{desk.url}/explore?layers=tracks&since={SINCE}&until={UNTIL}&mark=tracks/craft/{craft}")
    expect(bar.locator(".wft-title")).to_have_text(name, timeout=PATIENCE_MS)
    shown = settled(page)
    assert ring_is_seen(shown)
    go = "(el, at) => el.wfMap.track.goTo({ at: Date.parse(at.replace(' ', 'T')) / 1000 + 0.4, lon: 0, lat: 0 })"
    shown.evaluate(go, at_gap)
    expect(bar.locator(".wft-time")).to_have_text(at_gap or "", timeout=PATIENCE_MS)
    expect(said).to_contain_text("Gap 1 of", timeout=PATIENCE_MS)
    assert ring_is_seen(shown)

    assert desk.complaints == []
    assert desk.outside == []


@pytest.mark.full
def test_an_area_can_be_drawn_by_keyboard_and_left(desk: Desk) -> None:
    page = desk.sign_in("ntf.lead", path="/explore")
    page.goto(f"{desk.url}/explore?layers=tracks&since={SINCE}&until={UNTIL}&lon=-80&lat=25&zoom=5")
    settled(page)
    page.get_by_role("button", name="Select by radius").press("Enter")
    hint = page.get_by_role("group", name="Selection")
    expect(hint).to_contain_text("Radius", timeout=PATIENCE_MS)
    page.keyboard.press("Escape")
    expect(hint).to_be_hidden(timeout=PATIENCE_MS)

    page.get_by_role("button", name="Select by radius").press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    settled(page)
    page.keyboard.press("Enter")

    expect(page.locator(".wf-behind h2:visible")).to_have_text(
        re.compile("Who passed within .* km of 25"), timeout=PATIENCE_MS
    )
    assert desk.complaints == []
