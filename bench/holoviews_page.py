"""A HoloViews page that rasterizes as many positions as the exercise world has: what a user would have instead.

As a program: serves it at a free port, and says which. `holoviews_wheel` turns the wheel before it as before our page.
"""

import os
import time
from collections.abc import Sequence
from typing import Any, Final

from playwright.sync_api import Browser, Page

from bench import track_world as world
from bench.peer_server import READY, peer_served
from bench.results import Result, p95

N: Final = 260_000
QUIET_MS: Final = 500
# the picture of a rasterized page is the data of its one image: when the wheel turned, and when that last changed
WATCH: Final = """() => {
  const seen = { wheel: 0, settled: 0 };
  window.wfSeen = seen;
  for (const model of Bokeh.documents[0]._all_models.values()) {
    if (model.type === "GlyphRenderer") {
      model.data_source.properties.data.change.connect(() => { seen.settled = performance.now(); });
    }
  }
  document.addEventListener("wheel", () => { Object.assign(seen, { wheel: performance.now(), settled: 0 }); },
    { capture: true, passive: true });
}"""
NOW: Final = "() => ({ ...window.wfSeen, now: performance.now() })"


def holoviews_wheel(browser: Browser, turns: Sequence[int]) -> Result:
    """From a turn of the wheel to the last picture; turns that brought no other picture are said and not counted.

    turns: pixels by which the wheel is turned each time.
    """
    with peer_served("bench.holoviews_page") as url:
        page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
        page.goto(url)
        page.wait_for_function("() => globalThis.Bokeh?.documents?.[0]?.is_idle", timeout=60_000)
        page.wait_for_timeout(3_000)
        page.evaluate(WATCH)
        page.mouse.move(900, 500)
        waited = [_turned(page, delta) for delta in turns]
        page.context.close()
    seen = [ms for ms in waited if ms is not None]
    told = f"{len(seen)} of {len(waited)} turns brought a picture"
    name = f"a HoloViews page of {N:,} positions, wheel to settled (p95)"
    return Result(name, p95(seen), "ms", "", None, f"{told}, load {os.getloadavg()[0]:.1f}")


def _turned(page: Page, delta: int) -> float | None:
    page.mouse.wheel(0, delta)
    until = time.perf_counter() + 5
    while time.perf_counter() < until:
        page.wait_for_timeout(50)
        seen = page.evaluate(NOW)
        if seen["settled"] and seen["now"] - seen["settled"] > QUIET_MS:
            return float(seen["settled"] - seen["wheel"])
    return None


def _page() -> Any:
    import holoviews as hv  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415
    from holoviews.operation.datashader import rasterize  # noqa: PLC0415

    hv.extension("bokeh")
    frame = pd.concat([pd.DataFrame({"x": of.lon, "y": of.lat}) for _, of in world.labels(N)])
    points = hv.Points(frame, ["x", "y"])
    return rasterize(points).opts(width=1900, height=1000, active_tools=["wheel_zoom"], cnorm="log")


def main() -> None:
    """Serve until told to stop."""
    import panel as pn  # noqa: PLC0415

    pn.extension()
    page = _page()
    server = pn.serve(lambda: pn.pane.HoloViews(page), port=0, address="127.0.0.1", show=False, start=False)
    print(f"{READY}http://127.0.0.1:{server.port}", flush=True)
    server.start()
    server.io_loop.start()


if __name__ == "__main__":
    main()
