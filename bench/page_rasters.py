"""One raster per page: what a server makes of positions whose pages each ask for a picture of their own.

As a program: one process holds the positions that a reader may see as a frame and answers each page with Datashader's
counts of what that page shows, as a Panel page with `rasterize` does it: one after the other, unshaded, plain numbers.
`slowest` asks for those of many pages at one instant.
"""

import os
import sys
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import httpx
import numpy as np

from bench.peer_server import READY, peer_served
from bench.results import Result
from bench.track_build import VISIBLE
from bench.track_views import frame_of

WIDTH, HEIGHT = 1900, 1000
ROUNDS: Final = 2
# a wheel's turn closer
NEARER: Final = 1.0

type View = tuple[float, float, float]


def slowest(n: int, views: Sequence[View], each: int, ours_s: float) -> Result:
    """The last of so many pages of each view to have its raster.

    views: longitude, latitude and zoom before the turn of the wheel. ours_s: what our last waits for a new question.
    """
    with peer_served("bench.page_rasters", str(n)) as url, httpx.Client(timeout=None) as client:
        addresses = [f"{url}?{_window(*view)}" for view in views for _ in range(each)]
        client.get(addresses[0]).raise_for_status()
        last_s = max(_moved(addresses) for _ in range(ROUNDS))
    said = f"Datashader, one process, unshaded, load {os.getloadavg()[0]:.1f}; ours cold"
    name = f"one raster per page, {n / 1e6:g} M positions, {len(addresses)} pages at once: the last (worst of {ROUNDS})"
    return Result(name, last_s * 1e3, "ms", "", None, said, last_s / ours_s)


def _window(lon: float, lat: float, zoom: float) -> str:
    """The middle of the square world and the length of a pixel in it."""
    down = 0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi)
    return f"x={lon / 360 + 0.5}&y={down}&pixel={1 / 256 / 2 ** (zoom + NEARER)}"


def _moved(addresses: list[str]) -> float:
    """Seconds until all have been answered, asked for at once over connections of their own."""
    begun = time.perf_counter()

    def ask(address: str) -> None:
        httpx.get(address, timeout=None).raise_for_status()

    threads = [threading.Thread(target=ask, args=(address,)) for address in addresses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


def _raster_of(n: int) -> Any:
    """What counts the positions in a window."""
    import datashader as ds  # noqa: PLC0415

    frame = frame_of(n)
    frame = frame.loc[frame.label.isin(VISIBLE), ["x", "y"]]

    def raster(given: dict[str, str]) -> bytes:
        x, y, pixel = (float(given[name]) for name in ("x", "y", "pixel"))
        across, down = pixel * WIDTH / 2, pixel * HEIGHT / 2
        canvas = ds.Canvas(WIDTH, HEIGHT, x_range=(x - across, x + across), y_range=(y - down, y + down))
        return canvas.points(frame, "x", "y", ds.count()).values.astype(np.uint32).tobytes()

    return raster


def main() -> None:
    """Serve until told to stop."""
    raster = _raster_of(int(sys.argv[1]))

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = raster(dict(parse_qsl(urlsplit(self.path).query)))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, *_: object) -> None:
            """Nothing: what was asked for is no result."""

    class Server(HTTPServer):
        request_queue_size = 128

    server = Server(("127.0.0.1", 0), Page)
    print(f"{READY}http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
