"""Every named bad file: what the command says of it, how it ends, and that the store is as it was."""

import gc
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.ingest.catalogue import FORMATS

from ..copied_store import copied
from ..fuzzing.corpus import BAD, PAGE, page
from .command_line import over_main

FACTS = (
    *("place", "event", "seizure_item", "overdose", "series", "reported", "craft", "fix", "entity", "identifier"),
    *("link", "case_file", "operation", "deconfliction", "quarantine", "run_file", "run_said"),
    *("place_said", "craft_said", "event_rollup", "overdose_release", "route"),
)
KEPT = 'SELECT line, "column", value, reason FROM watchfloor.quarantine'
STAGED = "SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relname ~ '^(stage|ready|own|changed)_'"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A store that the files of this module are loaded into, one after the other."""

    address: ClusterAddress

    def rows(self, question: str) -> list[tuple]:
        with psycopg.connect(self.address.conninfo(Role.INTAKE)) as connection:
            return connection.execute(question.encode()).fetchall()

    def counts(self) -> dict[str, int]:
        parts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM watchfloor.{name}" for name in FACTS)
        return dict(self.rows(parts))

    def last_run(self) -> tuple:
        return self.rows("SELECT id, status, error, quarantined FROM watchfloor.run ORDER BY id DESC LIMIT 1")[0]

    def is_staging_gone(self) -> bool:
        # a temporary table goes with its connection, whose end the server notices a moment later
        for _ in range(200):
            if self.rows(STAGED) == [(0,)]:
                return True
            time.sleep(0.02)
        return False


@pytest.fixture(scope="module")
def shelf(cluster: ClusterAddress, template: str) -> Iterator[Shelf]:
    with copied(cluster, template) as address:
        yield Shelf(address)


@pytest.fixture
def load(shelf: Shelf, tmp_path: Path, monkeypatch) -> Iterator[Callable[..., tuple[str, str]]]:
    """Runs `watchfloor ingest` for a bad file; afterwards nothing may be left of its reading."""
    url = f"postgresql://watchfloor_owner@/{shelf.address.database}?host={shelf.address.socket_dir}&port={shelf.address.port}"
    monkeypatch.setenv("WATCHFLOOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WATCHFLOOR_DATABASE_URL", url)
    monkeypatch.delenv("WATCHFLOOR_AS", raising=False)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))

    command = over_main(monkeypatch)

    def run(form: str, path: Path, mapping: str | None, *more: str, code: int) -> tuple[str, str]:
        arguments = ["ingest", form, str(path), "--label", "public", *more]
        if mapping is not None:
            (tmp_path / "map.toml").write_text(mapping)
            arguments += ["--map", str(tmp_path / "map.toml")]
        gc.disable()
        try:
            return command(*arguments, code=code)
        finally:
            # what only the collector of cycles would close stays open for as long as it likes
            left_open.extend(sorted(descriptors(tmp_path) - {str(log)}))
            gc.enable()

    left_open: list[str] = []
    log = tmp_path / "home" / "log" / "watchfloor.log"
    yield run
    assert left_open == []
    assert os.listdir(tmp_path / "temporary") == []
    assert not log.exists() or 'File "' not in log.read_text()
    assert shelf.is_staging_gone()


def descriptors(folder: Path) -> set[str]:
    """The files of a folder that this process holds open."""
    links = (f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd"))
    return {path for link in links if os.path.islink(link) and (path := os.readlink(link)).startswith(f"{folder}/")}


def test_there_are_bad_files_of_every_format_and_enough_of_them() -> None:
    assert {bad.form for bad in BAD.values()} == set(FORMATS)
    assert len(BAD) >= 90
    assert all(bool(bad.said) != bool(bad.kept) for bad in BAD.values())


@pytest.mark.parametrize("name", [name for name, bad in BAD.items() if bad.said])
def test_a_bad_file_is_refused_with_its_sentence_and_loads_nothing(shelf, load, tmp_path, name: str) -> None:
    bad = BAD[name]
    before = shelf.counts()
    out, err = load(bad.form, bad.put(tmp_path), bad.mapping, code=2)

    assert out == ""
    assert err.count("\n") == 1
    assert parts_in_order(err.removeprefix("watchfloor: "), bad.said) == []
    assert str(tmp_path) not in err
    assert shelf.counts() == before
    assert shelf.last_run()[1:3] == ("failed", err.removeprefix("watchfloor: ").removesuffix("\n"))


@pytest.mark.parametrize("name", [name for name, bad in BAD.items() if bad.kept])
def test_the_bad_rows_of_a_sound_file_are_kept_aside_each_with_its_reason(shelf, load, tmp_path, name: str) -> None:
    bad = BAD[name]
    path, before = bad.put(tmp_path), shelf.counts()
    load(bad.form, path, bad.mapping, "--strict", code=3)
    after_strict, refused = shelf.counts(), shelf.last_run()
    out, err = load(bad.form, path, bad.mapping, "--json", code=0)

    assert (after_strict, refused[1], err) == (before, "refused", "")
    said = json.loads(out)
    run, status, error, quarantined = shelf.last_run()
    assert (said["run"], status, error, said["quarantined"]) == (run, "published", None, quarantined)
    assert said["read"] == sum(said[count] for count in ("loaded", "unchanged", "superseded", "quarantined"))
    kept = shelf.rows(f"{KEPT} WHERE run_id = {run} ORDER BY line, id")
    assert len(kept) == quarantined
    assert [row for row, wanted in zip(kept, bad.kept, strict=False) if not is_as_wanted(row, wanted)] == []
    assert len(kept) == len(bad.kept)


def is_as_wanted(row: tuple, wanted: tuple) -> bool:
    """Line and column are exact; of value and reason, if they are long, their beginning is given."""
    return row[:2] == wanted[:2] and row[2].startswith(wanted[2]) and row[3].startswith(wanted[3]) and row[3] != ""


def parts_in_order(text: str, parts: tuple[str, ...]) -> list[str]:
    """The parts that the text has not, one after the other; the first one begins it."""
    if not text.startswith(parts[0]):
        return [parts[0]]
    for at, part in enumerate(parts):
        if part not in text:
            return list(parts[at:])
        text = text[text.index(part) + len(part) :]
    return []


def test_the_page_about_bad_files_is_that_of_the_corpus() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tests.fuzzing.corpus"
