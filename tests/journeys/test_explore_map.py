"""The map under the hand: it answers at once, is never blank, and asks for little."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, expect

from .conftest import Desk
from .map_shown import middle, open_tab, settled

pytestmark = pytest.mark.journey

# share of sampled pixels that show no picture, taken after each painting of the tiles
WATCH_PIXELS = """el => {
  const { plot } = el.wfMap;
  const canvas = [...plot.canvas_view.el.shadowRoot.querySelectorAll("canvas")].find((one) => one.width > 100);
  window.blanks = [];
  const sample = () => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let [blank, n] = [0, 0];
    for (let i = 0; i < data.length; i += 4 * 997) { n += 1; if (data[i + 3] === 0) blank += 1; }
    window.blanks.push(blank / n);
  };
  const view = plot.renderer_views.get(plot.model.renderers.find((one) => one.type === "TileRenderer"));
  const paint = view._paint;
  view._paint = (ctx) => { paint(ctx); queueMicrotask(sample); };
  sample();
}"""


def opened(desk: Desk, path: str = "/explore") -> Locator:
    """The map of an explore page that has settled."""
    desk.sign_in("ntf.lead", path=path)
    return settled(desk.page)


def test_the_map_is_never_blank_while_a_new_question_loads(desk: Desk) -> None:
    shown = opened(desk)
    shown.evaluate(WATCH_PIXELS)
    with desk.page.expect_response(re.compile("measured=kilograms")):
        open_tab(desk.page, "Filters")
        desk.page.get_by_role("button", name="kg", exact=True).click()
    settled(desk.page)
    # the list of layers lies behind: the map says itself what its colours mean
    key = desk.page.get_by_role("group", name="What the map's colours mean")
    expect(key).to_contain_text(re.compile(r"Seizure hexagons\s*kg"))
    open_tab(desk.page, "Layers")
    expect(key).to_be_hidden()
    expect(desk.page.locator(".wf-legend-unit").first).to_contain_text("kg")
    assert max(desk.page.evaluate("window.blanks")) == 0

    desk.page.get_by_role("button", name="Layers, filters and what is kept").click()
    expect(key).to_be_visible()


def test_a_change_of_level_asks_once_and_only_for_what_is_seen(desk: Desk) -> None:
    shown = opened(desk)
    desk.page.mouse.move(*middle(shown))
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url) if "/tiles/" in request.url else None)
    with desk.page.expect_request(re.compile("/tiles/")):
        desk.page.mouse.wheel(0, -450)
    settled(desk.page)
    width, height = shown.evaluate("el => [el.clientWidth, el.clientHeight]")
    tiles = [name for url in asked for name in parse_qs(urlsplit(url).query)["tiles"][0].split(",")]

    assert len(asked) == 1
    # tiles are drawn at 0.71 to 1.41 of their size
    assert 0 < len(tiles) == len(set(tiles)) <= (width / 181 + 2) * (height / 181 + 2)


def test_zooming_ends_where_there_is_nothing_more_to_see(desk: Desk) -> None:
    shown = opened(desk, "/explore?zoom=2.5")
    desk.page.mouse.move(*middle(shown))
    for _ in range(12):
        desk.page.mouse.wheel(0, 900)
    settled(desk.page)
    extent = shown.evaluate("el => el.wfMap.look.report()")

    assert extent["south"] >= -85.06
    assert extent["north"] <= 85.06
    assert extent["north"] - extent["south"] > 100


def test_the_map_goes_round_the_world(desk: Desk) -> None:
    shown = opened(desk, "/explore?lon=179.9&lat=20&zoom=4")

    west, east = shown.evaluate("el => { const r = el.wfMap.look.report(); return [r.west, r.east]; }")
    assert west > 0 > east
    assert desk.complaints == []


def test_the_scale_is_true_at_the_latitude_of_the_middle(desk: Desk) -> None:
    shown = opened(desk, "/explore?lon=10&lat=60&zoom=6")

    text, width = shown.locator(".wfm-scale").evaluate("el => [el.textContent, el.style.getPropertyValue('--wfm-bar')]")
    kilometres = float(text.split(" km")[0].replace(",", ""))
    # at 60 degrees north a pixel is half of what it is at the equator
    assert kilometres * 1000 / float(width.removesuffix("px")) == pytest.approx(40_075_017 / 256 / 2**6 / 2, rel=0.02)


def test_coordinates_follow_the_cursor_without_asking(desk: Desk) -> None:
    shown = opened(desk, "/explore?lon=-98&lat=38&zoom=5")
    desk.page.mouse.move(*middle(shown))

    expect(shown.locator(".wfm-cursor")).to_have_text(re.compile(r"3[78]\.\d{5}, -9[78]\.\d{5}"))


def test_the_map_can_be_used_without_a_mouse(desk: Desk) -> None:
    shown = opened(desk, "/explore?lon=-97&lat=32.8&zoom=5")
    shown.focus()
    desk.page.keyboard.press("+")
    expect(desk.page).to_have_url(re.compile("zoom=6"))
    desk.page.keyboard.press("Enter")

    expect(desk.page.locator(".wf-behind h2")).to_have_text(re.compile("Seizures in this"))


def test_tiles_that_do_not_come_are_told_and_can_be_asked_again(desk: Desk) -> None:
    shown = opened(desk)
    pattern = re.compile("/tiles/map.bundle.*measured=kilograms")
    desk.page.route(pattern, lambda route: route.fulfill(status=503))
    open_tab(desk.page, "Filters")
    desk.page.get_by_role("button", name="kg", exact=True).click()
    notice = shown.locator(".wfm-notice")
    expect(notice).to_contain_text("did not load. Try again", timeout=20_000)
    expect(desk.page.locator(".wf-legend-unit").first).to_contain_text("kg")

    desk.page.unroute(pattern)
    notice.click()

    expect(notice).to_be_hidden(timeout=20_000)


def test_a_picture_of_old_rights_is_refused_and_the_page_asks_for_the_new_address(desk: Desk) -> None:
    opened(desk)
    desk.page.route(
        re.compile("/tiles/map.bundle.*measured=kilograms"), lambda route: route.fulfill(status=410), times=1
    )

    with desk.page.expect_response(lambda one: "/tiles/" in one.url and one.status == 410):
        open_tab(desk.page, "Filters")
        desk.page.get_by_role("button", name="kg", exact=True).click()

    settled(desk.page)
    assert [text for text in desk.complaints if "410" not in text] == []


# the ends of the chosen period on the screen, and how wide a month is there
EDGES = """canvas => {
  const chart = canvas.parentElement.wfTimeline;
  const { left, width } = canvas.getBoundingClientRect();
  const at = (day) => left + chart.x(day) * (width / canvas.offsetWidth);
  return [...chart.period.map(at), at(31) - at(0)];
}"""


def test_the_timeline_is_brushed_where_the_hand_is(desk: Desk) -> None:
    opened(desk)
    page = desk.page
    chart = page.get_by_role("application", name=re.compile("^Timeline"))
    box = chart.bounding_box()
    assert box is not None
    start, end = (box["x"] + box["width"] * share for share in (0.4, 0.6))
    y = box["y"] + box["height"] * 0.3
    page.mouse.move(start, y)
    page.mouse.down()
    page.mouse.move(end, y, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile("until="))

    since, until, month = chart.evaluate(EDGES)
    assert start - month <= since <= start
    assert end <= until <= end + month
