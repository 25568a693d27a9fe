"""An analyst's ten tasks in one walk, as docs/analyst-guide.md tells them.

With WATCHFLOOR_GUIDE set to a folder the walk leaves the guide's pictures there.
"""

import json
import math
import os
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from . import handing_on
from .conftest import PASSWORD, Desk
from .map_shown import middle, open_tab, settled

pytestmark = pytest.mark.journey

PATIENCE_MS = 60_000
COUNTED = re.compile(r"^\d+ of [\d,]+$")
SEIZURES = re.compile(r"^[\d,]+ seizures$")
# the exercise's own San Ysidro: longitude and latitude
CROSSING = (-117.031, 32.544)
ZOOM = 8.0

type Taken = Callable[[int], None]


@pytest.fixture
def taken(desk: Desk) -> Taken:
    """Leaves the page's picture for the guide, if one is wanted."""
    folder = os.environ.get("WATCHFLOOR_GUIDE")

    def take(number: int) -> None:
        if folder:
            desk.page.wait_for_timeout(1_500)
            picture = Image.open(BytesIO(desk.page.screenshot()))
            picture.quantize(200).save(Path(folder) / f"guide-{number}.png", optimize=True)

    return take


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def pixels(lon: float, lat: float, zoom: float) -> tuple[float, float]:
    """Where a place lies on the whole map at a zoom, in pixels from its north-western corner (EPSG:3857)."""
    size = 256 * 2**zoom
    return (lon / 360 + 0.5) * size, (0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / math.tau) * size


def test_an_analyst_does_ten_tasks(desk: Desk, taken: Taken, tmp_path: Path) -> None:
    page = desk.sign_in("ntf.lead", path="/explore")
    settled(page)
    fentanyl_near_the_pacific(page)
    taken(1)
    where_it_grew(page)
    taken(2)
    who_links_two(page)
    taken(3)
    export_the_selection(desk, tmp_path)
    taken(9)
    page.get_by_role("dialog", name="Export").get_by_role("button", name="Close").click()
    send_the_link(desk)
    the_case_and_whom_to_call(page)
    taken(4)
    page.go_back()
    an_area_kept(page)
    taken(6)
    a_phone_from_a_fragment(page)
    taken(8)
    two_years_of_a_crossing(desk)
    taken(7)
    a_week_earlier(desk)
    taken(5)
    assert (desk.complaints, desk.outside) == ([], [])


def fentanyl_near_the_pacific(page: Page) -> None:
    """Task 1: all fentanyl seizures of 5 kg or more near ports of one coast last quarter."""
    open_tab(page, "Filters")
    page.get_by_role("button", name="Last quarter").click()
    page.get_by_label("Substances").click()
    page.keyboard.type("fentanyl")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.get_by_text("Weight", exact=True).click()
    page.get_by_label("at least").first.fill("5")
    page.keyboard.press("Enter")
    page.get_by_text("Near ports", exact=True).click()
    page.get_by_text("Pacific", exact=True).click()
    expect(page).to_have_url(re.compile("substances=fentanyl.*least_kg=5.*near=50:pacific"), timeout=PATIENCE_MS)
    left = page.locator(".wfa-left")
    expect(left).to_have_text(COUNTED, timeout=PATIENCE_MS)
    # the planted surge: 24, 5 and 3 loads at three ports, some of them without a weight
    assert 20 <= number_of(left.inner_text()) <= 45


def where_it_grew(page: Page) -> None:
    """Task 2: where they grew most, and whether it is chance."""
    compare = page.get_by_role("button", name="Compare", exact=True)
    compare.click()
    said = page.locator(".wf-compared")
    expect(said).to_contain_text(re.compile("grew most near (Long Beach|Los Angeles)"), timeout=PATIENCE_MS)
    expect(said).to_contain_text("more than chance")


def who_links_two(page: Page) -> None:
    """Task 3: who links two of them."""
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator(".wf-compared")).to_be_hidden()
    shown = settled(page)
    (x, y), box = middle(shown), shown.bounding_box()
    assert box is not None
    # on a small screen the map is narrower, and its tools stand at its left
    left, high = min(480, box["width"] / 2 - 70), min(300, box["height"] / 2 - 20)
    page.get_by_role("button", name="Select by box").click()
    drag(page, (x - left, y - high), (x + 200, y + high))
    expect(page.locator(".wfe-number b").first).to_be_visible(timeout=PATIENCE_MS)
    open_tab(page, "Links")
    seizures = page.locator(".wfk-row.wfk-event")
    expect(seizures.nth(1)).to_be_visible(timeout=PATIENCE_MS)
    seizures.nth(0).click()
    seizures.nth(1).click(modifiers=["ControlOrMeta"])
    page.get_by_role("button", name="Path", exact=True).click()
    way = re.compile(r"^\d links?: Fentanyl seized.+ – .+ – Fentanyl seized")
    expect(page.locator(".wfk-line")).to_have_text(way, timeout=PATIENCE_MS)


def the_case_and_whom_to_call(page: Page) -> None:
    """Task 4: the case, and whom to call."""
    open_tab(page, "Evidence")
    page.locator(".wf-cases:visible a").first.click()
    page.wait_for_url(re.compile("/case"))
    expect(page.get_by_text("Whom to call").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text(re.compile(r"\+1 \d{3}-555-01\d\d")).first).to_be_visible(timeout=PATIENCE_MS)


def a_week_earlier(desk: Desk) -> None:
    """Task 5: what was known a week earlier."""
    page = desk.page
    page.goto(f"{desk.url}/explore")
    left = page.locator(".wfa-left")
    expect(left).to_have_text(SEIZURES, timeout=PATIENCE_MS)
    now = left.inner_text()
    page.get_by_role("button", name="As known at: choose a moment").click()
    page.get_by_role("button", name="A week ago").click()
    expect(page.locator(".wfb-band")).to_contain_text("As known at", timeout=PATIENCE_MS)
    expect(left).not_to_have_text(now, timeout=PATIENCE_MS)
    expect(left).to_have_text(SEIZURES, timeout=PATIENCE_MS)
    assert number_of(left.inner_text()) < number_of(now)


def number_of(text: str) -> int:
    """The first number of what the bar says."""
    return int(text.split(maxsplit=1)[0].replace(",", ""))


def an_area_kept(page: Page) -> None:
    """Task 6: an area drawn and kept."""
    x, y = middle(settled(page))
    keep = page.get_by_role("button", name=re.compile("^Keep area"))
    # what is selected is what is kept; with nothing selected, one draws
    keep.click()
    form = page.get_by_role("form", name="Keep this area")
    expect(form).to_contain_text("You keep what is selected: ", timeout=PATIENCE_MS)
    expect(form.get_by_role("button", name="Draw another instead")).to_be_visible()
    form.get_by_role("button", name="Cancel").click(timeout=PATIENCE_MS)
    open_tab(page, "Evidence")
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page).not_to_have_url(re.compile("selection="), timeout=PATIENCE_MS)
    keep.click()
    expect(page.get_by_text("Area to keep: click its corners.")).to_be_visible(timeout=PATIENCE_MS)
    for dx, dy in ((-90, -60), (90, -60), (90, 60), (-90, 60)):
        page.mouse.click(x + dx, y + dy)
    page.keyboard.press("Enter")
    form = page.get_by_role("form")
    form.get_by_label("Name").fill("Harbour mouth")
    form.get_by_role("button", name=re.compile("Keep|Save")).click()
    open_tab(page, "Kept")
    expect(page.get_by_role("list", name="Areas of interest")).to_contain_text("Harbour mouth", timeout=PATIENCE_MS)


def two_years_of_a_crossing(desk: Desk) -> None:
    """Task 7: two years of a crossing."""
    page = desk.page
    lon, lat = CROSSING
    page.goto(f"{desk.url}/explore?layers=ports&lon={lon}&lat={lat}&zoom={ZOOM}")
    page.mouse.click(*middle(settled(page)))
    expect(page.locator(".wf-behind h2:visible")).to_contain_text("San Ysidro", timeout=PATIENCE_MS)
    expect(page.get_by_text(re.compile("against .+ in the same .+ a year before"))).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".wf-trend-before").first).to_be_visible()


def a_phone_from_a_fragment(page: Page) -> None:
    """Task 8: a phone from a fragment."""
    page.keyboard.press("/")
    page.keyboard.type("555-01 2")
    rows: Locator = page.get_by_role("option")
    expect(rows.first.locator("mark")).to_have_text(re.compile(r"^[\d() -]+$"), timeout=PATIENCE_MS)


def export_the_selection(desk: Desk, folder: Path) -> None:
    """Task 9: the selection with its marking."""
    page = desk.page
    page.get_by_role("button", name="Export").click()
    page.get_by_label("Form").select_option("geojson")
    _, shown = handing_on.taken(page, folder / "got.geojson")
    whole = json.loads((folder / "got.geojson").read_text("utf-8"))
    assert whole["watchfloor"]["marking"] == shown
    assert whole["features"]


def send_the_link(desk: Desk) -> None:
    """Task 10: a colleague opens the link, and sees of it what they may see."""
    browser = desk.context.browser
    assert browser is not None
    mine = desk.page.locator(".wfe-number b").first.text_content()
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    desk.watch(page)
    page.goto(f"{desk.page.url}&sent=1")
    page.get_by_label("Account").fill("cgd.analyst")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("selection=box.*|.*near=50"), timeout=PATIENCE_MS)
    expect(page.get_by_text("its counts are of what you may see")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".wfe-number b").first).not_to_have_text(mine or "", timeout=PATIENCE_MS)
    context.close()
