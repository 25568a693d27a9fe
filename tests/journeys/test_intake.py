"""A data officer hands in a table, looks at what would be read, corrects it and publishes it."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

TABLE = (
    "Case,Date,Lat,Lon,Drug,kg,Note\n"
    "1,03/04/2024,32.5521,-117.0431,Cocaine,12.5,<b id=planted>bold</b>\n"
    "2,05/06/2024,31.3340,-110.9401,Heroin,3,=1+1\n"
    "3,05/07/2024,31.3340,-110.9401,moon dust,3,\n"
)


def test_a_table_is_handed_in_corrected_and_published(desk: Any, tmp_path: Path) -> None:
    (tmp_path / "seizures of <i>March.csv").write_text(TABLE)
    page = desk.sign_in("ntf.lead", "/intake")
    page.set_input_files("#wf-file", tmp_path / "seizures of <i>March.csv")
    expect(page.get_by_role("heading", name="Ten rows as they would be read")).to_be_visible()
    expect(page.locator("circle.wf-row")).to_have_count(2)
    expect(page.locator("#planted")).to_have_count(0)
    page.get_by_label("is 03/04 April 3rd").select_option("month first")
    page.get_by_label("Which substance is 'moon dust'").fill("ketamine")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("0 would be kept aside")).to_be_visible()
    expect(page.get_by_text("2024-03-04").first).to_be_visible()
    page.get_by_label("Label", exact=True).select_option(index=3)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("published, in")).to_be_visible(timeout=60_000)
    expect(page.locator(".wf-intake-result")).to_contain_text("loaded")
    assert desk.complaints == []
    assert desk.outside == []


def test_a_file_that_is_no_table_is_refused_with_what_to_do(desk: Any, tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    page = desk.sign_in("ntf.lead", "/intake")
    page.set_input_files("#wf-file", tmp_path / "picture.png")
    expect(page.locator("#wf-said")).to_contain_text("hand in csv")
