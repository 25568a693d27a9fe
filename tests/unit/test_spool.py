"""Rows put aside come back as they went in, whether they stayed in memory or not."""

import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.data.ingest.spool import Spool
from watchfloor.geo.errors import StoreUnavailable

ROWS = st.lists(st.tuples(st.integers(0, 3), st.lists(st.integers(), max_size=5)), max_size=12)


def frame(values: list[int]) -> pl.DataFrame:
    return pl.DataFrame({"n": values}, schema={"n": pl.Int64})


@given(rows=ROWS.map(lambda rows: [(key, [v % 2**31 for v in values]) for key, values in rows]), held=st.integers(0, 9))
def test_rows_come_back_by_their_key_in_the_order_in_which_they_went_in(rows, held: int) -> None:
    spool = Spool(held)
    wanted: dict[int, list[int]] = {}
    for key, values in rows:
        spool.add(key, frame(values))
        wanted.setdefault(key, []).extend(values)

    assert spool.keys == sorted(wanted)
    assert {key: spool.rows(key) for key in wanted} == {key: len(values) for key, values in wanted.items()}
    for key, values in wanted.items():
        assert [n for part in spool.take(key) for n in part["n"].to_list()] == values
    assert spool.keys == []


def test_what_is_put_aside_has_no_name_on_the_disk(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    spool = Spool(1)
    spool.add(1, frame([1, 2, 3]))

    assert list(tmp_path.iterdir()) == []
    assert pl.concat(spool.take(1))["n"].to_list() == [1, 2, 3]


def test_a_full_disk_is_said_in_one_sentence(monkeypatch) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no device that is always full")
    opened = full.open("r+b", buffering=0)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda: opened)

    with pytest.raises(StoreUnavailable, match="has no room for what is read"):
        Spool(1).add(1, frame([1, 2, 3]))
    opened.close()
