"""Loads that are killed anywhere, or run at once, end as if each file had been loaded once."""

import os
import random
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest import cbp_drugs
from watchfloor.data.ingest.catalogue import FORMATS
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.registry import PUBLIC

LOADER = """
import sys
from pathlib import Path
from watchfloor.data.address import ExternalAddress
from watchfloor.data.ingest.catalogue import FORMATS
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.registry import PUBLIC

print("ready", flush=True)
sys.stdin.readline()
ingest(ExternalAddress(sys.argv[1]), Order(FORMATS[sys.argv[2]], PUBLIC, "tests"), [Path(sys.argv[3])])
"""
YEARS = range(2001, 2041)
FILES = {
    "cbp-drugs": ",".join(cbp_drugs.COLUMNS)
    + "\n"
    + "".join(
        f"{year},{month},Office of Field Operations,Coastal/Interior,Other,ATLANTA FIELD OFFICE,Cocaine,2,10.5\n"
        for year in YEARS
        for month in ("OCT", "NOV", "DEC")
    ),
    "ais-csv": "mmsi,timestamp,lat,lon\n"
    + "".join(f"36600{n % 90:04},2024-01-01T{n % 24:02}:00:00Z,{n % 60}.5,{n % 90}.5\n" for n in range(4_000)),
}
STORED = "SELECT (SELECT count(*) FROM watchfloor.reported), (SELECT count(*) FROM watchfloor.fix)"


def stored(store) -> tuple | None:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(STORED).fetchone()


def loader(store, form: str, path) -> subprocess.Popen[str]:
    """A process that has all it needs and waits for a line."""
    url = f"postgresql://watchfloor_owner@/{store.database}?host={store.socket_dir}&port={store.port}"
    process = subprocess.Popen(
        [sys.executable, "-c", LOADER, url, form, str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    # the log of the run comes on the same way
    assert any(line.strip() == "ready" for line in iter(process.stdout.readline, ""))
    return process


def begin(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def end(process: subprocess.Popen[str]) -> int:
    process.communicate(timeout=60)
    return process.returncode


@pytest.mark.parametrize("form", sorted(FILES))
def test_a_load_that_is_killed_anywhere_has_loaded_all_or_nothing(store, tmp_path, form: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(FILES[form])
    moments = random.Random(7)
    seen = [(0, 0)]
    for _ in range(4):
        process = loader(store, form, path)
        begin(process)
        time.sleep(moments.uniform(0, 0.6))
        os.kill(process.pid, signal.SIGKILL)
        end(process)
        seen.append(stored(store))
    ingest(store, Order(FORMATS[form], PUBLIC, "tests"), [path])
    whole = stored(store)

    assert sum(whole) > 0
    # a publication that was sent whole may become visible just after its sender has died
    assert set(seen) <= {(0, 0), whole}
    assert ingest(store, Order(FORMATS[form], PUBLIC, "tests"), [path]).totals()["loaded"] == 0


def test_two_loads_of_one_file_at_once_load_it_once(store, tmp_path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(FILES["cbp-drugs"])
    both = [loader(store, "cbp-drugs", path) for _ in range(2)]
    for process in both:
        begin(process)
    assert [end(process) for process in both] == [0, 0]
    assert stored(store) == (3 * len(YEARS), 0)


def test_loads_of_different_files_at_once_are_both_whole(store, tmp_path) -> None:
    for form, text in FILES.items():
        (tmp_path / form).write_text(text)
    both = [loader(store, form, tmp_path / form) for form in FILES]
    for process in both:
        begin(process)
    assert [end(process) for process in both] == [0, 0]
    values, positions = stored(store)
    assert values == 3 * len(YEARS)
    assert positions > 0
