"""What a person waits for who selects on the page among a million records: from letting go to the last change.

A real browser before a server of its own; every change of the page below its head counts, whatever pane it is in.
"""

import os
import shutil
import time
from pathlib import Path

import numpy as np
import psycopg
from playwright.sync_api import Page, sync_playwright

from bench.pages import FLAGS, served, signed_in, whole_map
from bench.results import Result, p95
from bench.stores import load_events
from watchfloor.data.address import Role
from watchfloor.data.cluster import PrivateCluster
from watchfloor.data.registry import PUBLIC, ensure_agency, intern_label
from watchfloor.data.store import upgrade
from watchfloor.data.store_kind import StoreKind

N = 1_000_000
ROUNDS = 20
GOAL_MS = 500.0
QUIET_MS = 1_500.0
MOST_S = 30.0
PLACE = "/explore?layers=hexagons&since=2024-06-01&until=2025-06-01&lon=-95&lat=32&zoom=6"
# the last change of anything but the head of the page, in whatever shadow it stands, since the mouse was let go
WATCH = """() => {
  const seen = { up: 0, last: 0 };
  window.wfSeen = seen;
  const known = new WeakSet();
  const told = new MutationObserver((records) => {
    for (const { target } of records) {
      const element = target.nodeType === 1 ? target : target.parentElement;
      const root = (element ?? target).getRootNode();
      if ((element ?? root.host)?.closest?.("header") || root.host?.closest?.("header")) continue;
      if (element?.closest("[hidden]")) continue;
      seen.last = performance.now();
      seen.what = (element ?? root.host)?.outerHTML?.slice(0, 160);
    }
    walk(document);
  });
  const walk = (root) => {
    if (!known.has(root)) {
      known.add(root);
      told.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
    }
    for (const element of root.querySelectorAll("*")) if (element.shadowRoot) walk(element.shadowRoot);
  };
  walk(document);
  document.addEventListener("pointerup", () => { seen.up = performance.now(); seen.last = 0; }, { capture: true });
}"""
NOW = "() => ({ ...window.wfSeen, now: performance.now() })"


def measure(_address: object) -> list[Result]:
    """Boxes of any size and place in the view, one after the other."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with served(prepare=_filled) as (url, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = signed_in(browser, url)
        page.goto(url + PLACE)
        whole_map(page)
        page.wait_for_timeout(3_000)
        page.evaluate(WATCH)
        rng = np.random.default_rng(7)
        found = [_selected(page, rng) for _ in range(ROUNDS + 1)][1:]
        browser.close()
    waited, counted = [ms for ms, _ in found], [n for _, n in found]
    slow = p95(waited)
    records, load = f"{min(counted):,} to {max(counted):,} records", f"load {os.getloadavg()[0]:.1f}"
    said = f"{records}, median {np.median(waited):.0f} ms, {load}"
    name = f"a box on the page among {N:,}, everything updated: p95 of {ROUNDS}"
    return [Result(name, slow, "ms", "< 500 ms", slow < GOAL_MS, said)]


def _filled(home: Path) -> None:
    """A store of public records, which every account may see."""
    with PrivateCluster(home) as cluster:
        upgrade(cluster.address, StoreKind.EXERCISE)
        with psycopg.connect(cluster.address.conninfo(Role.OWNER)) as owner:
            ensure_agency(owner, "A", "Agency A")
            number = intern_label(owner, PUBLIC)
        load_events(cluster.address, N, [number])
        with psycopg.connect(cluster.address.conninfo(Role.OWNER), autocommit=True) as owner:
            owner.execute("VACUUM ANALYZE")


def _selected(page: Page, rng: np.random.Generator) -> tuple[float, int]:
    """Milliseconds from letting go to the last change, and how many lie in the box."""
    box = page.locator(".wfm").first.bounding_box()
    assert box is not None
    across, down = rng.uniform(60, 260), rng.uniform(60, 200)
    x = box["x"] + rng.uniform(0.2, 0.75) * (box["width"] - across)
    y = box["y"] + rng.uniform(0.2, 0.75) * (box["height"] - down)
    page.get_by_role("button", name="Select by box").click()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across, y + down, steps=6)
    page.mouse.up()
    until = time.perf_counter() + MOST_S
    while True:
        assert time.perf_counter() < until, f"the page does not come to rest: {page.evaluate(NOW)}"
        page.wait_for_timeout(100)
        seen = page.evaluate(NOW)
        is_told = page.locator(".wfe-number b").first.is_visible()
        if is_told and seen["last"] and seen["now"] - seen["last"] > QUIET_MS:
            break
    number = page.locator(".wfe-number b").first.text_content() or "0"
    return seen["last"] - seen["up"], int(number.replace(",", ""))
