"""Hand on what the map shows: prepare a file, read its marking, download it; be refused what a label forbids."""

import hashlib
import json
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from watchfloor.layers.sheet_png import texts_of

from .conftest import Desk
from .handing_on import PATIENT_MS, taken

pytestmark = pytest.mark.journey


@pytest.mark.full
def test_the_view_leaves_as_geojson_with_its_marking_in_it(desk: Desk, tmp_path: Path) -> None:
    desk.sign_in("ntf.lead", path="/explore")
    page = desk.page
    page.get_by_role("button", name="Export").click(timeout=PATIENT_MS)
    page.get_by_label("Form").select_option("geojson")
    download, shown = taken(page, tmp_path / "got.geojson")

    whole = json.loads((tmp_path / "got.geojson").read_text("utf-8"))
    assert whole["watchfloor"]["marking"] == shown
    assert whole["watchfloor"]["counts"]["records"] == len(whole["features"]) > 0
    assert download.suggested_filename.startswith("EXERCISE_TLP-")
    expect(page.locator(".wfx-file")).to_have_count(0, timeout=PATIENT_MS)
    assert (desk.complaints, desk.outside) == ([], [])


def test_the_map_leaves_as_a_picture_that_bears_its_marking(desk: Desk, tmp_path: Path) -> None:
    desk.sign_in("ntf.lead", path="/explore?layers=hexagons:55,seizures:90&theme=light")
    page = desk.page
    page.get_by_role("button", name="Export").click(timeout=PATIENT_MS)
    page.get_by_label("Form", exact=True).select_option("png")
    expect(page.get_by_label("Records of", exact=True)).to_be_hidden()
    expect(page.get_by_label("Colours", exact=True)).to_have_value("light")
    page.get_by_label("Size", exact=True).select_option("slide")
    _, shown = taken(page, tmp_path / "map.png")

    with open(tmp_path / "map.png", "rb") as file:
        texts = texts_of(file)
        file.seek(0)
        assert Image.open(file).size == (1920, 1080)
    assert texts["marking"] == shown
    assert json.loads(texts["watchfloor"])["counts"]["records"] > 0

    # what left is written down where others find it
    with desk.context.expect_page() as opened:
        page.get_by_role("link", name="Handed on").last.click()
    row = opened.value.locator(".wf-handed tbody tr").first
    expect(row).to_contain_text(hashlib.sha256((tmp_path / "map.png").read_bytes()).hexdigest())
    for words in (shown, "the taker alone"):
        expect(row).to_contain_text(words)
    assert (desk.complaints, desk.outside) == ([], [])


def test_a_file_for_another_agency_is_refused_with_the_labels_that_forbid_it(desk: Desk) -> None:
    desk.sign_in("ntf.lead", path="/explore")
    page = desk.page
    page.get_by_role("button", name="Export").click(timeout=PATIENT_MS)
    page.get_by_label("For", exact=True).select_option("CGD")
    page.get_by_role("button", name="Prepare").click()

    expect(page.locator(".wfx-file .wfx-fault")).to_contain_text("may not be given to CGD", timeout=PATIENT_MS)
    expect(page.get_by_role("button", name="Download")).to_have_count(0)
    assert desk.complaints == []
