"""The link graph of 500 and of 5,000 records: laid out here, drawn and panned in Chromium by our own component."""

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import UUID

import numpy as np
import panel
from playwright.sync_api import Page, sync_playwright

from bench.pages import FLAGS
from bench.results import Result, p95
from watchfloor.dashboards.link_canvas import LinkCanvas, library
from watchfloor.dashboards.link_rows import graph_rows
from watchfloor.dashboards.theme import stylesheet
from watchfloor.geo.graph_layout import layout
from watchfloor.geo.link_graph import Certainty, GraphLink, GraphNode, LinkGraph

SIZES = (500, 5_000)
GROUPS = ("person", "object", "object", "location", "event")
GOAL_MS = 1_500.0
FRAME_MS = 34.0
MOVES = 60
DRAW = """async (graph) => {
  const model = { graph, selected: [], path: [], kinds: [], choice: { doubt: 2 }, note: "", library: "/echarts.min.js",
    on() {}, send_msg() {} };
  const began = performance.now();
  const { render } = await import("/assets/link_canvas.js");
  const el = document.createElement("div");
  el.style.cssText = "position: absolute; inset: 0";
  document.getElementById("here").shadowRoot.append(el);
  await render({ model, el });
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - began;
}"""
WATCH = """() => { window.frames_ = []; let last = performance.now(); window.on = true;
  const next = (at) => { frames_.push(at - last); last = at; if (window.on) requestAnimationFrame(next); };
  requestAnimationFrame(next); }"""


def measure(_address: object) -> list[Result]:
    """Layout, first picture and frames while panning, for each size."""
    results: list[Result] = []
    with _served() as (url, browser_page):
        for n in SIZES:
            results += _measured(browser_page, url, n)
    print(f"  load {os.getloadavg()[0]:.1f}", flush=True)
    return results


def _measured(page: Page, url: str, n: int) -> list[Result]:
    graph = tied(n)
    began = time.perf_counter()
    pairs = [(link.start, link.end) for link in graph.links]
    rows = graph_rows(graph, layout([node.id for node in graph.nodes], pairs))
    laid = (time.perf_counter() - began) * 1000
    page.goto(f"{url}/page.html")
    first = page.evaluate(DRAW, json.loads(json.dumps(rows)))
    frames = _panned(page)
    name = f"graph of {n:,} records, {len(graph.links):,} links"
    whole = laid + first
    return [
        Result(f"{name}: layout", laid, "ms"),
        Result(f"{name}: layout and first picture", whole, "ms", f"< {GOAL_MS:,.0f} ms", whole < GOAL_MS),
        Result(f"{name}: frame while panning, median", median(frames), "ms"),
        Result(f"{name}: frame while panning, p95", p95(frames), "ms", f"< {FRAME_MS:.0f} ms", p95(frames) < FRAME_MS),
    ]


def tied(n: int) -> LinkGraph:
    """A graph with a few records that many are linked to, as the exercise world has them; the same each time."""
    rng = np.random.default_rng(3)
    nodes = tuple(
        GraphNode(UUID(int=i + 1), GROUPS[i % 5], GROUPS[i % 5], f"Record {i}", "TLP:GREEN · OPEN",
                  Certainty(int(rng.integers(0, 3))), n_linked=3)
        for i in range(n)
    )  # fmt: skip
    hubs = (rng.random(n) ** 3 * np.arange(n)).astype(int)
    more = [(i, int(rng.integers(0, n))) for i in rng.integers(0, n, n // 4).tolist()]
    pairs = {(i, int(hubs[i])) for i in range(1, n)} | set(more)
    links = tuple(
        GraphLink("calls", nodes[a].id, nodes[b].id, Certainty(int(rng.integers(0, 3))), "TLP:GREEN", "Bench")
        for a, b in sorted(pairs)
        if a != b
    )
    return LinkGraph(nodes, links)


def _panned(page: Page) -> list[float]:
    page.mouse.move(60, 120)
    page.evaluate(WATCH)
    page.mouse.down()
    for i in range(MOVES):
        page.mouse.move(60 + 6 * i, 120 + 4 * i)
        page.wait_for_timeout(16)
    frames: list[float] = page.evaluate("() => { window.on = false; return frames_.slice(2); }")
    page.mouse.up()
    return frames


@contextmanager
def _served() -> Iterator[tuple[str, Page]]:
    """Our files and the library's on loopback, and a page of a wide screen."""
    source = Path(panel.__file__).parent / "dist" / library().split("/extensions/panel/")[1]
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        shutil.copytree(Path(LinkCanvas._esm).parent, Path(folder) / "assets", ignore=shutil.ignore_patterns("*.py"))
        shutil.copy(source, Path(folder) / "echarts.min.js")
        css = stylesheet() + (Path(LinkCanvas._esm).parent / "link_canvas.css").read_text()
        (Path(folder) / "page.html").write_text(PAGE.replace("CSS", css))
        handler = partial(_Quiet, directory=folder)
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            yield f"http://127.0.0.1:{server.server_port}", browser.new_page(viewport={"width": 1920, "height": 1000})
            browser.close()
            server.shutdown()


PAGE = """<!doctype html><style>CSS html, body { margin: 0; height: 100%; }</style>
<div id="here" style="height: 1000px"></div>
<script type="module">
  const root = document.getElementById("here").attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = document.querySelector("style").textContent;
  root.append(style);
</script>"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass
