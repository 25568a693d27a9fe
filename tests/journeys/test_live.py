"""Live positions on the explore page: a ship that moves, its age, and a feed that stops."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pyais.encode import encode_dict

from .conftest import environment_of

pytestmark = pytest.mark.journey

SLOW_MS = 60_000
# from the first place to the second, as a share of the world's width
STEP = 0.05 / 360
SHIP = {"type": 1, "lon": -94.2, "lat": 29.1, "speed": 12.0, "course": 45.0, "heading": 45}


def sentence(at: datetime, **said: object) -> bytes:
    block = f"c:{int(at.timestamp())}"
    checksum = reduce(int.__xor__, block.encode(), 0)
    return f"\\{block}*{checksum:02X}\\{encode_dict(SHIP | said, sentence_type='VDM')[0]}\r\n".encode()


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def listener(home: Path, name: str) -> Iterator[tuple[socket.socket, subprocess.Popen[str]]]:
    """A listener over the server's store, and a sender that is connected to it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        command = [sys.executable, "-m", "watchfloor.app", "listen", f"tcp://127.0.0.1:{port}", "--label", "public",
                   "--name", name]  # fmt: skip
        with subprocess.Popen(command, env=environment_of(home), stdout=subprocess.PIPE, text=True) as process:
            try:
                server.settimeout(120)
                sender, _ = server.accept()
                with sender:
                    yield sender, process
            finally:
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=120)


def drawn(page: Page) -> list[float]:
    """Where the marks stand, as shares of the world's width."""
    found = page.locator(".wfm").evaluate("el => [...(el.wfMap?.live.marks?.x ?? [])]")
    return [round(value, 6) for value in found]


def test_a_ship_moves_while_one_looks_and_a_feed_that_stops_is_shown_as_stopped(
    desk: Any, home: Path, command: Callable[..., str]
) -> None:
    # a ship for each size: another's stays where it went, and may have been heard a minute ago
    width = desk.page.viewport_size["width"]
    name, mmsi = f"roadstead {width}", 799_000_000 + width
    tiles: list[str] = []
    desk.page.on("request", lambda request: tiles.append(request.url) if "/tiles/" in request.url else None)
    with listener(home, name) as (sender, _):
        sender.sendall(sentence(now() - timedelta(minutes=3), mmsi=mmsi))
        page = desk.sign_in("ntf.analyst", "/explore?layers=live&lon=-94.2&lat=29.1&zoom=9")
        output = page.get_by_label("Age of live positions")
        expect(output).to_contain_text(re.compile(r"Live: stopped, \d+ craft, newest \d+ (s|min) ago"), timeout=SLOW_MS)
        expect(page.locator(".wfm")).to_have_attribute("data-settled", "yes", timeout=SLOW_MS)
        page.locator(".wfm").click()
        expect(page.get_by_text(f"Vessel {mmsi}").first).to_be_visible(timeout=SLOW_MS)
        before, asked = drawn(page), len(tiles)

        sender.sendall(sentence(now(), mmsi=mmsi, lon=-94.15, lat=29.15))
        sent_s = time.monotonic()

        expect(output).to_contain_text(re.compile(r"Live: \d+ craft, newest \d+ s ago"), timeout=SLOW_MS)
        # soon after midnight craft of the exercise world, which ends then, are as fresh: they stand still or go
        after = drawn(page)
        moved, gone = Counter(after) - Counter(before), Counter(before) - Counter(after)
        assert moved.total() == 1
        assert any(abs(moved_to - STEP - x) < 1e-5 for moved_to in moved for x in gone)
        assert len(tiles) == asked

    stopped = page.get_by_role("listitem").filter(has_text=name)
    for _ in range(12):
        # the listener's last word is some seconds old before it counts as gone
        page.wait_for_timeout(5_000)
        page.reload()
        page.get_by_text("Feeds", exact=True).click(timeout=SLOW_MS)
        if "stopped" in (stopped.text_content() or ""):
            break
    expect(stopped).to_contain_text("stopped: nobody has listened since")
    # a page opened anew does not take what it is given for what is heard now
    told = re.compile(r"newest (\d+) (s|min) ago")
    expect(output).to_contain_text(told, timeout=SLOW_MS)
    number, unit = told.search(output.text_content() or "").groups()
    assert int(number) * {"s": 1, "min": 60}[unit] >= time.monotonic() - sent_s - 32 * (unit == "min") - 2
    assert desk.complaints == []
    assert desk.outside == []
    # the journeys that come after this one see the page that they know
    command("feed", "retire", name, "--as", "operator")
