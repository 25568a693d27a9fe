"""What a person at the explore page waits for: a real browser, a server of its own, the exercise world."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from bench.holoviews_page import holoviews_wheel
from bench.memory import anonymous_gb, family
from bench.results import Result, p95
from watchfloor.data.cluster import PrivateCluster
from watchfloor.data.exercise.cast import DEMO_PASSWORD

PLACES = ((-98.0, 38.0, 4.0), (-117.0, 32.5, 5.0), (-80.2, 25.8, 5.0))
WHEEL = (-200,) * 7 + (200,) * 3
# pixels to the right and down, in moves of a sixtieth of a second
DRAGS = ((-400, 0), (0, -250), (400, 0), (0, 250))
MOVES = 12
FURTHER_PAGES = 8
QUIET_MS = 300
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
# times of the wheel, of the first repaint in the browser after it, and of the last change between loading and settled
WATCH = """el => {
  const { plot } = el.wfMap;
  window.seen = { wheel: 0, first: 0, settled: 0 };
  const view = plot.renderer_views.get(plot.model.renderers.find((one) => one.type === "TileRenderer"));
  const paint = view._paint;
  view._paint = (ctx) => {
    paint(ctx);
    if (!seen.wheel || seen.first) return;
    seen.first = -1;
    requestAnimationFrame(() => { seen.first = performance.now(); });
  };
  let was = el.dataset.settled;
  new MutationObserver(() => {
    if (el.dataset.settled !== was) { was = el.dataset.settled; seen.settled = performance.now(); }
  }).observe(el, { attributes: true, attributeFilter: ["data-settled"] });
  document.addEventListener("wheel", () => { Object.assign(seen, { wheel: performance.now(), first: 0, settled: 0 }); },
    { capture: true, passive: true });
  const at_once = { capture: true, passive: true };
  document.addEventListener("pointerdown", () => { Object.assign(seen, { wheel: 0, up: 0 }); }, at_once);
  document.addEventListener("pointermove", (event) => {
    if (event.buttons && !seen.wheel) Object.assign(seen, { wheel: performance.now(), first: 0, settled: 0 });
  }, at_once);
  document.addEventListener("pointerup", () => { seen.up = performance.now(); }, at_once);
}"""
NOW = """el => ({
  ...seen, now: performance.now(), done: el.dataset.settled === "yes", level: Math.round(el.wfMap.look.zoom),
})"""


@dataclass(frozen=True, slots=True)
class Step:
    """One turn of the wheel, milliseconds to the first repaint and to the last tile."""

    first: float
    settled: float
    is_new_level: bool


def measure(_address: object) -> list[Result]:
    """All figures of the page."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with served() as (url, process), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        results = [_first_map(browser, url)]
        for cache in ("cold", "warm"):
            results += _wheel(browser, url, cache)
        for cache in ("cold", "warm"):
            results += tracks_wheel(browser, url, cache)
        for cache in ("cold", "warm"):
            results.append(_drag(browser, url, cache))
        results.append(holoviews_wheel(browser, WHEEL * len(PLACES)))
        results += _memory(browser, url, process)
        browser.close()
    return results


def _first_map(browser: Browser, url: str) -> Result:
    taken = []
    for _ in range(3):
        page = signed_in(browser, url)
        start = time.perf_counter()
        page.goto(f"{url}/explore")
        whole_map(page)
        taken.append((time.perf_counter() - start) * 1000)
        page.context.close()
    return Result("time to first whole map, empty browser cache (median of 3)", median(taken), "ms")


def _wheel(browser: Browser, url: str, cache: str) -> list[Result]:
    page = signed_in(browser, url)
    steps = [step for place in PLACES for step in _drive(page, url, place)]
    page.context.close()
    first, settled = p95([s.first for s in steps]), p95([s.settled for s in steps])
    levels = median(s.settled for s in steps if s.is_new_level)
    goal = 2000 if cache == "cold" else 1000
    return [
        Result(f"wheel to first change, {cache} (p95 of {len(steps)})", first, "ms", "< 150 ms", first < 150),
        Result(f"wheel to settled, {cache} (p95)", settled, "ms", f"< {goal:,} ms", settled < goal),
        Result(f"wheel to settled, {cache}, new level only (median)", levels, "ms"),
    ]


def tracks_wheel(browser: Browser, url: str, cache: str) -> list[Result]:
    """The same steps with tracks alone on the map, each counted; cold: of a browser, for the first time in the run."""
    page = signed_in(browser, url)
    steps = [step for place in PLACES for step in _drive(page, url, place, "&layers=tracks")]
    page.context.close()
    first, settled = p95([s.first for s in steps]), p95([s.settled for s in steps])
    goal, load = 1000 if cache == "cold" else 500, f"load {os.getloadavg()[0]:.1f}"
    return [
        Result(
            f"tracks, wheel to first change, {cache} (p95 of {len(steps)})", first, "ms", "<= 60 ms", first <= 60, load
        ),
        Result(f"tracks, wheel to settled, {cache} (p95)", settled, "ms", f"<= {goal:,} ms", settled <= goal, load),
    ]


def _drag(browser: Browser, url: str, cache: str) -> Result:
    """Drags with tracks alone on the map, at other places than the wheel's: from the last move to the last tile."""
    page = signed_in(browser, url)
    taken, repaints = [], []
    for lon, lat, zoom in PLACES:
        shown, (x, y) = _watched(page, url, (lon + 20, lat - 8, zoom + 1), "&layers=tracks")
        for across, down in DRAGS:
            page.mouse.move(x, y)
            page.mouse.down()
            for move in range(1, MOVES + 1):
                page.mouse.move(x + across * move / MOVES, y + down * move / MOVES)
                page.wait_for_timeout(16)
            page.mouse.up()
            seen = _rested(page, shown)
            taken.append(max(0.0, max(seen["settled"], seen["first"]) - seen["up"]))
            repaints.append(seen["first"] - seen["wheel"])
    page.context.close()
    settled, goal = p95(taken), 1000 if cache == "cold" else 500
    said = f"first change {p95(repaints):.0f} ms, load {os.getloadavg()[0]:.1f}"
    name = f"tracks, end of a drag to settled, {cache} (p95 of {len(taken)})"
    return Result(name, settled, "ms", f"<= {goal:,} ms", settled <= goal, said)


def _drive(page: Page, url: str, place: tuple[float, float, float], more: str = "") -> Iterator[Step]:
    shown, middle = _watched(page, url, place, more)
    page.mouse.move(*middle)
    for delta in WHEEL:
        before = shown.evaluate(NOW)["level"]
        page.mouse.wheel(0, delta)
        seen = _rested(page, shown)
        settled = max(seen["settled"], seen["first"]) - seen["wheel"]
        yield Step(seen["first"] - seen["wheel"], settled, seen["level"] != before)


def _watched(page: Page, url: str, place: tuple[float, float, float], more: str) -> tuple[Locator, tuple[float, float]]:
    """The map at a place, once it is whole and what it does is written down; its middle on the screen."""
    lon, lat, zoom = place
    page.goto(f"{url}/explore?lon={lon}&lat={lat}&zoom={zoom}{more}")
    shown = whole_map(page)
    page.wait_for_timeout(1500)
    shown.evaluate(WATCH)
    box = shown.bounding_box()
    assert box is not None
    return shown, (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def _rested(page: Page, shown: Locator) -> dict[str, float]:
    until = time.perf_counter() + 10
    while time.perf_counter() < until:
        page.wait_for_timeout(50)
        seen: dict[str, float] = shown.evaluate(NOW)
        is_quiet = seen["now"] - max(seen["settled"], seen["first"]) > QUIET_MS
        if seen["wheel"] and seen["first"] > 0 and seen["done"] and is_quiet:
            break
    return seen


def _memory(browser: Browser, url: str, process: "subprocess.Popen[str]") -> list[Result]:
    page = signed_in(browser, url)
    page.goto(f"{url}/explore")
    whole_map(page)
    page.wait_for_timeout(2000)
    before = _resident_mb(process.pid)
    for _ in range(FURTHER_PAGES):
        other = page.context.new_page()
        other.goto(f"{url}/explore")
        whole_map(other)
    page.wait_for_timeout(2000)
    each = (_resident_mb(process.pid) - before) / FURTHER_PAGES
    held = sum(map(anonymous_gb, family(process.pid)))
    page.context.close()
    return [
        Result("server memory per further open page", each, "MB", "< 25 MB", each < 25),
        Result(f"server memory without mapped files, {FURTHER_PAGES + 1} pages", held, "GB", "<= 2 GB", held <= 2),
    ]


def _resident_mb(pid: int) -> float:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def signed_in(browser: Browser, url: str, account: str = "ntf.lead") -> Page:
    """A window in which an account of the exercise, a lead analyst, has signed in."""
    page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
    page.goto(f"{url}/sign-in?next=/whoami")
    page.get_by_label("Account").fill(account)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/whoami")
    page.wait_for_load_state("networkidle")
    return page


def whole_map(page: Page) -> Locator:
    """The map, once all its tiles are there."""
    shown = page.locator(".wfm[data-settled=yes]")
    shown.wait_for(timeout=60_000)
    return shown


@contextmanager
def served(
    *, is_built: bool = False, prepare: Callable[[Path], None] = lambda _: None
) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Address and process of a server over an exercise store of its own.

    is_built: with the derived files of tracks, which a server builds two minutes after its start. prepare: fills the
    store of that home beforehand, which is then no exercise world.
    """
    with tempfile.TemporaryDirectory(prefix="wfb-") as home:
        prepare(Path(home))
        own = {name: value for name, value in os.environ.items() if not name.startswith("WATCHFLOOR_")}
        command = [sys.executable, "-m", "watchfloor.app", "serve"]
        environment = {**own, "WATCHFLOOR_HOME": home}
        if drawers := os.environ.get("WATCHFLOOR_BENCH_DRAWERS"):
            environment["WATCHFLOOR_DRAWERS"] = drawers
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                ready = next(line for line in process.stdout if "ready at" in line)
                if is_built:
                    built = [*command[:-1], "tracks", "build", "--json"]
                    subprocess.run(built, env=environment, check=True, stdout=subprocess.DEVNULL)
                yield ready.split("ready at ")[1].split()[0], process
            finally:
                process.terminate()
                process.communicate(timeout=60)
        PrivateCluster(Path(home)).remove()
