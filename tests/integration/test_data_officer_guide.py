"""docs/data-officer.md: the walk can be taken, command by command, and is answered as the guide says."""

import io
import re
import shlex
import sys
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path

import pytest

from watchfloor.app.__main__ import main
from watchfloor.app.accounts import ensure_cast

from .command_line import logs_restored

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "data-officer.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n\$ (.*?)\n(.*?)^```$", GUIDE, re.M | re.S)
# what is of the day on which the walk was taken
OF_THE_DAY = (
    (re.compile(r"\b[Rr]un \d+|undo \d+"), "run N"),
    (re.compile(r"\d+\.\d+ s\b"), "N s"),
    (re.compile(r"[\d,]+ rows/s"), "N rows/s"),
    (re.compile(r"20\d\d-\d\d-\d\d \d\d:\d\d(:\d\d)?"), "MOMENT"),
    (re.compile(r"[\s━─┏┓┗┛┡┩┃│└┘┴┬┼╇┳┻…]+"), " "),
)
STEPS = {"--suggest --out", "--suggest --as", "--map", "mapping list", "run undo"}


def masked(text: str) -> str:
    for pattern, name in OF_THE_DAY:
        text = pattern.sub(name, text)
    return text.strip()


def answered(words: list[str], monkeypatch) -> str:
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "argv", words)
    # what goes wrong is said on stderr, and the guide shows one that does
    with logs_restored(), redirect_stdout(out), redirect_stderr(err), suppress(SystemExit):
        main()
    return out.getvalue() + err.getvalue()


def last_run(monkeypatch) -> str:
    listed = answered(["watchfloor", "run", "list", "--limit", "1", "--json", "--as", "ntf.lead"], monkeypatch)
    return listed.split('"id": ')[1].split(",")[0]


def test_the_walk_is_answered_as_the_guide_says(store, tmp_path, monkeypatch) -> None:
    url = f"postgresql://watchfloor_owner@/{store.database}?host={store.socket_dir}&port={store.port}"
    for name, value in {"HOME": str(tmp_path / "home"), "DATABASE_URL": url, "KIND": "EXERCISE"}.items():
        monkeypatch.setenv(f"WATCHFLOOR_{name}", value)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    ensure_cast(store)
    typed = " ".join(command for command, _ in BLOCKS)
    assert {step for step in STEPS if step not in typed} == set()
    for command, said in BLOCKS:
        words = shlex.split(command)
        if words[0] == "cat":
            (tmp_path / words[1]).write_text(said)
            continue
        if words[1:3] == ["run", "undo"]:
            words[3] = last_run(monkeypatch)
        assert masked(answered(words, monkeypatch)) == masked(said), command


@pytest.mark.parametrize("name", ["intake-draft", "intake-published"])
def test_pictures_of_the_walk_are_small(name: str) -> None:
    assert (ROOT / "docs" / "pictures" / f"{name}.png").stat().st_size < 300_000
