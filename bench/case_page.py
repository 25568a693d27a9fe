"""How long the page of the largest case takes in a browser, beside the lightest page: words first, then all of it."""

import os
import shutil
import time
import uuid
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from bench.pages import FLAGS, served, signed_in, whole_map
from bench.results import Result
from watchfloor.data.cluster import ClusterAddress, PrivateCluster
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.finds import FindOf

ROUNDS = 5
WORDS_MS = 800
GOAL_MS = 1_500
ACCOUNT = "ntf.lead"


def measure(_address: object) -> list[Result]:
    """Opens the page some times, each in a fresh window."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with served() as (url, process), sync_playwright() as playwright:
        home = Path(f"/proc/{process.pid}/environ").read_bytes().split(b"WATCHFLOOR_HOME=")[1].split(b"\0")[0].decode()
        number, case = largest_case(PrivateCluster(Path(home)).start())
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        opened = [_opened(browser, url, f"/case?id={case}", number) for _ in range(ROUNDS)]
        floor = [_opened(browser, url, "/whoami", "")[0] for _ in range(ROUNDS)]
        browser.close()
    words, whole = (median(times) for times in zip(*opened, strict=True))
    against, floored = f"page of the account; load {os.getloadavg()[0]:.1f}", median(floor)
    named = f"case page with its map and graph (median of {ROUNDS})"
    said = f"case page, its words (median of {ROUNDS})"
    return [
        Result(said, words, "ms", f"< {WORDS_MS:,} ms", words < WORDS_MS, against, words / floored),
        Result(named, whole, "ms", f"< {GOAL_MS:,} ms", whole < GOAL_MS, against, whole / floored),
    ]


def largest_case(address: ClusterAddress) -> tuple[str, str]:
    """Number and id of the case with the most records that the account may see."""
    with Repository(address) as repository:
        asker = Asker(Gate(address).issue(ACCOUNT, Terms()), uuid.uuid4())
        found = [find.id for find in repository.find(asker, "NTF-2") if find.of is FindOf.CASE]
        pages = [page for case in found if (page := repository.case(asker, uuid.UUID(case))) is not None]
        chosen = max(pages, key=lambda page: page.records.total)
        return chosen.number, str(chosen.id)


def _opened(browser: Browser, url: str, path: str, number: str) -> tuple[float, float]:
    """Milliseconds to the words of a page, and to its map and graph if it has them."""
    page = signed_in(browser, url, ACCOUNT)
    start = time.perf_counter()
    # words are there before the scripts are, and a page counts as loaded with these alone
    page.goto(f"{url}{path}", wait_until="commit" if number else "load")
    if number:
        page.get_by_text(number).first.wait_for(timeout=60_000)
    words = (time.perf_counter() - start) * 1000
    if number:
        whole_map(page)
        page.locator(".wfk-row").first.wait_for(timeout=60_000)
    whole = (time.perf_counter() - start) * 1000
    page.context.close()
    return words, whole
