"""Tables read by whole blocks say what tables read row by row say, line by line."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.data.ingest import csv_blocks, csv_rows
from watchfloor.data.ingest.csv_blocks import plain_rows
from watchfloor.data.ingest.csv_rows import read_csv
from watchfloor.data.ingest.opened import open_file
from watchfloor.geo.errors import BadFile

FIELDS = st.sampled_from(
    ["a", " b ", "", "ü", '"q"', '"a,b"', '""', '"x""y"', 'in"side', '"two\nlines"', "\r", ",", "1.5", "\u00a0"]
)
TABLES = st.lists(st.lists(FIELDS, min_size=0, max_size=3).map(",".join), max_size=12)


def said(path: Path) -> tuple[list[tuple], list[tuple]] | str:
    try:
        read = list(read_csv(open_file(path), None))
    except BadFile as error:
        return str(error)
    rows = [row for part in read for row in part.frame.rows()]
    return rows, [row for part in read for row in part.rejects.rows()]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lines=TABLES, end=st.sampled_from(["\n", "\r\n"]), block=st.integers(1, 30), last=st.booleans())
def test_blocks_say_what_rows_say(tmp_path, monkeypatch, *, lines, end: str, block: int, last: bool) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes((end.join(["h,i", *lines]) + (end if last else "")).encode())
    monkeypatch.setattr(csv_blocks, "BLOCK_BYTES", block)
    by_blocks = said(path)
    monkeypatch.setattr(csv_rows, "plain_rows", lambda *_, **__: None)
    assert by_blocks == said(path)


@pytest.mark.parametrize("block", [b"1,2\n3,4\n", b'1,"2,3"\r\n"4",5\r\n', b"1,2\n,\n3,4"])
def test_a_plain_block_is_read_at_once(block: bytes) -> None:
    frame = plain_rows(block, width=2, delimiter=",", longest=100)
    assert frame is not None
    assert frame.dtypes == [pl.String, pl.String]


@pytest.mark.parametrize(
    "block",
    [
        b"1\n",
        b"1,2,3\n",
        b"1,2\n\n",
        b'"1,2\n3",4\n',
        b'1,2"\n',
        b"1,\xff\n",
        b"1,\0\n",
        b"1\r2,3\n",
        b"1," + b"x" * 99 + b"\n",
    ],
)
def test_what_is_not_plain_is_left_to_be_read_by_rows(block: bytes) -> None:
    assert plain_rows(block, width=2, delimiter=",", longest=100) is None
