"""Playing a period of a million rows: the one answer that the browser asks for, and the steps it draws a second.

Then tracks, whose steps are made while they play (`playback_tracks.py`).
"""

import shutil
import time
import uuid
from datetime import date

import numpy as np
from playwright.sync_api import Page, sync_playwright

from bench import playback_tracks
from bench.pages import FLAGS, served, signed_in, whole_map
from bench.results import Result
from bench.stores import labels, load_events, new_store, token
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.layers.played import Steps, packed

# the reader sees two thirds of the labels
LOADED = 1_500_000
QUERY = Query(Layer.SEIZURES, Period(date(2021, 1, 1), date(2026, 1, 1)), resolution=5)
SECONDS = 10
GOAL = 10
_EPOCH = date(1970, 1, 1)


def measure(address: ClusterAddress) -> list[Result]:
    """Milliseconds and megabytes of the answer, steps a second in a real browser."""
    store = new_store(address, "playback")
    load_events(store, LOADED, labels(store))
    with Repository(store) as repository:
        asker = Asker(token(store), uuid.uuid4())
        start = time.perf_counter()
        found = repository.days(asker, QUERY)
        first = (QUERY.period.since - _EPOCH).days
        values = found.n.astype(np.float64)
        day = found.day.astype(np.int64) - first
        body = packed(Steps(day, found.cell, values, first, QUERY.period.days, QUERY.resolution))
        taken = (time.perf_counter() - start) * 1000
    rows = f"{values.sum() / 1e6:.1f} M rows"
    with served() as (url, _), sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = signed_in(browser, url)
        rate = frames_per_second(page, url, body)
        page.context.close()
        tracks = playback_tracks.measure(signed_in(browser, url), url)
        browser.close()
    return [
        Result(f"period to be played, {rows}: asked and packed", taken, "ms"),
        Result(f"period to be played, {rows}: size", len(body) / 1e6, "MB"),
        Result(f"playing {rows} in 1920x1080, steps drawn", rate, "/s", f">= {GOAL} /s", rate >= GOAL),
        *tracks,
    ]


def frames_per_second(page: Page, url: str, body: bytes) -> float:
    """Steps that an explore page draws a second of that answer, asked for as many as it can."""
    page.route("**/play/days*", lambda route: route.fulfill(body=body, content_type="application/octet-stream"))
    page.goto(f"{url}/explore")
    shown = whole_map(page)
    page.get_by_role("button", name="▶ Play").click()
    # it plays at once: stand still while it is set up
    page.get_by_role("button", name="Pause (Space)").click()
    page.locator(".wfp-date").wait_for(timeout=60_000)
    bar = page.locator(".wfp-bar")
    bar.get_by_label("Speed", exact=True).select_option("30")
    bar.get_by_label("Window", exact=True).select_option("30")
    page.get_by_role("button", name="Play (Space)").click()
    page.wait_for_timeout(1000)
    before = shown.evaluate("el => [el.wfMap.play.frames, performance.now()]")
    page.wait_for_timeout(SECONDS * 1000)
    after = shown.evaluate("el => [el.wfMap.play.frames, performance.now()]")
    return float((after[0] - before[0]) / (after[1] - before[1]) * 1000)
