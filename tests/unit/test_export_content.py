"""The hash of a file's records is what docs/exports.md says of it, in whatever blocks they came."""

import hashlib
import struct
from collections.abc import Sequence
from datetime import UTC, date, datetime

import polars as pl
import pytest

from watchfloor.data.export.content import Content

AT = datetime(2026, 1, 2, 3, 4, 5, 678, UTC)
COLUMNS: dict[str, tuple[str, pl.DataType | type[pl.DataType], list[object]]] = {
    "title": ("text", pl.String, ["a", None, "", "é漢"]),
    "shape": ("bytes", pl.Binary, [b"\x00", None, b"", b"ab"]),
    "kilograms": ("number", pl.Float64, [1.5, None, -0.0, 2.0]),
    "flags": ("whole", pl.Int32, [1, None, -3, 0]),
    "at_utc": ("moment", pl.Datetime("us", "UTC"), [AT, None, AT, AT]),
    "month": ("day", pl.Date, [date(1970, 1, 3), None, date(1969, 12, 31), date(2026, 1, 1)]),
    "fatal": ("yes", pl.Boolean, [True, None, False, True]),
    "label": ("word", pl.Enum(["unused", "green", "amber"]), ["amber", None, "green", "amber"]),
}
PACKED = {"number": "<d", "whole": "<q", "moment": "<q", "day": "<i", "yes": "<B"}


@pytest.mark.parametrize("height", [1, 2, 3, 4])
def test_the_hash_is_what_the_page_says_whatever_the_blocks(height: int) -> None:
    content = Content()
    for start in range(0, 4, height):
        content.add(block(slice(start, start + height)))
    lines = (f"{name}\t{kind}\t{'\t'.join(by_hand(kind, values))}\n" for name, (kind, _, values) in COLUMNS.items())
    assert content.sha256 == hashlib.sha256("".join(lines).encode()).hexdigest()


def block(rows: slice) -> pl.DataFrame:
    return pl.DataFrame({name: pl.Series(name, values[rows], kind) for name, (_, kind, values) in COLUMNS.items()})


def by_hand(kind: str, values: Sequence[object]) -> tuple[str, str]:
    first, second = b"", b""
    words = list(dict.fromkeys(str(value) for value in values if value is not None))
    if kind == "word":
        first = b"".join(struct.pack("<i", len(word.encode())) + word.encode() for word in words)
    for value in values:
        told = value.encode() if isinstance(value, str) else value
        if kind == "word":
            second += struct.pack("<i", -1 if value is None else words.index(str(value)))
        elif kind in PACKED:
            first += bytes([value is not None])
            second += struct.pack(PACKED[kind], number(value))
        else:
            assert told is None or isinstance(told, bytes)
            first += struct.pack("<i", -1 if told is None else len(told))
            second += told or b""
    return hashlib.sha256(first).hexdigest(), hashlib.sha256(second).hexdigest()


def number(value: object) -> float | int:
    if isinstance(value, datetime):
        return round((value - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1e6)
    if isinstance(value, date):
        return (value - date(1970, 1, 1)).days
    assert value is None or isinstance(value, float | int)
    return 0 if value is None else value
