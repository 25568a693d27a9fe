"""Files from an untrusted hand: each gets one clear sentence, loads nothing, and leaves its run row alone."""

import gzip
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest import cbp_drugs
from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.csv_rows import LONGEST_FIELD, LONGEST_LINE
from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.opened import open_file
from watchfloor.data.ingest.pipeline import Order, RunReport, ingest
from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.geo.errors import BadFile, BadQuestion
from watchfloor.geo.scope import Tlp

HEAD = ",".join(cbp_drugs.COLUMNS) + "\n"
ROW = "2020,OCT,Office of Field Operations,Coastal/Interior,Other,ATLANTA FIELD OFFICE,Cocaine,2,10.5\n"
COUNTED = ("reported", "series", "event", "overdose", "fix", "craft", "quarantine", "run_file")


def load(store, *paths: Path, **more: bool) -> RunReport:
    return ingest(store, Order(cbp_drugs.FORMAT, PUBLIC, "tests", **more), paths)


def rows(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question).fetchall()


def count_all(store) -> int:
    return sum(rows(store, f"SELECT count(*) FROM watchfloor.{table}")[0][0] for table in COUNTED)


def last_run(store) -> tuple:
    return rows(store, "SELECT status, error FROM watchfloor.run ORDER BY id DESC LIMIT 1")[0]


def written(content: bytes) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / "file.csv").write_bytes(content)
        return folder / "file.csv"

    return write


def folder_of_that_name(folder: Path) -> Path:
    (folder / "file.csv").mkdir()
    return folder / "file.csv"


TABLE = (HEAD + ROW).encode()
BAD_FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "wrong columns": (written(b"a,b\n1,2\n"), "missing columns"),
    "no header": (written(b"\n\n"), "missing columns"),
    "a column twice": (written((HEAD.strip() + ",FY\n").encode()), "stand twice"),
    "latin-1": (written(TABLE + ROW.replace("Other", "Ñame").encode("latin-1")), "line 3: byte .* is not UTF-8"),
    "utf-16": (written(TABLE.decode().encode("utf-16")), "UTF-16"),
    "a spreadsheet": (written(b"PK\x03\x04" + bytes(100)), "zip archive or a spreadsheet"),
    "parquet": (written(b"PAR1" + bytes(100)), "Parquet"),
    "truncated gzip": (written(gzip.compress(TABLE * 100)[:200]), "cut off or damaged"),
    "damaged gzip": (written(gzip.compress(TABLE)[:-6] + b"xxxxxx"), "cut off or damaged"),
    "gzip in gzip": (written(gzip.compress(gzip.compress(TABLE))), "is compressed twice"),
    "0 bytes": (written(b""), "0 bytes"),
    "a folder": (folder_of_that_name, "is a folder"),
    "missing": (lambda folder: folder / "file.csv", "cannot be opened"),
    "a pipe": (lambda _folder: Path("/dev/null"), "not a regular file"),
    "zero byte": (written(TABLE + ROW.replace("Other", "Ot\0her").encode()), "line 3: holds a zero byte"),
    "unbalanced quote": (written(TABLE + b'2020,"OCT\n' + ROW.encode() * 3), "the row that begins on line 3"),
    "quote in a field": (written(TABLE + b'2020,"OC"T,a\n'), "line 3: not readable"),
    "a very long field": (written(TABLE + b'"' + (b"x" * 1000 + b"\n") * 1100 + b'"\n'), "begins on line 3"),
    "many columns": (written(",".join(map(str, range(3_000))).encode() + b"\n"), "missing columns"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_not_what_it_claims_gets_one_clear_sentence(tmp_path, name: str) -> None:
    make, said = BAD_FILES[name]
    path = make(tmp_path)
    with pytest.raises(BadFile, match=said) as refusal:
        list(cbp_drugs.FORMAT.read(open_file(path), Options()))
    assert str(refusal.value).startswith(f"{path.name}")
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_not_what_it_claims_leaves_its_run_row_alone(store, tmp_path) -> None:
    before = count_all(store)
    for number, (make, _) in enumerate(BAD_FILES.values()):
        (folder := tmp_path / f"{number}").mkdir()
        with pytest.raises(BadFile) as refusal:
            load(store, make(folder))
        assert last_run(store) == ("failed", str(refusal.value))
    assert count_all(store) == before


def test_a_bad_file_keeps_a_good_one_of_the_same_run_out(store, tmp_path) -> None:
    (tmp_path / "good.csv").write_bytes(TABLE)
    (tmp_path / "bad.csv").write_bytes(TABLE + b'"')
    before = count_all(store)
    with pytest.raises(BadFile, match=r"bad\.csv"):
        load(store, tmp_path / "good.csv", tmp_path / "bad.csv")
    assert count_all(store) == before


def test_a_line_of_hundreds_of_megabytes_is_refused_in_little_memory(tmp_path) -> None:
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.write(HEAD.encode())
        for _ in range(200):
            file.write(b"x" * (1 << 20))
    tracemalloc.start()
    with pytest.raises(BadFile, match=f"line 2: longer than {LONGEST_LINE:,} bytes"):
        list(cbp_drugs.FORMAT.read(open_file(path), Options()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # a block, what is left of the one before, and both as text
    assert peak < 10 * LONGEST_LINE


@pytest.mark.parametrize("unit", [bytes(1 << 20), ROW.encode() * (1 << 13)], ids=["zeros", "rows"])
def test_a_gzip_bomb_is_refused_before_it_grows(tmp_path, unit: bytes) -> None:
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(HEAD.encode())
        for _ in range(120):
            file.write(unit)
    assert path.stat().st_size < 2 << 20
    with pytest.raises(BadFile, match=r"bomb|longer than|zero byte"):
        for _ in cbp_drugs.FORMAT.read(open_file(path), Options()):
            pass


def test_bad_rows_of_a_sound_file_are_kept_aside_with_line_column_value_and_reason(store, tmp_path) -> None:
    two_lines = ROW.replace("Other,", '"Other\nagain",')
    text = HEAD + ROW + two_lines + ROW.replace("OCT", "XXX") + "2020,OCT\n\n" + ROW.replace("10.5", "heavy")
    (tmp_path / "file.csv").write_text(text)
    report = load(store, tmp_path / "file.csv")
    assert report.totals() == {"read": 5, "loaded": 2, "unchanged": 0, "superseded": 0, "quarantined": 3}
    kept = rows(store, 'SELECT file, line, "column", value, reason FROM watchfloor.quarantine ORDER BY line')
    assert kept == [
        ("file.csv", 5, "Month (abbv)", "XXX", "is not a month as three letters"),
        ("file.csv", 6, "", "2020,OCT", "2 fields where the header has 9"),
        ("file.csv", 8, "Sum Qty (lbs)", "heavy", "is not a weight"),
    ]
    assert [(r.line, r.column, r.value, r.reason) for r in report.files[0].rejects] == [row[1:] for row in kept]


def test_a_strict_run_loads_nothing_if_a_row_would_be_kept_aside(store, tmp_path) -> None:
    (tmp_path / "file.csv").write_text(HEAD + ROW + ROW.replace("OCT", "XXX"))
    before = count_all(store)
    report = load(store, tmp_path / "file.csv", is_strict=True)
    assert not report.is_published
    assert report.totals() == {"read": 2, "loaded": 0, "unchanged": 0, "superseded": 0, "quarantined": 1}
    assert [reject.line for reject in report.files[0].rejects] == [3]
    assert count_all(store) == before
    assert last_run(store) == ("refused", "1 rows would have been quarantined and the run was strict")


def test_a_strict_run_of_a_clean_file_loads_it(store, tmp_path) -> None:
    (tmp_path / "file.csv").write_text(HEAD + ROW)
    assert load(store, tmp_path / "file.csv", is_strict=True).is_published
    assert last_run(store) == ("published", None)


HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "<script>alert(1)</script>",
    "'; DROP TABLE watchfloor.event; --",
    "%(run)s %s {0} {key}",
    "\u202egnp.exe \u0007\u001b[31m",
    "\\N \\x00 $$",
    "x" * (LONGEST_FIELD - 2),
]
MAPPING = """
target = "seizures"
[source]
code = "hostile"
title = "Hostile"
publisher = "<b>nobody</b>"
licence = "none"
[record]
key = ["id"]
title = "{title}"
attributes = { said = "title" }
[time]
columns = ["day"]
format = "%Y-%m-%d"
precision = "day"
"""


def test_hostile_text_is_stored_as_text(store, tmp_path) -> None:
    (tmp_path / "map.toml").write_text(MAPPING)
    quoted = [f'{at},2024-01-01,"{text.replace(chr(34), chr(34) * 2)}"' for at, text in enumerate(HOSTILE)]
    (tmp_path / "file.csv").write_text("id,day,title\n" + "\n".join(quoted) + "\n")
    form, options = configured_format("csv", tmp_path / "map.toml")
    report = ingest(store, Order(form, PUBLIC, "tests", options), [tmp_path / "file.csv"])
    assert report.totals()["loaded"] == len(HOSTILE)
    stored = rows(store, "SELECT title, attributes ->> 'said' FROM watchfloor.event")
    assert sorted(stored) == sorted((text, text) for text in HOSTILE)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(HEAD + ROW)
    opened = open_file(path)
    path.write_text(HEAD + ROW + ROW)
    with pytest.raises(BadFile, match="changed while it was being read"):
        opened.check_untouched()


def test_a_label_of_an_agency_that_nobody_knows_is_refused(store, tmp_path) -> None:
    (tmp_path / "file.csv").write_text(HEAD + ROW)
    runs = rows(store, "SELECT count(*) FROM watchfloor.run")
    label = LabelSpec("NOBODY", Tlp.RED, releasable_to=frozenset({"PUBLIC", "NONE"}))
    with pytest.raises(BadQuestion, match="knows no agency NOBODY, NONE"):
        ingest(store, Order(cbp_drugs.FORMAT, label, "tests"), [tmp_path / "file.csv"])
    assert rows(store, "SELECT count(*) FROM watchfloor.run") == runs


def test_two_runs_of_one_file_at_once_end_as_one(store, tmp_path) -> None:
    lines = [
        ROW.replace("2020", str(year)).replace("OCT", month) for year in range(2010, 2024) for month in cbp_drugs.MONTHS
    ]
    (tmp_path / "file.csv").write_text(HEAD + "".join(lines))
    reports: list[RunReport] = []
    started = threading.Barrier(2)

    def run() -> None:
        started.wait()
        reports.append(load(store, tmp_path / "file.csv"))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report.totals()["loaded"] for report in reports) == [0, len(lines)]
    assert sorted(report.totals()["unchanged"] for report in reports) == [0, len(lines)]
    assert rows(store, "SELECT count(*) FROM watchfloor.reported") == [(len(lines),)]
