"""A block of work from the sign-in to the exported file by keys alone: no mouse, and no script gives the focus."""

import json
import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import FloatRect, Page, expect

from .conftest import PASSWORD, Desk
from .handing_on import PATIENT_MS
from .map_shown import LONGEST_MS, settled

pytestmark = [pytest.mark.journey, pytest.mark.full]

MOST_STOPS = 60
# a ring of two pixels has more than its box is wide and high, and a little shows round it
ROUND_PX = 8
LEAST_CHANGE = 24
# what has the focus, through all shadow roots: its name, and its box on the screen
FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const { x, y, width, height } = at.getBoundingClientRect();
  const name = at.getAttribute("aria-label") || at.labels?.[0]?.textContent || at.textContent || at.title;
  return { name: at === document.body ? "" : name.replace(/\\s+/g, " ").trim(), isNowhere: at === document.body,
    box: { x, y, width, height } };
}"""


@dataclass
class Keys:
    """A person who has nothing but a keyboard, and looks where the focus is."""

    page: Page

    def press(self, *keys: str) -> None:
        """One key after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Write where the focus is."""
        self.page.keyboard.type(text)

    def at(self) -> dict[str, Any]:
        """What has the focus: it has a name, and stands in sight."""
        found: dict[str, Any] = self.page.evaluate(FOCUSED)
        if not found["isNowhere"]:
            assert found["name"], f"what has the focus has no name: {found}"
            assert self.sight(found["box"]) is not None, f"what has the focus is out of sight: {found}"
        return found

    def rests_at(self, name: str) -> None:
        """The focus comes to what is called so by itself."""
        for _ in range(100):
            if self.at()["name"].startswith(name):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"the focus is not on “{name}” but on {self.at()}")

    def sight(self, box: dict[str, float]) -> FloatRect | None:
        """What is in sight of a box and of a little round it."""
        size = self.page.viewport_size
        assert size is not None
        left, top = max(0.0, box["x"] - ROUND_PX), max(0.0, box["y"] - ROUND_PX)
        right = min(float(size["width"]), box["x"] + box["width"] + ROUND_PX)
        bottom = min(float(size["height"]), box["y"] + box["height"] + ROUND_PX)
        return (
            FloatRect(x=left, y=top, width=right - left, height=bottom - top) if right > left and bottom > top else None
        )

    def shot(self, box: dict[str, float]) -> Image.Image:
        """The picture there."""
        return Image.open(BytesIO(self.page.screenshot(clip=self.sight(box)))).convert("L")

    def reach(self, name: str, key: str = "Tab") -> None:
        """Press the key until something of that name (a pattern, from its beginning) has the focus.

        Wherever the focus comes by, the picture there is another one once it has gone on: a person sees where it is.
        """
        passed: list[str] = []
        here = self.at()
        for _ in range(MOST_STOPS):
            before = None if here["isNowhere"] else self.shot(here["box"])
            self.press(key)
            left, here = here, self.at()
            if before is not None and left != here:
                change = ImageChops.difference(before, self.shot(left["box"])).point(
                    lambda level: 255 * (level > LEAST_CHANGE)
                )
                seen = change.histogram()[255]
                assert seen > left["box"]["width"], f"nothing tells that this has the focus: {left}, {seen} pixels"
            passed.append(here["name"])
            if re.match(name, here["name"]):
                return
        raise AssertionError(f"“{name}” is not reached with {key}: {passed}")


def test_a_block_of_work_is_done_by_keys_alone(desk: Desk, tmp_path: Path) -> None:
    page, keys = desk.page, Keys(desk.page)
    page.goto(f"{desk.url}/sign-in?next=/explore")
    signs_in(keys)
    chooses(keys)
    moves_in_time(keys)
    asks_at_a_place(keys)
    selects_and_cites(keys)
    keeps_the_view(keys)
    exports(keys, tmp_path / "got.geojson")
    assert (desk.complaints, desk.outside) == ([], [])


def signs_in(keys: Keys) -> None:
    keys.rests_at("Account")
    keys.write("ntf.lead")
    keys.press("Tab")
    keys.rests_at("Password")
    keys.write(PASSWORD)
    keys.press("Enter")
    keys.page.wait_for_url(re.compile("/explore"))
    settled(keys.page)


def turns_to(keys: Keys, tab: str, *, beside: str) -> None:
    """From the tab before it, which F6 leads to."""
    keys.reach(f"{beside}$", "F6")
    keys.press("ArrowRight")
    expect(keys.page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")


def chooses(keys: Keys) -> None:
    """The filters: a period, a substance, a least weight; a choice taken back and made again."""
    page = keys.page
    turns_to(keys, "Filters", beside="Layers")
    keys.rests_at("Filters")
    keys.reach("Last quarter|12 months|Fiscal year")
    keys.press("Enter")
    keys.reach("Substances")
    keys.write("fentanyl")
    keys.press("Enter")
    expect(page).to_have_url(re.compile("substances=fentanyl"), timeout=LONGEST_MS)
    keys.reach("Weight")
    keys.press("Enter")
    keys.reach("Weight: at least")
    keys.write("5")
    keys.press("Enter")
    expect(page).to_have_url(re.compile("least_kg=5"), timeout=LONGEST_MS)
    # a field that is written in has its own undo
    keys.press("Shift+Tab", "Control+z")
    expect(page).not_to_have_url(re.compile("least_kg=5"), timeout=LONGEST_MS)
    keys.press("Control+y")
    expect(page).to_have_url(re.compile("least_kg=5"), timeout=LONGEST_MS)


def moves_in_time(keys: Keys) -> None:
    page = keys.page
    keys.reach("Timeline", "F6")
    before = page.url
    keys.press("Shift+ArrowLeft")
    expect(page).not_to_have_url(before)
    keys.press("Shift+ArrowRight", "Shift+ArrowRight")


def asks_at_a_place(keys: Keys) -> None:
    """A place is found and flown to; what stands behind it is read, tab by tab."""
    page = keys.page
    keys.press("/")
    keys.write("Long Beach")
    expect(page.get_by_role("option").first).to_contain_text("Long Beach", timeout=LONGEST_MS)
    keys.press("Enter")
    expect(page.locator(".wf-behind h2:visible")).to_contain_text("Long Beach", timeout=LONGEST_MS)
    keys.reach("Evidence$", "F6")
    keys.reach("Records$")
    keys.press("ArrowRight")
    expect(page.get_by_role("tab", name="Entities")).to_have_attribute("aria-selected", "true")


def selects_and_cites(keys: Keys) -> None:
    """All within some kilometres of the middle of the map; its first number goes into the search box as a citation."""
    page = keys.page
    settled(page)
    keys.press("k")
    keys.rests_at("Map")
    keys.press("Enter", "ArrowRight", "Enter")
    expect(page).to_have_url(re.compile("selection="), timeout=LONGEST_MS)
    expect(page.locator(".wfe-number b").first).to_be_visible(timeout=LONGEST_MS)
    keys.reach("Evidence$", "F6")
    keys.reach(r"[\d,]+ .*Copy as a citation")
    keys.press("Enter")
    expect(page.locator(".wfe-said")).to_contain_text("Copied as a citation")


def keeps_the_view(keys: Keys) -> None:
    page = keys.page
    turns_to(keys, "Kept", beside="Filters")
    keys.reach("Keep this view")
    keys.press("Enter")
    form = page.get_by_role("form")
    expect(form).to_be_visible()
    name = f"By keys {page.evaluate('innerWidth')}"
    keys.rests_at("Name")
    keys.write(name)
    keys.reach("Keep$")
    keys.press("Enter")
    expect(form).to_have_count(0, timeout=LONGEST_MS)
    expect(page.get_by_role("list", name="Views")).to_contain_text(name)


def exports(keys: Keys, to: Path) -> None:
    """What is selected leaves as a file with its marking."""
    page = keys.page
    keys.press("x")
    dialog = page.get_by_role("dialog", name="Export")
    expect(dialog).to_be_visible()
    keys.reach("Form$")
    keys.write("GeoJSON")
    keys.reach("Prepare")
    keys.press("Enter")
    marking = page.locator(".wfx-marking")
    expect(marking).to_contain_text("EXERCISE · TLP:", timeout=PATIENT_MS)
    shown = marking.inner_text()
    keys.reach("Download")
    with page.expect_download() as downloading:
        keys.press("Enter")
    downloading.value.save_as(to)
    told = json.loads(to.read_text("utf-8"))["watchfloor"]
    assert told["marking"] == shown
    assert told["counts"]["records"] > 0
    expect(dialog).to_contain_text("It is written down under")
    keys.rests_at("Prepare")
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    # back where one was
    keys.rests_at("Keep this view")
