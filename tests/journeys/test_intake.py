"""A data officer hands in a table, looks at what would be read, corrects it, publishes it, and finds it on the map."""

import csv
import gzip
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey

HEAD = "Case,Date,Lat,Lon,Drug,kg,Site,Note\n"
TABLE = (
    f"{HEAD}"
    "1,03/04/2024,32.5521,-117.0431,Cocaine,12.5,San Ysidro,<b id=planted>bold</b>\n"
    "2,05/06/2024,31.3340,-110.9401,Heroin,3,Nogales,=1+1\n"
    "3,05/07/2024,31.3340,-110.9401,moon dust,3,Nogales,\n"
)
NEXT = f"{HEAD}4,06/09/2024,27.5306,-99.4803,Cocaine,220,Laredo,\n"
SLOW_MS = 60_000
# an agency for each size: none finds the mapping that another kept
AGENCIES = {1920: "NTF", 1366: "CGD", 3840: "SBI"}
SETTLED = "#wf-map[data-settled=yes]"


def hand_in(page: Page, path: Path) -> None:
    # a hand chooses no file before the page's script is there
    page.wait_for_load_state()
    page.set_input_files("#wf-file", path)
    expect(page.get_by_role("heading", name="Ten rows as they would be read")).to_be_visible(timeout=SLOW_MS)


def publish(page: Page) -> None:
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("published, in")).to_be_visible(timeout=SLOW_MS)


def test_a_table_is_corrected_published_kept_and_the_next_one_is_read_at_once(desk: Any, tmp_path: Path) -> None:
    width = desk.page.viewport_size["width"]
    name, agency = f"lab <i>{width}", AGENCIES[width]
    (tmp_path / "seizures of <i>March.csv").write_text(TABLE)
    (tmp_path / "April.csv").write_text(NEXT)
    page = desk.sign_in(f"{agency.lower()}.lead", "/intake")
    hand_in(page, tmp_path / "seizures of <i>March.csv")
    page.locator(SETTLED).wait_for(timeout=SLOW_MS)
    expect(page.get_by_text("1 would be kept aside")).to_be_visible()
    page.get_by_label("is 03/04 April 3rd").select_option("month first")
    page.get_by_label("Which substance is 'moon dust'").fill("ketamine")
    page.get_by_label("How closely are the places known?").select_option("town")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("0 would be kept aside")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_role("cell", name="2024-03-04")).to_be_visible()
    expect(page.get_by_text("somewhere within the circle: 6 km")).to_be_visible()
    assert page.locator("#wf-map").evaluate("el => el.wfMap.marks.map(mark => [mark.n, mark.metres])") == [
        [2, 6000],
        [1, 6000],
    ]
    page.get_by_label("Label", exact=True).select_option("AMBER")
    page.get_by_label("Keep mapping as").fill(name)
    publish(page)
    expect(page.get_by_role("row", name="Loaded")).to_contain_text("3")
    expect(page.get_by_role("row", name="Mapping")).to_contain_text(f"{name}, version 1")
    expect(page.get_by_role("row", name="Label")).to_contain_text(f"TLP:AMBER · OPEN · owner {agency}")

    page.get_by_role("link", name="Hand in another table").click()
    expect(page.get_by_role("cell", name=name, exact=True)).to_be_visible()
    hand_in(page, tmp_path / "April.csv")
    expect(page.get_by_label("Begun with")).to_contain_text(f"{name}, version 1 ({agency})")
    expect(page.get_by_role("cell", name="2024-06-09")).to_be_visible()
    page.get_by_label("Label", exact=True).select_option("AMBER")
    publish(page)
    expect(page.get_by_role("row", name="Mapping")).to_contain_text("version 1")
    page.get_by_role("link", name="See it on the map").click()
    page.locator(".wfm[data-settled=yes]").wait_for(timeout=SLOW_MS)
    expect(page.locator("#planted")).to_have_count(0)
    assert desk.complaints == []
    assert desk.outside == []


def test_a_file_that_is_no_table_is_refused_with_what_to_do(desk: Any, tmp_path: Path) -> None:
    (tmp_path / "areas.geojson").write_text("{}")
    page = desk.sign_in("ntf.lead", "/intake")
    page.set_input_files("#wf-file", tmp_path / "areas.geojson")
    expect(page.locator("#wf-said")).to_contain_text("watchfloor ingest geojson FILE")


@pytest.mark.full
def test_a_slice_of_a_real_table_is_published_through_the_page(desk: Any, tmp_path: Path) -> None:
    folder = os.environ.get("WATCHFLOOR_REAL_DATA")
    if not folder:
        pytest.skip("WATCHFLOOR_REAL_DATA is not set: the real public files are not here")
    with gzip.open(Path(folder) / "overdose" / "ct_accidental_drug_deaths_2012_2022.csv.gz", "rt", newline="") as whole:
        rows = [row for row, _ in zip(csv.reader(whole), range(200), strict=False)]
    with (tmp_path / "slice.csv").open("w", newline="") as out:
        csv.writer(out).writerows(rows)
    page = desk.sign_in("ntf.lead", "/intake")
    hand_in(page, tmp_path / "slice.csv")
    page.get_by_label("Label", exact=True).select_option("RED")
    publish(page)
    expect(page.get_by_role("row", name="Read")).to_contain_text("199")
    expect(page.get_by_text("Your own account does not see this label")).to_be_visible()
    assert desk.outside == []
