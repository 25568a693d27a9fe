"""The states of panes as a person meets them, and what happens to an open page when rights or the database go."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Desk

pytestmark = pytest.mark.journey

type Command = Callable[..., str]
PLACE = "?lon=-97.0&lat=32.8&zoom=5"
PATIENT_MS = 90_000


def opened(desk: Desk, account: str = "ntf.lead", more: str = "") -> Locator:
    """The map of an explore page that has settled."""
    desk.sign_in(account, path="/explore" + PLACE + more)
    return settled(desk.page)


def settled(page: Page) -> Locator:
    """The map, once all its tiles are there."""
    shown = page.locator(".wfm[data-settled=yes]")
    shown.wait_for(timeout=PATIENT_MS)
    return shown


def tap_middle(page: Page, shown: Locator) -> None:
    """Tap the middle of the map."""
    box = shown.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_question_without_an_answer_says_how_to_see_more(desk: Desk) -> None:
    opened(desk, more="&fact=reported")

    expect(desk.page.locator(".wf-legend-empty").first).to_contain_text("widen the period", timeout=PATIENT_MS)
    assert desk.complaints == []


def test_a_person_whose_rights_have_ended_is_refused_what_the_page_still_offers(desk: Desk, command: Command) -> None:
    shown = opened(desk, "cgd.analyst")
    # the page itself does not notice: what it asks in passing hangs
    desk.page.route("**/session*", lambda route: None)
    command("principal", "close", "cgd.analyst", "--as", "operator")
    try:
        tap_middle(desk.page, shown)

        expect(desk.page.locator(".wf-state-refused").first).to_contain_text("Sign in again", timeout=PATIENT_MS)
        expect(desk.page.locator(".wf-behind h2")).to_have_count(0)
    finally:
        command("principal", "reopen", "cgd.analyst", "--as", "operator")


def test_a_stopped_database_fails_a_pane_leaves_the_map_and_comes_back(desk: Desk, command: Command) -> None:
    opened(desk)
    # whether or not it asks once more
    shown = desk.page.locator(".wfm")
    command("db", "stop")
    try:
        tap_middle(desk.page, shown)
        expect(desk.page.locator(".wf-state-failed").first).to_be_visible(timeout=PATIENT_MS)
        expect(shown).to_be_visible()
    finally:
        command("db", "start")

    again = desk.page.get_by_role("button", name="Try again").filter(visible=True)
    found = desk.page.locator(".wf-behind h2").filter(visible=True)
    # the tap may still wait for its answer, and get it; an attempt may come before the server has found its database
    for _ in range(4):
        expect(again.or_(found).first).to_be_visible(timeout=PATIENT_MS)
        if found.count():
            break
        again.first.click()
        desk.page.wait_for_timeout(3_000)
    expect(found).to_have_text(re.compile("Seizures in this"), timeout=PATIENT_MS)


def test_a_right_withdrawn_under_an_open_page_ends_its_pictures_and_its_numbers(desk: Desk, command: Command) -> None:
    shown = opened(desk, "sbi.health", "&layers=overdoses:60")
    expect(desk.page.locator(".wf-legend-data").first).not_to_contain_text("suppressed", timeout=PATIENT_MS)
    box = shown.bounding_box()
    assert box is not None
    desk.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    command("principal", "revoke", "sbi.health", "health", "--as", "operator")
    try:
        with desk.page.expect_response(lambda one: "/tiles/" in one.url and one.status == 410, timeout=PATIENT_MS):
            desk.page.mouse.wheel(0, -450)

        settled(desk.page)
        expect(desk.page.locator(".wf-legend").first).to_contain_text("suppressed", timeout=PATIENT_MS)
    finally:
        command("principal", "grant", "sbi.health", "health", "--as", "operator")


def test_a_wall_display_opens_by_its_link_and_does_not_lock(desk: Desk, command: Command) -> None:
    port = desk.url.rsplit(":", 1)[1]
    link = command("device-token", "wall.ntf", "--port", port).split()[-1]
    desk.page.clock.install()
    desk.page.goto(link)
    desk.page.goto(desk.url + "/whoami")
    expect(desk.page.get_by_text("Labels you may see")).to_be_visible(timeout=PATIENT_MS)

    desk.page.clock.fast_forward("08:00:00")

    expect(desk.page.get_by_text("Labels you may see")).to_be_visible()
    assert desk.page.url == desk.url + "/whoami"


@pytest.mark.parametrize("layer", ["seizures", pytest.param("density", marks=pytest.mark.full)])
def test_a_layer_of_seizures_is_drawn_and_tapped(desk: Desk, layer: str) -> None:
    shown = opened(desk, more=f"&layers={layer}:90,hexagons:10")
    expect(desk.page.locator(".wf-legend-data").first).to_be_visible(timeout=PATIENT_MS)

    tap_middle(desk.page, shown)

    expect(desk.page.locator(".wf-totals")).to_contain_text("record", timeout=PATIENT_MS)
    assert desk.complaints == []


# middles of the marks that are drawn one by one, in pixels of the window
MARKS = """el => {
  const { plot } = el.wfMap;
  const { left, top, width, height } = el.getBoundingClientRect();
  const mean = (all) => all.reduce((sum, one) => sum + one, 0) / all.length;
  const middle = (one, isArea) => (typeof one === "number" ? one : isArea ? mean(one) : one[one.length >> 1]);
  const found = [];
  for (const { visible, data_source: source, glyph } of plot.model.renderers) {
    const [xs, ys] = [source?.data.xs ?? source?.data.x, source?.data.ys ?? source?.data.y];
    if (!visible || !xs || !ys) continue;
    const isArea = glyph.type === "Patches";
    for (let i = 0; i < xs.length; i++) {
      const [x, y] = [middle(xs[i], isArea), middle(ys[i], isArea)];
      found.push([plot.frame.x_scale.compute(x), plot.frame.y_scale.compute(y)]);
    }
  }
  const isSeen = ([x, y]) => x > 60 && y > 60 && x < width - 90 && y < height - 60;
  return found.filter(isSeen).map(([x, y]) => [left + x, top + y]);
}"""
MOST_TAPS = 25


@pytest.mark.parametrize(
    "layer",
    [
        "routes",
        pytest.param("operations", marks=pytest.mark.full),
        pytest.param("ports", marks=pytest.mark.full),
        "clusters",
    ],
)
def test_two_clicks_lead_from_a_mark_to_a_case(desk: Desk, layer: str) -> None:
    page = desk.sign_in("ntf.lead", path=f"/explore?lon=-98&lat=34&zoom=4&layers={layer}:90")
    shown = settled(page)
    expect(page.locator(".wf-legend-data").first).to_be_visible(timeout=PATIENT_MS)

    for x, y in shown.evaluate(MARKS)[:MOST_TAPS]:
        page.mouse.click(x, y)
        expect(page.locator(".wf-behind h2")).to_be_visible(timeout=PATIENT_MS)
        page.wait_for_timeout(400)
        if page.locator(".wf-cases a").count():
            break

    page.locator(".wf-cases a").first.click()
    expect(page.locator(".wf-record-kind")).to_contain_text("Case", timeout=PATIENT_MS)
    assert desk.complaints == []
