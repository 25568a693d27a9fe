"""What a person keeps: a view for themselves, a note for their agency; found again, opened, and unseen by others."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import PASSWORD, Desk
from .map_shown import LONGEST_MS, middle, open_tab, settled
from .pdf_words import words_of_pages

pytestmark = pytest.mark.journey

# where no other walk taps: what is kept here stays
PLACE = "/explore?layers=hexagons&lon=170.0&lat=42.0&zoom=6&substances=heroin"
VIEW, NOTE = "Morning <b>view</b>", "Lorry park by the <i>depot</i>"


def keep(page: Page, field: str, text: str) -> None:
    """Fill the open form and keep it."""
    form = page.get_by_role("form")
    form.get_by_label(field).fill(text)
    form.get_by_role("button", name="Keep").click()
    expect(form).to_have_count(0, timeout=LONGEST_MS)


@pytest.mark.full
def test_a_view_and_a_note_are_kept_found_again_and_unseen_by_others(desk: Desk) -> None:
    page = desk.sign_in("ntf.lead", path=PLACE)
    shown = settled(page)
    # the walks of all sizes keep in one store
    view, note, area = (f"{kept} {page.evaluate('innerWidth')}" for kept in (VIEW, NOTE, "Depots"))
    open_tab(page, "Kept")
    page.get_by_role("button", name="Keep this view").click()
    keep(page, "Name", view)
    page.get_by_role("button", name="Keep a note").click()
    page.mouse.click(*middle(shown))
    keep(page, "Text", note)
    page.get_by_role("button", name="Keep what the map shows").click()
    keep(page, "Name", area)
    page.get_by_role("button", name=f"Alert me: {area}").click()
    expect(page.get_by_role("form")).to_contain_text("apply only if you tick that")
    page.get_by_role("form").get_by_role("button", name="Alert me").click()
    areas = page.get_by_role("list", name="Areas of interest")
    expect(areas).to_contain_text("Nothing new since you looked", timeout=LONGEST_MS)
    # the focus stays where it was asked from
    expect(areas.get_by_role("button", name=area, exact=True)).to_be_focused()

    # on another day
    page.goto(desk.url + "/explore")
    settled(page)
    open_tab(page, "Kept")
    expect(page.get_by_role("list", name="Notes on the map")).to_contain_text(note, timeout=LONGEST_MS)
    page.get_by_role("list", name="Views").get_by_text(view, exact=True).click()
    expect(page).to_have_url(re.compile("substances=heroin"), timeout=LONGEST_MS)
    x, y = middle(settled(page))
    pin = page.get_by_role("button", name=f"Note: {note}")
    expect(pin).to_be_visible(timeout=LONGEST_MS)
    # its tip is its lower left corner
    box = pin.bounding_box()
    assert box is not None
    assert (box["x"], box["y"] + box["height"]) == pytest.approx((x, y), abs=16)

    # another agency, on the same desk
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Account").fill("cgd.analyst")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(desk.url + PLACE)
    settled(page)
    open_tab(page, "Kept")
    expect(page.get_by_text("No note stands on the map yet.")).to_be_visible(timeout=LONGEST_MS)
    assert NOTE not in page.content()
    assert (desk.complaints, desk.outside) == ([], [])


@pytest.mark.full
def test_a_kept_area_is_briefed_on_paper_with_its_marking_on_every_page(desk: Desk, tmp_path: Path) -> None:
    page = desk.sign_in("ntf.lead", path=PLACE + "&selection=box:-99,25,-95,31")
    settled(page)
    open_tab(page, "Kept")
    page.get_by_role("button", name="Keep what is selected").click()
    keep(page, "Name", "Gulf approach")
    # what is selected has a name now
    expect(page.get_by_role("heading", name="Area “Gulf approach”")).to_be_visible()
    with desk.context.expect_page() as opened:
        page.get_by_role("link", name="Brief: Gulf approach").first.click()
    brief = opened.value
    desk.watch(brief)
    expect(brief.get_by_role("heading", name="Gulf approach")).to_be_visible(timeout=LONGEST_MS)
    expect(brief.get_by_text("Single seizures of heroin")).to_be_visible()

    # on paper
    marking = "".join(brief.locator(".marking").first.inner_text().split())
    pages = words_of_pages(brief.pdf(prefer_css_page_size=True))
    assert 2 <= len(pages) <= 4
    assert [words.count(marking) >= 2 for words in pages] == [True] * len(pages)
    assert [words.count("notforoperationaluse") for words in pages] == [2] * len(pages)
    assert "Gulfapproach" in pages[0]
    assert f"{len(pages)}/{len(pages)}" in pages[-1]
    assert "Saveasafile" not in "".join(pages)

    # as a file, which needs nobody
    with brief.expect_download(timeout=LONGEST_MS) as saved:
        brief.get_by_role("button", name="Save as a file").click()
    saved.value.save_as(tmp_path / "brief.html")
    alone = desk.window()
    alone.goto((tmp_path / "brief.html").as_uri())
    expect(alone.get_by_role("heading", name="Gulf approach")).to_be_visible()
    assert desk.complaints == []
    assert [url for url in desk.outside if not url.startswith("file:")] == []
