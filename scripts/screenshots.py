"""Pictures of the pages for the documents: a server of its own over a fresh exercise world, a real browser.

.venv/bin/python -m scripts.screenshots                      writes docs/pictures/*.png
.venv/bin/python -m scripts.screenshots --url http://...     of a server that runs already
"""

import argparse
import shutil
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from bench.pages import FLAGS, served
from watchfloor.data.exercise.cast import DEMO_PASSWORD

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
ACCOUNT = "ntf.lead"
SIZE = {"width": 1920, "height": 1080}


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture shows: an address, and a tap in the middle of the map if the panel shall be filled."""

    name: str
    path: str
    is_tapped: bool = False


SHOWN = (
    Picture("explore", "/explore?layers=tracks:80,hexagons:45,routes:85,operations:90&lon=-97&lat=32.8&zoom=4.6", True),
    Picture("overdoses", "/explore?layers=overdoses:60,clusters:90&lon=-88&lat=39&zoom=5.4"),
    Picture("seizures", "/explore?layers=density:70,seizures:90&lon=-112&lat=32.5&zoom=6.2"),
)


def main() -> None:
    """Take them all."""
    arguments = argparse.ArgumentParser(description="Take the pictures of the documents.")
    arguments.add_argument("--url", help="address of a running server with an exercise store")
    url = arguments.parse_args().url
    if url:
        take_all(url)
        return
    with served() as (own, _):
        take_all(own)


def take_all(url: str) -> None:
    """Sign in and write every picture."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_page(viewport=SIZE)
        page.goto(f"{url}/sign-in")
        page.get_by_label("Account").fill(ACCOUNT)
        page.get_by_label("Password").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_load_state()
        for picture in SHOWN:
            page.goto(url + picture.path)
            settle(page, picture)
            write(picture.name, page.screenshot())
        browser.close()


def settle(page: Page, picture: Picture) -> None:
    """Wait until everything that the picture shall show is there."""
    page.wait_for_load_state("networkidle")
    if not picture.path.startswith("/explore"):
        return
    shown = page.locator(".wfm[data-settled=yes]")
    shown.wait_for(timeout=60_000)
    page.locator(".wf-legend-data").first.wait_for(timeout=60_000)
    if picture.is_tapped:
        box = shown.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.locator(".wf-behind h2").wait_for()
        page.mouse.move(10, 10)
    page.wait_for_load_state("networkidle")
    shown.wait_for(timeout=60_000)


def write(name: str, taken: bytes) -> None:
    """Keep a picture; legends need all of their colours."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    picture = Image.open(BytesIO(taken)).convert("RGB")
    picture.save(PICTURES / f"{name}.png", optimize=True)
    print(f"docs/pictures/{name}.png")


if __name__ == "__main__":
    main()
