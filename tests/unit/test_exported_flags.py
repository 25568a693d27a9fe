"""What intake found about a position is told in words, the same in a file and on the page that explains it."""

import re
from pathlib import Path

import polars as pl

from watchfloor.data.export.position_rows import POSITION_TYPES, position_rows
from watchfloor.data.questions.provenance import Writing
from watchfloor.geo.fix_flags import FLAG_WORDS, FixFlag, written_flags

PAGE = Path(__file__).parents[2] / "docs/exports.md"


def rows_with(flags: list[int]) -> pl.DataFrame:
    told = {"craft_id": 1, "kind": "aircraft", "identifier": "abc123", "name": None, "category": "aircraft", "at": 0}
    told |= {"lon": 1.0, "lat": 2.0, "speed_kn": None, "course_deg": None, "heading_deg": None, "label_id": 1}
    return pl.DataFrame([told | {"flags": one, "run_id": 1} for one in flags], schema=POSITION_TYPES)


def test_a_file_says_in_words_what_was_found() -> None:
    flags = [0, int(FixFlag.ON_GROUND), int(FixFlag.SPEED_UNKNOWN | FixFlag.COURSE_UNKNOWN)]
    told = position_rows(rows_with(flags), Writing({1: "TLP:CLEAR"}))
    assert told["flags"].to_list() == [None, "on the ground", "speed not available; course not available"]


def test_a_file_in_which_nothing_was_found_has_the_column_all_the_same() -> None:
    told = position_rows(rows_with([0, 0]), Writing({1: "TLP:CLEAR"}))
    assert told["flags"].to_list() == [None, None]


def test_every_flag_has_words_and_stands_on_the_page() -> None:
    said = dict(re.findall(r"^\| ([a-z0-9 ]+) \| (\d+) \| ", PAGE.read_text("utf-8"), re.M))
    assert {FixFlag(int(bit)): word for word, bit in said.items()} == dict(FLAG_WORDS)
    assert list(FLAG_WORDS) == list(FixFlag)


def test_a_bit_without_a_word_is_told_as_its_number() -> None:
    assert written_flags(int(FixFlag.SPEED_MENDED) | 1 << 20) == "speed mended; flag 1048576"
