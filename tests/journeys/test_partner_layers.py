"""A partner's file on the map: added under a marking, seen in the legend, told under the cursor; hidden from others."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from .conftest import Desk
from .map_shown import middle, settled

pytestmark = pytest.mark.journey

PATIENT_MS = 60_000
HOSTILE = "<b onmouseover=alert(1)>Zone</b>"
ZONE = [[[-95, 26], [-90, 26], [-90, 29], [-95, 29], [-95, 26]]]
CROSSED = [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]


def written(folder: Path) -> Path:
    """A file of a zone, and of one that crosses itself."""
    path = folder / "patrol.geojson"
    features = [
        {
            "type": "Feature",
            "properties": {"name": name, "unit": "7th"},
            "geometry": {"type": "Polygon", "coordinates": at},
        }
        for name, at in ((HOSTILE, ZONE), ("crossed", CROSSED))
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def listed(desk: Desk) -> Locator:
    """Rows of partners' layers."""
    return desk.page.get_by_role("list", name="Partner layers").locator("li.layer")


def test_a_file_is_added_seen_and_told_and_hidden_from_who_may_not(desk: Desk, tmp_path: Path) -> None:
    desk.sign_in("ntf.lead", path="/explore?layers=none&lon=-92.5&lat=27.5&zoom=5")
    page = desk.page
    page.get_by_role("button", name="Add a layer…").click(timeout=PATIENT_MS)
    page.locator("input[name=file]").set_input_files(written(tmp_path))
    # the walks of all sizes keep their layers in one store
    name = f"Patrol zones {page.evaluate('innerWidth')}"
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_label("Marking").select_option(label="AMBER+STRICT · NTF")
    page.get_by_role("button", name="Add", exact=True).click()

    row = listed(desk).filter(has_text=name)
    expect(row).to_contain_text("1 feature, for reference", timeout=PATIENT_MS)
    expect(row).to_contain_text("1 of 2 features set aside")
    expect(row).to_contain_text("patrol.geojson")
    page.locator(".wfm[data-overlays=yes]").wait_for(timeout=PATIENT_MS)
    x, y = middle(settled(page))
    page.mouse.move(x, y)
    expect(page.locator(".wfh-title")).to_have_text(HOSTILE, timeout=PATIENT_MS)
    page.mouse.click(x, y)
    expect(page.get_by_role("region", name="Partner's feature")).to_contain_text("7th", timeout=PATIENT_MS)
    page.wait_for_url("**partners=*:80*")
    link = page.url.removeprefix(desk.url)
    assert (desk.complaints, desk.outside) == ([], [])

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in*")
    desk.sign_in("cgd.analyst", path="/whoami")
    page.goto(desk.url + link)
    expect(page.get_by_role("button", name="Add a layer…")).to_be_visible(timeout=PATIENT_MS)
    expect(page.get_by_role("list", name="Partner layers")).to_be_visible()
    expect(listed(desk).filter(has_text=name)).to_have_count(0)
