"""How soon a position that arrives is on the map, at 1,000 messages/s while ten pages look on through a server.

One page is a real one in Chromium: a probe is there with the frame after the paint that drew it. The other nine ask
from three processes of their own for what the real one asks for (`live_pages_child.py`): a probe is there with the
answer that holds it. Sender and listener are processes of their own, too; all clocks are this machine's.
"""

import json
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from bench.live import WITHIN_S, latencies, listener
from bench.live_child import PROBE_STEP_DEG
from bench.pages import FLAGS, served, signed_in, whole_map
from bench.results import Result
from watchfloor.data.cluster import PrivateCluster

ACCOUNTS = ("ntf.lead", "cgd.analyst", "ntf.analyst")
EACH = 3
RATE, SECONDS = 1_000, 60.0
# so long after the last message a page is still looked at
PATIENCE_S = 5.0
LAT = -1.0
PLACE = f"/explore?layers=tracks,live&lon=2&lat={LAT}&zoom=6"
# the frames in which the probes were first seen, by their number
WATCH = """(el, [y, step]) => {
  const { live } = el.wfMap;
  const draw = live.draw.bind(live);
  const seen = {};
  window.wfProbes = seen;
  live.draw = (...given) => {
    draw(...given);
    const { n, x, y: down } = live.marks ?? { n: 0 };
    for (let i = 0; i < n; i++) {
      if (Math.abs(down[i] - y) > 1e-6) continue;
      const number = Math.round(x[i] * 360 / step);
      if (number in seen) continue;
      seen[number] = 0;
      requestAnimationFrame(() => { seen[number] = Date.now() / 1000; });
    }
  };
}"""


def measure(_address: object) -> list[Result]:
    """From sending to the picture of the real page, and to the answers of the others."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    homes: list[Path] = []
    with ExitStack() as stack:
        url, _ = stack.enter_context(served(is_built=True, prepare=homes.append))
        cluster = stack.enter_context(PrivateCluster(homes[0]))
        port, totals = stack.enter_context(listener(cluster.address))
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=program, args=FLAGS)
        others = [_other(stack, browser, url, account) for account in ACCOUNTS]
        page, shown = _opened(browser, url, ACCOUNTS[0])
        shown.evaluate(WATCH, [_down(LAT), PROBE_STEP_DEG])
        load = os.getloadavg()[0]
        sent = _sent(page, port)
        drawn = {int(number): at for number, at in page.evaluate("() => window.wfProbes").items() if at}
        answered = [seen for other in others for seen in _told(other)]
        browser.close()
    rate = f"{sent['sent'] / sent['seconds']:,.0f} messages/s, load before {load:.1f}"
    pages = np.concatenate([latencies(sent["probes"], seen) for seen in answered])
    real = latencies(sent["probes"], drawn)
    return [
        *_results(f"in the picture of a page in Chromium, one of {len(answered) + 1}", real, rate),
        *_results(f"in the answers of the {len(answered)} other pages", pages, rate),
        Result("live: lines dropped while ten pages look on", totals["dropped"], "lines", "0", totals["dropped"] == 0),
    ]


def _results(where: str, seconds: np.ndarray, said: str) -> list[Result]:
    found = np.percentile(seconds, [50, 95, 99, 100], method="higher")
    names = ("median", "p95", "p99", "greatest")
    return [
        Result(f"live: sent to seen {where}, {name}", float(value), "s", "<= 2 s", bool(value <= WITHIN_S), said)
        for name, value in zip(names, found, strict=True)
    ]


def _opened(browser: Browser, url: str, account: str) -> tuple[Page, Locator]:
    page = signed_in(browser, url, account)
    with page.expect_request("**/live/positions*"):
        page.goto(url + PLACE)
    return page, whole_map(page)


def _other(stack: ExitStack, browser: Browser, url: str, account: str) -> "subprocess.Popen[str]":
    """A process with pages of an account, which asks from now on until the stack ends."""
    page = signed_in(browser, url, account)
    with page.expect_request("**/live/positions*") as asked:
        page.goto(url + PLACE)
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    command = [sys.executable, "-m", "bench.live_pages_child", asked.value.url, str(EACH), str(_down(LAT))]
    process = stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    stack.callback(process.terminate)
    assert process.stdin is not None
    process.stdin.write(json.dumps(cookies) + "\n")
    process.stdin.flush()
    page.context.close()
    return process


def _sent(page: Page, port: int) -> dict[str, Any]:
    """What the sender says it sent, once the page has had time to show it."""
    command = [sys.executable, "-m", "bench.live_child", "send", str(port), str(RATE), str(SECONDS), str(LAT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sender:
        assert sender.stdout is not None
        while sender.poll() is None:
            page.wait_for_timeout(500)
        page.wait_for_timeout(PATIENCE_S * 1000)
        found: dict[str, Any] = json.loads(sender.stdout.read())
        return found


def _told(other: "subprocess.Popen[str]") -> list[dict[int, float]]:
    """When each page of a process saw which probe first."""
    assert other.stdin is not None
    assert other.stdout is not None
    other.stdin.close()
    return [{int(number): at for number, at in seen.items()} for seen in json.loads(other.stdout.readline())]


def _down(lat: float) -> float:
    """How a mark's place is told: the share of the world's width to the north of the equator."""
    return float(np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi))
