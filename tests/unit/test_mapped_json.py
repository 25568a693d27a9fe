"""Rows as JSON: the very text of json.dumps, whatever stands in them."""

import json

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.data.ingest.mapped_json import json_arrays, json_objects

TEXTS = st.one_of(st.none(), st.text(max_size=4), st.sampled_from(['"', "\\", "é", "\x7f", "plain text", "", "\n"]))
ROWS = st.lists(st.tuples(TEXTS, TEXTS), max_size=8)
FIXED = st.sampled_from([{}, {"kind": "x"}, {"kind": 'x"', "n": 3}, {"a": "taken"}])


def frame(rows: list[tuple[str | None, str | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"0": pl.String, "1": pl.String}, orient="row")


@given(ROWS)
def test_an_array_is_what_json_writes(rows) -> None:
    assert json_arrays(frame(rows)).to_list() == [json.dumps(row) for row in rows]


@given(ROWS, FIXED)
def test_an_object_is_what_json_writes_without_what_is_blank(rows, fixed) -> None:
    expected = [
        json.dumps(fixed | {k: v for k, v in zip(("a", 'b"'), row, strict=True) if v is not None}) for row in rows
    ]
    assert json_objects(frame(rows), ("a", 'b"'), fixed).to_list() == expected


def test_other_values_than_text_are_written_as_json_writes_them() -> None:
    values = pl.DataFrame({"0": [1.5, None], "1": ["x", "y"]})
    assert json_objects(values, ("a", "b"), {}).to_list() == ['{"a": 1.5, "b": "x"}', '{"b": "y"}']
