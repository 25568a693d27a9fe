"""Twenty-five pages over five places that move at the same instant: how long the last of them waits.

What a page asks for is written down from a real one that is turned by the wheel, place by place; five client processes
then ask for just that, each for one page of every place, all at one moment of the clock. Beside it one raster per page
of the same positions, what the server holds in memory meanwhile, a month of them played by one page of it, and taps.

A million positions of a year, and a hundred thousand seizures; WATCHFLOOR_BENCH_PAGES=1e8 loads another number.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from bench import page_rasters
from bench.memory import anonymous_gb, family
from bench.pages import FLAGS, served, signed_in, whole_map
from bench.playback_tracks import played_by_server
from bench.results import Result
from bench.track_clicks import tapped
from bench.track_store import positions_home
from bench.track_views import said
from watchfloor.data.cluster import PrivateCluster
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.tracks.shelf import TrackShelf

PLACES = ((-98.0, 38.0, 4.0), (-117.0, 32.5, 5.0), (-80.2, 25.8, 5.0), (-90.0, 20.0, 5.0), (-72.0, 12.0, 6.0))
ACCOUNTS = ("ntf.lead", "cgd.analyst", "ntf.analyst")
CLIENTS = 5
ROUNDS = 3
LAYERS = "tracks,hexagons"
YEAR = "since=2025-01-01&until=2026-01-01"
GOALS_S = {"cold": 3.0, "warm": 1.5}
AHEAD_S = 1.0


class Asked(NamedTuple):
    """What one page asks for after a turn of the wheel, and the sign-in that it asks with."""

    urls: list[str]
    cookies: dict[str, str]


class Move(NamedTuple):
    """What all pages together waited for, asked for, and made the server's process work."""

    last_s: float
    requests: int
    tiles: int
    processor_s: float


def measure(_address: object) -> list[Result]:
    """The last of all pages to have all its tiles, of a question never asked before and of the same again."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    n = int(float(os.environ.get("WATCHFLOOR_BENCH_PAGES", "1e6")))
    homes: list[Path] = []
    with served(is_built=True, prepare=positions_home(n, homes)) as (url, server), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        asked = [_written_down(browser, url, *one) for one in zip(PLACES, _accounts(), strict=True)]
        with ExitStack() as stack:
            clients = [_client(stack, url, asked) for _ in range(CLIENTS)]
            moves = [(cache, _moved(clients, number, server.pid)) for number in range(ROUNDS) for cache in GOALS_S]
        held = [anonymous_gb(pid) for pid in family(server.pid)]
        found = [said(_told(n, cache, [move for name, move in moves if name == cache])) for cache in GOALS_S]
        found.append(said(_held(n, held)))
        found.append(said(played_by_server(signed_in(browser, url), url, n)))
        browser.close()
        found += _tapped(homes[0], n)
    return [*found, said(page_rasters.slowest(n, PLACES, CLIENTS, found[0].value / 1e3))]


def _tapped(home: Path, n: int) -> list[Result]:
    """Taps of an analyst in the store and the derived files of that home."""
    with PrivateCluster(home) as cluster:
        shelf = TrackShelf(str(home / "tracks"), home / "fetched")
        return tapped(cluster.address, shelf, n, Gate(cluster.address).issue(ACCOUNTS[0], Terms()))


def _held(n: int, held: list[float]) -> Result:
    pages = CLIENTS * len(PLACES)
    name = f"server memory without mapped files, {n / 1e6:g} M positions, what {pages} pages asked for kept"
    each = ", ".join(f"{gb:.2f}" for gb in held)
    return Result(name, sum(held), "GB", "<= 2 GB", sum(held) <= 2, f"server and its drawing processes: {each} GB")


def _told(n: int, cache: str, moves: list[Move]) -> Result:
    worst, processor = max(move.last_s for move in moves), max(move.processor_s for move in moves)
    counted = f"{moves[0].requests} requests, {moves[0].tiles} tiles"
    name = f"{CLIENTS * len(PLACES)} pages at once, {n / 1e6:g} M positions, {cache}"
    return Result(
        f"{name}: the last settled (worst of {ROUNDS})",
        worst * 1e3,
        "ms",
        f"<= {GOALS_S[cache] * 1e3:,.0f} ms",
        worst <= GOALS_S[cache],
        f"{counted}, server's processor {processor:.2f} s, load {os.getloadavg()[0]:.1f}",
    )


def _accounts() -> list[str]:
    return [ACCOUNTS[number % len(ACCOUNTS)] for number in range(len(PLACES))]


def _written_down(browser: Browser, url: str, place: tuple[float, float, float], account: str) -> Asked:
    page = signed_in(browser, url, account)
    lon, lat, zoom = place
    page.goto(f"{url}/explore?lon={lon}&lat={lat}&zoom={zoom}&layers={LAYERS}&{YEAR}")
    shown = whole_map(page)
    page.wait_for_timeout(1000)
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if "/tiles/map.bundle" in request.url else None)
    box = shown.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    _turn_until(page, found)
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    page.context.close()
    return Asked(found, cookies)


def _turn_until(page: Page, found: list[str]) -> None:
    """Turns the wheel until the page has asked for tiles and has them."""
    for _ in range(6):
        page.mouse.wheel(0, -200)
        page.wait_for_timeout(1500)
        if found:
            break
    whole_map(page)


def _client(stack: ExitStack, url: str, asked: list[Asked]) -> "subprocess.Popen[str]":
    """A client process, which ends with the stack."""
    command = [sys.executable, "-m", "bench.many_pages_child", url]
    process = stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    stack.callback(process.terminate)
    assert process.stdin is not None
    process.stdin.write(json.dumps([one._asdict() for one in asked]) + "\n")
    process.stdin.flush()
    return process


def _moved(clients: "list[subprocess.Popen[str]]", number: int, server: int) -> Move:
    """All pages move; a round asks for a period of its own, which nobody has asked for before."""
    since = date(2024, 12, 1) + timedelta(days=number)
    used = sum(map(processor_s, family(server)))
    order = json.dumps({"at_s": time.time() + AHEAD_S, "since": since.isoformat()})
    for client in clients:
        assert client.stdin is not None
        client.stdin.write(order + "\n")
        client.stdin.flush()
    pages: list[dict[str, float]] = []
    for client in clients:
        assert client.stdout is not None
        pages += json.loads(client.stdout.readline())
    asked, tiles = (int(sum(page[name] for page in pages)) for name in ("requests", "tiles"))
    return Move(max(page["settled_s"] for page in pages), asked, tiles, sum(map(processor_s, family(server))) - used)


def processor_s(pid: int) -> float:
    """Processor time that a process has used, without its children."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
