"""The explore page over the real public files: its counts are the store's, and each record says where it comes from.

The store is made once for all sizes: every file that docs/real-files.md counts.
"""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Desk
from .handing_on import taken
from .map_shown import LONGEST_MS, middle, settled
from .real_store import ANALYST, DOCTOR, PASSWORD, RealStore

pytestmark = [pytest.mark.journey, pytest.mark.full, pytest.mark.real]

YEARS = "since=2018-10-01&until=2023-10-01"
# a craft that goes about its business is called nothing else
ACCUSING = re.compile(r"suspect|suspicious|smuggl|traffick|illicit|criminal|sanction|listed by", re.IGNORECASE)
SEIZED = """
    SELECT p.name, p.lon, p.lat, sum(r.value)::bigint, count(*), round(sum(r.amount)::numeric, 1)::float
    FROM watchfloor.measure AS m JOIN watchfloor.series AS s ON s.measure_id = m.id
    JOIN watchfloor.reported AS r ON r.series_id = s.id JOIN watchfloor.place AS p ON p.id = s.place_id
    WHERE m.code = 'seizures_reported' AND r.recorded_to = 'infinity' AND p.name = 'SAN DIEGO FIELD OFFICE'
    GROUP BY p.id
"""
ALL_SEIZED = """
    SELECT sum(r.value)::bigint FROM watchfloor.measure AS m JOIN watchfloor.series AS s ON s.measure_id = m.id
    JOIN watchfloor.reported AS r ON r.series_id = s.id WHERE m.code = 'seizures_reported'
    AND r.recorded_to = 'infinity'
"""
TRUCKS = """
    SELECT p.name, p.lon, p.lat, sum(r.value)::bigint
    FROM watchfloor.measure AS m JOIN watchfloor.series AS s ON s.measure_id = m.id
    JOIN watchfloor.reported AS r ON r.series_id = s.id JOIN watchfloor.place AS p ON p.id = s.place_id
    WHERE m.code = 'trucks' AND r.starts >= '2018-01-01' AND r.ends <= '2019-04-01' AND p.name = 'Laredo'
    GROUP BY p.id
"""
# where a ship was heard first
SHIP = """
    SELECT c.name, f.lon, f.lat, count(*) OVER (PARTITION BY c.id)
    FROM watchfloor.fix AS f JOIN watchfloor.craft AS c ON c.id = f.craft_id
    WHERE f.at >= '2017-01-01' AND f.at < '2017-02-01' AND c.name = 'EARLY DAWN'
    ORDER BY f.at LIMIT 1
"""
FIXES = "SELECT count(*) FROM watchfloor.fix WHERE at >= '{}' AND at < '{}'"
TRACKS = {
    "a five-minute snapshot of the globe": ("2019-07-01", "2019-07-02", "lon=10&lat=30&zoom=2.6"),
    "a month in the Bering Sea": ("2017-01-01", "2017-02-01", "lon=-177.5&lat=53&zoom=6"),
    "three hours over Paris": ("2021-10-07", "2021-10-08", "lon=2.35&lat=48.85&zoom=8"),
}


def opened(desk: Desk, more: str, account: str = ANALYST) -> Page:
    """The explore page over the real files, its map settled."""
    desk.sign_in(account, f"/explore?{more}", password=PASSWORD)
    settled(desk.page)
    return desk.page


def behind(page: Page) -> Locator:
    """What stands behind the middle of the map."""
    page.mouse.click(*middle(settled(page)))
    expect(page.locator(".wf-behind h2:visible")).to_be_visible(timeout=LONGEST_MS)
    return page.locator(".wf-side:visible")


def sources_of(page: Page, file: str, licence: str) -> str:
    """Open the first record that is listed; what it says of where it comes from."""
    item = page.locator(".wft-item:visible")
    rows = page.locator(".wf-rows details:visible")
    expect(item.or_(rows).first).to_be_visible(timeout=LONGEST_MS)
    if item.count():
        item.first.click()
        expect(rows.first).to_be_visible(timeout=LONGEST_MS)
    rows.first.locator("summary").click()
    expect(rows.first.locator(".wf-file")).to_contain_text([file] * rows.first.locator(".wf-file").count())
    expect(rows.first).to_contain_text(licence)
    expect(rows.first.locator(".wf-file code").first).to_have_attribute("title", re.compile(r"^SHA-256 [0-9a-f]{64}$"))
    return rows.first.inner_text()


def at_ease(desk: Desk) -> None:
    assert (desk.complaints, desk.outside) == ([], [])


def test_seizures_as_reported_count_what_the_store_counts_and_leave_as_a_file(
    real_desk: Desk, real: RealStore, tmp_path: Path
) -> None:
    name, lon, lat, n, rows, kilograms = real.one(SEIZED)
    (whole,) = real.one(ALL_SEIZED)
    page = opened(real_desk, f"fact=reported&layers=seizures:90&{YEARS}&lon={lon}&lat={lat}&zoom=9")
    expect(page.locator(".wf-legend-data").first).to_contain_text(f"of {whole:,} shown", timeout=LONGEST_MS)
    expect(page.locator(".wf-legend-data").first).to_contain_text("Nationwide drug seizures")

    side = behind(page)

    expect(side.locator("h2")).to_contain_text(re.compile(name, re.IGNORECASE))
    expect(side.locator(".wf-totals")).to_contain_text(f"{n:,} seizures reported")
    expect(side.locator(".wf-totals")).to_contain_text(f"{kilograms:,.0f} kg")
    expect(side.locator(".wf-totals")).to_contain_text(f"{rows:,} rows")
    sources_of(page, "cbp_nationwide-drugs", "US Government work, public domain")

    page.get_by_role("button", name="Export", exact=True).click()
    page.get_by_label("Form").select_option("geojson")
    _, marking = taken(page, tmp_path / "got.geojson", begins="TLP:CLEAR")
    told = json.loads((tmp_path / "got.geojson").read_text("utf-8"))
    assert told["watchfloor"]["marking"] == marking
    areas = {one["properties"]["area"]: one["properties"]["seizures"] for one in told["features"]}
    assert told["watchfloor"]["counts"]["records"] == len(told["features"])
    assert areas[name] == n
    at_ease(real_desk)


def test_a_crossing_counts_what_the_store_counts(real_desk: Desk, real: RealStore) -> None:
    name, lon, lat, n = real.one(TRUCKS)
    page = opened(real_desk, f"layers=ports:90&since=2018-01-01&until=2019-04-01&lon={lon}&lat={lat}&zoom=10")
    # the newest run brought something else that is reported
    expect(page.locator(".wf-legend-data").first).to_contain_text("Border Crossing/Entry Data", timeout=LONGEST_MS)

    side = behind(page)

    expect(side.locator("h2")).to_contain_text(name)
    expect(side.locator(".wf-totals")).to_contain_text(f"{n:,} reported")
    sources_of(page, "bts_border_crossing_entry", "US Government work, public domain")
    at_ease(real_desk)


def test_overdoses_are_counted_for_all_and_told_singly_to_who_may(real_desk: Desk, real: RealStore) -> None:
    (persons,) = real.one("SELECT count(*) FROM watchfloor.overdose")
    path = "layers=overdoses:70&since=2012-01-01&until=2023-01-01&lon=-72.68&lat=41.77&zoom=8"
    page = opened(real_desk, path)
    legend = page.locator(".wf-legend-data").first
    expect(legend).to_contain_text(f"of {persons:,} shown", timeout=LONGEST_MS)
    expect(legend).to_contain_text("suppressed")
    expect(behind(page).locator(".wf-totals")).to_contain_text("overdoses")
    expect(page.locator(".wf-rows details:visible")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in*")

    page = opened(real_desk, path, DOCTOR)
    expect(legend).not_to_contain_text("suppressed", timeout=LONGEST_MS)
    expect(behind(page).locator(".wf-totals")).to_contain_text("records")
    sources_of(page, "ct_accidental_drug_deaths", "public domain")
    at_ease(real_desk)


@pytest.mark.parametrize("what", TRACKS)
def test_tracks_are_drawn_whole_as_many_as_the_store_has(real_desk: Desk, real: RealStore, what: str) -> None:
    since, until, place = TRACKS[what]
    (n,) = real.one(FIXES.format(since, until))
    page = opened(real_desk, f"layers=tracks:90&since={since}&until={until}&{place}")

    legend = page.locator(".wf-legend-data").first
    expect(legend).to_contain_text(f"of {n:,} positions drawn", timeout=LONGEST_MS)
    # what is not drawn was marked by cleaning: nothing waits for derived files
    expect(legend).not_to_contain_text("yet")
    expect(page.get_by_role("application", name=re.compile("^Timeline"))).to_be_visible()
    at_ease(real_desk)


def test_a_ship_is_told_with_its_source_and_accused_of_nothing(real_desk: Desk, real: RealStore) -> None:
    name, lon, lat, n = real.one(SHIP)
    page = opened(real_desk, f"layers=tracks:90&since=2017-01-01&until=2017-02-01&lon={lon}&lat={lat}&zoom=12")
    side = behind(page)
    page.locator(".wfp-craft").filter(has_text=name).first.click()
    expect(side.locator("h2:visible")).to_have_text(name, timeout=LONGEST_MS)
    expect(side.locator(".wf-totals:visible")).to_contain_text("positions")

    told = [side.inner_text()]
    for tab, says in {
        "Identity": name.title(),
        "Events": "TLP:CLEAR",
        "Entities": "No person, object or organisation",
        "Cases": "No case that you may see",
    }.items():
        page.locator(".bk-tab:visible").filter(has_text=re.compile(f"^{tab}$")).click()
        expect(side).to_contain_text(re.compile(re.escape(says), re.IGNORECASE), timeout=LONGEST_MS)
        told.append(side.inner_text())
    assert n > 0
    page.locator(".bk-tab:visible").filter(has_text=re.compile("^Records$")).click()
    told.append(sources_of(page, "ais_marinecadastre_2017_01_zone01.csv.gz", "CC0"))

    assert [text for text in told if ACCUSING.search(text)] == []
    at_ease(real_desk)


def test_a_port_of_the_index_is_found_and_flown_to(real_desk: Desk) -> None:
    page = opened(real_desk, "layers=none&zoom=3")
    page.keyboard.press("/")
    page.keyboard.type("dutch harbor")
    expect(page.get_by_role("option").first).to_contain_text("port, US", timeout=LONGEST_MS)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"lon=-166\.53.*lat=53\.9"), timeout=LONGEST_MS)
    at_ease(real_desk)
