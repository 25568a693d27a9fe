"""The line of the feeds on the explore page: how many are in which state, and behind it each with its times."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

TRACK = "MMSI,BaseDateTime,LAT,LON\n799000222,2025-11-20T10:00:00,29.1,-94.2\n"
SLOW_MS = 60_000


def test_a_watched_folder_shows_its_health_and_its_name_as_text(
    desk: Any, command: Callable[..., str], tmp_path: Path
) -> None:
    name = f"harbour <i>{desk.page.viewport_size['width']}"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "track.csv").write_text(TRACK)
    command(
        "watch", str(tmp_path / "in"), "--format", "ais-csv", "--label", "public", "--name", name, "--once",
        "--settle", "0.1", "--expect", "1 day",
    )  # fmt: skip

    page = desk.sign_in("ntf.analyst", "/explore")

    line = page.get_by_text("Feeds", exact=True)
    expect(line).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text(re.compile(r"\d+ fresh"))).to_be_visible()
    line.click()
    entry = page.get_by_role("listitem").filter(has_text=name)
    expect(entry).to_contain_text("Last success")
    expect(entry).to_contain_text("2025-11-20 10:00Z")
    expect(entry).to_contain_text("TLP:CLEAR")
    assert desk.complaints == []
    assert desk.outside == []
    # the journeys that come after this one see the page that they know
    command("feed", "retire", name, "--as", "operator")
