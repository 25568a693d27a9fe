"""Ids and digests of records: those of the database, and one for each thing that can be said."""

from datetime import UTC, datetime
from hashlib import md5
from uuid import UUID

import polars as pl
import pytest

from watchfloor.data.ingest.digests import record_ids, row_digests

MOMENT = pl.Datetime("us", "UTC")


def digests(*rows: dict, **schema) -> list[bytes]:
    return row_digests(pl.DataFrame(list(rows), schema=schema)).to_list()


def test_an_id_is_the_digest_of_namespace_and_key_and_null_without_a_key():
    ids = record_ids(pl.Series(["a|b", "é", None]), "src/7").to_list()
    assert ids == [md5(b"src/7|a|b").digest(), md5("src/7|é".encode()).digest(), None]


def test_rows_that_say_the_same_have_one_digest():
    first, second = digests({"t": "x", "n": 1.5}, {"t": "x", "n": 1.5}, t=pl.String, n=pl.Float64)
    assert first == second


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (pl.String, None, ""),
        (pl.String, None, "-"),
        (pl.Float64, None, 0.0),
        (pl.Int16, 1, 2),
        (pl.Boolean, None, False),
        (pl.List(pl.Int16), [1, 2], [12]),
        (pl.List(pl.Int16), None, []),
        (MOMENT, datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 5, 1, 0, 0, 1, tzinfo=UTC)),
    ],
)
def test_values_that_differ_have_digests_that_differ(kind, one, other):
    first, second = digests({"v": one}, {"v": other}, v=kind)
    assert first != second


def test_texts_do_not_run_into_one_another():
    first, second = digests({"a": "1:x", "b": ""}, {"a": "", "b": "1:x"}, a=pl.String, b=pl.String)
    third, fourth = digests({"a": "ab", "b": "c"}, {"a": "a", "b": "bc"}, a=pl.String, b=pl.String)
    assert first != second
    assert third != fourth


def test_a_digest_does_not_depend_on_the_rows_beside_it():
    schema = {"t": pl.String, "n": pl.Float64}
    (alone,) = digests({"t": None, "n": None}, **schema)
    beside, _other = digests({"t": None, "n": None}, {"t": "x", "n": 2.0}, **schema)
    assert alone == beside


def test_a_digest_stays_what_it_was():
    """Pinned: another one would make every record of every store look corrected."""
    row = {"t": "Seizure", "n": -80.25, "i": 3, "m": datetime(2024, 5, 1, tzinfo=UTC), "b": None, "l": [1, 2]}
    (found,) = digests(row, t=pl.String, n=pl.Float64, i=pl.Int16, m=MOMENT, b=pl.Boolean, l=pl.List(pl.Int16))
    assert str(UUID(bytes=found)) == "01d83828-0356-5f0c-3a19-9ef0d7ed0e99"
