"""Some pages of `bench.live_pages` in a process of their own: each asks as the map of a page does, and notes probes."""

import json
import struct
import sys
import threading
import time
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import numpy as np

from bench.live_child import PROBE_STEP_DEG

# as `map_live.js` waits after each answer, and as a page asks whether its session goes on
EVERY_S: Final = 0.7
SESSION_S: Final = 30.0
HEAD: Final = struct.Struct("<II")


def main() -> None:
    """Arguments: the address that a page asked for, how many pages, how far south probes are; ends with the input."""
    url, n, down = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    cookies: dict[str, str] = json.loads(sys.stdin.readline())
    stop = threading.Event()
    seen: list[dict[int, float]] = [{} for _ in range(n)]
    threads = [threading.Thread(target=_look, args=(url, cookies, down, one, stop)) for one in seen]
    for thread in threads:
        thread.start()
        # pages are not opened at one moment
        time.sleep(EVERY_S / n)
    sys.stdin.read()
    stop.set()
    for thread in threads:
        thread.join()
    print(json.dumps(seen), flush=True)


def _look(url: str, cookies: dict[str, str], down: float, seen: dict[int, float], stop: threading.Event) -> None:
    parts = urlsplit(url)
    given = dict(httpx.QueryParams(parts.query)) | {"view": str(uuid4()), "have": ""}
    asked = time.monotonic()
    with httpx.Client(base_url=f"{parts.scheme}://{parts.netloc}", cookies=cookies, timeout=30) as client:
        while not stop.is_set():
            answer = client.get(parts.path, params=given).raise_for_status()
            if answer.status_code == httpx.codes.OK:
                given["have"] = answer.headers["x-watchfloor-change"]
                for number in _probes(answer.content, down):
                    seen.setdefault(number, time.time())
            if time.monotonic() - asked > SESSION_S:
                client.get("/session").raise_for_status()
                asked = time.monotonic()
            stop.wait(EVERY_S)


def _probes(body: bytes, down: float) -> list[int]:
    """Numbers of the probes in an answer: marks on their parallel."""
    n, _ = HEAD.unpack_from(body)
    x, y = (np.frombuffer(body, "<f4", n, HEAD.size + 4 * n * column) for column in (0, 1))
    return [round(float(at) * 360 / PROBE_STEP_DEG) for at in x[np.abs(y - down) < 1e-6]]


if __name__ == "__main__":
    main()
