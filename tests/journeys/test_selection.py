"""From a box on the map to what is in it: taken away from, sorted, cited, and let go."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import Desk
from .map_shown import middle, settled

pytestmark = pytest.mark.journey

PATIENCE_MS = 30_000
PLACE = "/explore?lon=-97.0&lat=32.0&zoom=5"
COPIED = "globalThis.copied = ''; navigator.clipboard.writeText = async (text) => { globalThis.copied = text; };"


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def records(page: Page) -> int:
    """How many lie in the selection, as the panel says."""
    number = page.locator(".wfe-number b").first
    expect(number).to_be_visible(timeout=PATIENCE_MS)
    return int((number.text_content() or "").replace(",", ""))


def test_a_box_is_selected_taken_from_sorted_and_cited(desk: Desk) -> None:
    page = desk.sign_in("ntf.lead", path=PLACE)
    x, y = middle(settled(page))

    page.get_by_role("button", name="Select by box").click()
    drag(page, (x - 150, y - 120), (x + 150, y + 120))
    expect(page).to_have_url(re.compile("selection=box"), timeout=PATIENCE_MS)
    whole = records(page)
    assert whole > 0

    # Alt takes away
    page.get_by_role("button", name="Select by box").click()
    page.keyboard.down("Alt")
    drag(page, (x - 60, y - 60), (x + 60, y + 60))
    page.keyboard.up("Alt")
    expect(page).to_have_url(re.compile("selection=box.*(%21|!)box"), timeout=PATIENCE_MS)
    expect(page.locator(".wf-behind h2:visible")).to_have_text("A box, without a box", timeout=PATIENCE_MS)
    expect(page.locator(".wfe-number b").first).not_to_have_text(f"{whole:,}", timeout=PATIENCE_MS)
    assert records(page) < whole

    # two whole records are in sight below the finding, on a screen of an office
    body = page.locator(".wft-body:visible").bounding_box()
    assert body is not None
    if page.evaluate("innerHeight") == 1080:
        assert body["y"] + 2 * 62 <= 1080
    own = page.locator(".wf-own-marking:visible")
    marking = f"{own.locator('xpath=preceding-sibling::*[1]').inner_text()} · {own.inner_text()}"

    # sorted by weight, the heaviest first, before all that only may lie there
    page.locator(".wft-order:visible").select_option("amount")
    amounts = page.locator(".wft-item:not(.wft-may) .wft-amount:visible")
    expect(page.locator(".wft-body:visible")).to_have_attribute("aria-busy", "false", timeout=PATIENCE_MS)
    expect(amounts.first).to_have_text(re.compile("kg"), timeout=PATIENCE_MS)
    expect(page.locator(".wft-item:visible").first).not_to_have_class(re.compile("wft-may"))
    kilograms = [float(re.sub(r"[^\d.e+]", "", text) or 0) for text in amounts.all_text_contents()]
    assert kilograms == sorted(kilograms, reverse=True)
    page.locator(".wft-item:visible").first.click()
    expect(page.locator(".wf-rows details:visible").first).to_be_visible(timeout=PATIENCE_MS)

    # cited by the keyboard
    page.evaluate(COPIED)
    page.keyboard.press("y")
    expect(page.locator(".wfe-said")).to_contain_text("Copied as a citation", timeout=PATIENCE_MS)
    copied = page.evaluate("globalThis.copied")
    assert copied.startswith("EXERCISE")
    assert re.search(r"Answer: sha256:[0-9a-f]{64}", copied)
    assert f"\nMarking: {marking}\n" in copied
    assert f"Link: {desk.url}/explore?" in copied

    # the link opens the same
    link = re.search(r"Link: (\S+)", copied)
    assert link is not None
    shown = page.locator(".wfe-number b").first.text_content()
    page.goto(link[1])
    expect(page.locator(".wfe-number b").first).to_have_text(shown or "", timeout=PATIENCE_MS)

    page.locator(".wf-side:visible").get_by_role("button", name="Clear", exact=True).click()
    expect(page).not_to_have_url(re.compile("selection="), timeout=PATIENCE_MS)
    assert desk.complaints == []
    assert desk.outside == []
