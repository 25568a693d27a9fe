"""One client of `bench.many_pages`: a page of every place, each with connections of its own, as a browser has them."""

import json
import re
import struct
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx

# what a browser opens to one server
CONNECTIONS = 6
HEAD = struct.Struct("<4I")


def main() -> None:
    """Read what the pages ask for, then orders to move, line by line; tell of each what was waited for."""
    asked = json.loads(sys.stdin.readline())
    limits = httpx.Limits(max_connections=CONNECTIONS)
    pages = [
        (httpx.Client(base_url=sys.argv[1], cookies=one["cookies"], limits=limits, timeout=120), one["urls"], uuid4())
        for one in asked
    ]
    with ThreadPoolExecutor(len(pages)) as hands:
        for line in sys.stdin:
            order = json.loads(line)
            told = [hands.submit(_moved, *page, order) for page in pages]
            print(json.dumps([one.result() for one in told]), flush=True)


def _moved(client: httpx.Client, urls: list[str], view: object, order: dict[str, object]) -> dict[str, float]:
    """Ask for what the page asks for; seconds from the order's moment until the last tile is there."""
    time.sleep(max(0.0, float(str(order["at_s"])) - time.time()))
    named = [
        re.sub(r"view=[0-9a-f-]+", f"view={view}", re.sub(r"since=[0-9-]+", f"since={order['since']}", url))
        for url in urls
    ]
    with ThreadPoolExecutor(CONNECTIONS) as hands:
        answers = list(hands.map(lambda url: client.get(url).raise_for_status().content, named))
    return {
        "settled_s": time.time() - float(str(order["at_s"])),
        "requests": len(named),
        "tiles": sum(map(_tiles, answers)),
    }


def _tiles(bundle: bytes) -> int:
    """Tiles of a bundle. Raises ValueError if one was not drawn."""
    at = n = 0
    while at < len(bundle):
        *_, size = HEAD.unpack_from(bundle, at)
        if not size:
            raise ValueError("a tile was not drawn")
        at += HEAD.size + size
        n += 1
    return n


if __name__ == "__main__":
    main()
