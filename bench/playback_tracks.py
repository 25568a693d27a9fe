"""Playing tracks: what a step costs the server and the network, and the steps that a page draws a second.

A million positions of a year, or WATCHFLOOR_BENCH_PLAYED=1e8, of which 31 days are played over the North Atlantic.
Steps are made while the page plays, in one process with it, by as many threads as there are cores.
"""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, Route

from bench import tracks
from bench.pages import whole_map
from bench.results import Result, p95
from bench.track_build import WINDOWS, built_files
from watchfloor.app.played_order import PlayedOrder
from watchfloor.app.routes_play_tracks import sized
from watchfloor.data.tracks.view import TrackView
from watchfloor.data.tracks.window import Stretch
from watchfloor.geo.track_levels import PASSAGES
from watchfloor.layers.played_tracks import Frame, Shade, packed_step
from watchfloor.layers.tracks import ring_at

DAYS = 31
SINCE = WINDOWS["31 d"].since
UNTIL = SINCE + timedelta(days=DAYS)
ADDRESS = f"/explore?layers=tracks&since={SINCE:%Y-%m-%d}&until={UNTIL:%Y-%m-%d}&lon=-40&lat=40&zoom=4"
# 1920x1080 at that zoom
FRAME = Frame(4, 2, 3, 9, 6)
GOAL = 10


class Steps:
    """Days of a world, drawn as they are asked for; how long each took, and how large it was."""

    def __init__(self, views: list[TrackView]) -> None:
        self.views = views
        self.taken_s: list[float] = []
        self.sizes: list[int] = []
        self.hands = ThreadPoolExecutor(os.cpu_count())

    def drawn(self, number: int, frame: Frame) -> bytes:
        """One step."""
        begun, view = time.perf_counter(), self.views[number]
        tiles = (view.tile(place, PASSAGES, ring=ring_at(frame.zoom)) for place in frame.places)
        step = packed_step(number, (view.n_drawn, view.n_fixes), tiles, Shade(200, "dark", frame.zoom))
        self.taken_s.append(time.perf_counter() - begun)
        self.sizes.append(len(step))
        return step

    def answer(self, route: Route) -> None:
        """What the page asks for."""
        query = dict(part.split("=", 1) for part in route.request.url.split("?", 1)[1].split("&"))
        order = PlayedOrder.of(query)
        numbers = range(order.first, min(order.first + order.n, len(self.views)))
        head = sized(json.dumps({"most": 200}).encode())
        steps = self.hands.map(lambda number: sized(self.drawn(number, order.frame)), numbers)
        route.fulfill(body=head + b"".join(steps), content_type="application/octet-stream")


def measure(page: Page, url: str) -> list[Result]:
    """Milliseconds and kilobytes of a step, steps a second in a real browser while they are made."""
    n = int(float(os.environ.get("WATCHFLOOR_BENCH_PLAYED", "1e6")))
    with TemporaryDirectory(dir=os.environ.get("WATCHFLOOR_BENCH_FOLDER")) as folder:
        built = built_files(n, Path(folder))
        days = [Stretch(SINCE + timedelta(days=day), SINCE + timedelta(days=day + 1)) for day in range(DAYS)]
        steps = Steps([tracks._view(built, day) for day in days])
        for number in range(DAYS):
            steps.drawn(number, FRAME)
        slow, size = p95(steps.taken_s) * 1e3, sum(steps.sizes) / len(steps.sizes) / 1e3
        rate = steps_per_second(page, url, steps)
    said = f"{sum(view.n_drawn for view in steps.views):,} positions played, load {os.getloadavg()[0]:.1f}"
    name = f"tracks of {DAYS} days, {n / 1e6:g} M positions a year"
    return [
        Result(f"{name}: a step of {FRAME.columns * FRAME.rows} tiles, one thread, p95", slow, "ms", against=said),
        Result(f"{name}: size of a step", size, "kB"),
        Result(f"{name}: steps drawn a second in 1920x1080", rate, "/s", f">= {GOAL} /s", rate >= GOAL, said),
    ]


def played_by_server(page: Page, url: str, n: int) -> Result:
    """Steps a second that a page draws of what its server makes of its own store of n positions, for the first time."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/play/tracks" in request.url else None)
    rate = _rate(page, url)
    page.context.close()
    name = f"tracks of {DAYS} days, {n / 1e6:g} M positions a year, by the server: steps drawn a second in 1920x1080"
    said = f"{len(asked)} requests, load {os.getloadavg()[0]:.1f}"
    return Result(name, rate, "/s", f">= {GOAL} /s", rate >= GOAL, said)


def steps_per_second(page: Page, url: str, steps: Steps) -> float:
    """Steps that a page draws a second, from the first on, which it has yet to ask for."""
    page.route("**/play/tracks*", steps.answer)
    return _rate(page, url)


def _rate(page: Page, url: str) -> float:
    page.goto(url + ADDRESS)
    shown = whole_map(page)
    page.get_by_role("button", name="▶ Play").click()
    # it plays at once: stand still while it is set up
    page.get_by_role("button", name="Pause (Space)").click()
    bar = page.locator(".wfp-bar")
    bar.get_by_label("Speed", exact=True).select_option("30")
    page.locator(".wfp-tracks", has_text="full light from").wait_for(timeout=60_000)
    before = shown.evaluate("el => [el.wfMap.play.frames, performance.now()]")
    page.get_by_role("button", name="Play (Space)").click()
    page.wait_for_function(f"el => el.wfMap.play.bar.at === {DAYS - 1}", arg=shown.element_handle(), timeout=60_000)
    after = shown.evaluate("el => [el.wfMap.play.frames, performance.now()]")
    return float((after[0] - before[0]) / (after[1] - before[1]) * 1000)
