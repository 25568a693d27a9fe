"""The walk of docs/data-officer.md, made by doing it: its commands are run, their answers and pictures are kept.

.venv/bin/python -m scripts.data_officer_walk      over a fresh exercise store, with a server and a browser of its own
"""

import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from bench.pages import FLAGS
from watchfloor.data.cluster import PrivateCluster
from watchfloor.data.exercise.cast import DEMO_PASSWORD

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "data-officer.md"
PICTURES = ROOT / "docs" / "pictures"
BEGIN, END = "<!-- walk: made by scripts/data_officer_walk.py -->", "<!-- end of the walk -->"
MOST_PICTURE_BYTES = 300_000
WIDTH = "100"

SEIZURES = """\
Case,Date,Lat,Lon,Drug,kg,Site
1,03/04/2024,32.5521,-117.0431,Cocaine,12.5,San Ysidro
2,05/06/2024,31.3340,-110.9401,Heroin,3,Nogales
3,05/07/2024,31.3340,-110.9401,moon dust,3,Nogales
"""
APRIL = """\
Case,Date,Lat,Lon,Drug,kg,Site
4,04/19/2024,27.5306,-99.4803,Cocaine,220,Laredo
5,04/31/2024,27.5306,-99.4803,Cocaine,18,Laredo
"""
ANSWERS = (
    '--answer "time.day_first=month first" --answer place.precision=town --answer "substances.words.moon dust=ketamine"'
    ' --answer "source.publisher=County laboratory"'
)


@dataclass(frozen=True, slots=True)
class Step:
    """What is said, and what is typed after it."""

    said: str
    typed: tuple[str, ...]


STEPS = (
    Step("**The table.** Nobody has seen its like before.", ("cat seizures.csv",)),
    Step(
        "**Draft.** Nothing is loaded. Each guess says how sure it is and why; what the table cannot say is asked.",
        ("watchfloor ingest csv seizures.csv --suggest --out draft.toml --as ntf.lead",),
    ),
    Step(
        "**Answer, and keep the mapping by a name.** On a terminal the questions come one after the other; in a script "
        "each is an option. The label says who may see and use the mapping.",
        (
            f"watchfloor ingest csv seizures.csv --suggest --as ntf.lead {ANSWERS} "
            '--save "county laboratory" --label NTF/AMBER',
        ),
    ),
    Step(
        "**Publish**, under the label that your agency decides; nothing guesses it.",
        (
            'watchfloor ingest csv seizures.csv --map "county laboratory" --label NTF/AMBER --as ntf.lead',
            "watchfloor mapping list --as ntf.lead",
        ),
    ),
    Step(
        "**The next file of the kind** is recognised by its columns, and is read at once. A row with a day that is "
        "none is kept aside.",
        (
            "cat april.csv",
            "watchfloor ingest csv april.csv --label NTF/AMBER --as ntf.lead",
            'watchfloor ingest csv april.csv --map "county laboratory" --label NTF/AMBER --as ntf.lead',
        ),
    ),
    Step(
        "**Undo.** Exactly one run is taken back, by an account with the right to operate; the mapping stays.",
        ("watchfloor run undo {run} --yes --as operator",),
    ),
)


def main() -> None:
    """Take the walk and write it down."""
    with tempfile.TemporaryDirectory(prefix="wfw-") as folder, served(Path(folder) / "home") as url:
        work = Path(folder) / "work"
        work.mkdir()
        (work / "seizures.csv").write_text(SEIZURES)
        (work / "april.csv").write_text(APRIL)
        take_pictures(url, work)
        walk = "\n\n".join(taken(number, step, work) for number, step in enumerate(STEPS, 1))
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{walk}\n\n{END}{after}", encoding="utf-8")
    print("docs/data-officer.md")


def taken(number: int, step: Step, work: Path) -> str:
    """A step as it stands in the guide: what is said, typed and answered."""
    blocks = [f"{number}. {step.said}"]
    for typed in step.typed:
        command = typed.replace("{run}", last_run(work))
        blocks.append(f"```console\n$ {command}\n{answered(command, work).rstrip()}\n```")
    return "\n\n".join(blocks)


def answered(command: str, work: Path) -> str:
    """What a command says, on stdout and then on stderr, as it would stand on a terminal."""
    words = shlex.split(command)
    if words[0] == "cat":
        return (work / words[1]).read_text()
    own = {name: value for name, value in os.environ.items() if not name.startswith("WATCHFLOOR_")}
    environment = {**own, "WATCHFLOOR_HOME": str(work.parent / "home"), "COLUMNS": WIDTH}
    program = [sys.executable, "-m", "watchfloor.app", *words[1:]]
    done = subprocess.run(program, cwd=work, env=environment, capture_output=True, text=True, check=False)
    return "\n".join(line.rstrip() for line in (done.stdout + done.stderr).splitlines())


def last_run(work: Path) -> str:
    """Number of the newest run that the walk's account sees."""
    listed = answered("watchfloor run list --limit 1 --json --as ntf.lead", work)
    return listed.split('"id": ')[1].split(",")[0]


def take_pictures(url: str, work: Path) -> None:
    """The same on the page: the draft on the map, and what became of it."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.goto(f"{url}/sign-in?next=/intake")
        page.get_by_label("Account").fill("ntf.lead")
        page.get_by_label("Password").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.set_input_files("#wf-file", work / "seizures.csv")
        page.locator("#wf-map[data-settled=yes]").wait_for(timeout=120_000)
        page.get_by_label("is 03/04 April 3rd").select_option("month first")
        page.get_by_label("Which substance is 'moon dust'").fill("ketamine")
        page.get_by_label("How closely are the places known?").select_option("town")
        page.get_by_role("button", name="Look again").click()
        page.get_by_text("0 would be kept aside").wait_for(timeout=120_000)
        page.locator("#wf-map[data-settled=yes]").wait_for(timeout=120_000)
        page.get_by_label("Label", exact=True).select_option("GREEN")
        write("intake-draft", page)
        page.get_by_label("Keep mapping as").fill("")
        page.get_by_role("button", name="Publish").click()
        page.get_by_role("link", name="See it on the map").click(timeout=120_000)
        page.locator(".wfm[data-settled=yes]").wait_for(timeout=120_000)
        page.wait_for_load_state("networkidle")
        page.locator(".wfm[data-settled=yes]").wait_for(timeout=120_000)
        write("intake-published", page)
        browser.close()


def write(name: str, page: Page) -> None:
    """Keep a picture, in so many colours that it stays small."""
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    path = PICTURES / f"{name}.png"
    for colours in (256, 128, 64, 32):
        picture.quantize(colours).save(path, optimize=True)
        if path.stat().st_size < MOST_PICTURE_BYTES:
            print(f"docs/pictures/{name}.png")
            return
    raise SystemExit(f"docs/pictures/{name}.png is larger than {MOST_PICTURE_BYTES:,} bytes")


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Address of a server over an exercise store in that home."""
    home.mkdir()
    own = {name: value for name, value in os.environ.items() if not name.startswith("WATCHFLOOR_")}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    command = [sys.executable, "-m", "watchfloor.app", "serve", "--port", port]
    with subprocess.Popen(
        command, env={**own, "WATCHFLOOR_HOME": str(home)}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield next(line for line in process.stdout if "ready at" in line).split("ready at ")[1].split()[0]
        finally:
            process.terminate()
            process.communicate(timeout=60)
    PrivateCluster(home).remove()


if __name__ == "__main__":
    main()
