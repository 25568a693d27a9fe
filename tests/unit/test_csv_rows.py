"""Delimited text: lines are counted right, blanks are null, batches are bounded."""

from pathlib import Path

import polars as pl
import pytest

from watchfloor.data.ingest import csv_rows
from watchfloor.data.ingest.catalogue import FORMATS, configured_format
from watchfloor.data.ingest.csv_rows import Rows, read_csv
from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.opened import open_file


def read(folder: Path, text: str | bytes, expected: tuple[str, ...] | None = ("a",)) -> list[Rows]:
    (folder / "file.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_csv(open_file(folder / "file.csv"), expected))


def test_each_row_has_the_line_on_which_it_begins(tmp_path) -> None:
    (rows,) = read(tmp_path, 'a,b\n1,2\n"two\nlines",2\n3,"x\ny\nz"\n\n4,5\n')
    assert rows.frame["line"].to_list() == [2, 3, 5, 9]
    assert rows.frame["a"].to_list() == ["1", "two\nlines", "3", "4"]


def test_line_ends_of_every_kind_of_machine_are_read(tmp_path) -> None:
    (rows,) = read(tmp_path, "a,b\r\n1,2\r\n3,4")
    assert rows.frame.rows() == [("1", "2", 2), ("3", "4", 3)]


def test_a_mark_at_the_beginning_is_no_part_of_the_first_name(tmp_path) -> None:
    (rows,) = read(tmp_path, "\ufeffa,b\n1,2\n")
    assert rows.frame.columns == ["a", "b", "line"]


def test_blank_fields_are_null_and_others_are_stripped(tmp_path) -> None:
    (rows,) = read(tmp_path, "a,b,c\n , x ,\n")
    assert rows.frame.row(0) == (None, "x", None, 2)


def test_rows_of_another_width_are_kept_aside(tmp_path) -> None:
    (rows,) = read(tmp_path, "a,b\n1\n1,2\n1,2,3\n")
    assert rows.frame.height == 1
    assert rows.rejects["line"].to_list() == [2, 4]
    assert rows.read == 3


def test_a_column_without_a_name_is_passed_over(tmp_path) -> None:
    (rows,) = read(tmp_path, "a,,b,\n1,2,3,4\n")
    assert rows.frame.columns == ["a", "b", "line"]


def test_a_column_called_line_keeps_its_values_under_another_name(tmp_path) -> None:
    (rows,) = read(tmp_path, "a,line\n1,seven\n")
    assert rows.frame.row(0, named=True) == {"a": "1", csv_rows.LINE_OF_FILE: "seven", "line": 2}


def test_a_batch_ends_when_its_text_is_long(tmp_path) -> None:
    wide = "x" * (1 << 20)
    batches = read(tmp_path, "a\n" + f"{wide}\n" * 40)
    assert [batch.frame.height for batch in batches] == [32, 8]


def test_a_table_without_rows_is_one_empty_batch(tmp_path) -> None:
    (rows,) = read(tmp_path, "a,b\n")
    assert rows.frame.schema == pl.Schema({"a": pl.String, "b": pl.String, "line": pl.Int64})
    assert rows.read == 0


MAPS = {
    "seizures": '[record]\nkey = ["a"]\n[time]\ncolumns = ["a"]\nformat = "%Y"\nprecision = "year"',
    "overdoses": '[record]\nkey = ["a"]\n[time]\ncolumns = ["a"]\nformat = "%Y"\nprecision = "year"',
    "reported": '[value]\ncolumn = "a"\nmeasure = "trucks"\nperiod = "year"\n'
    '[time]\ncolumns = ["a"]\nformat = "%Y"\nprecision = "year"',
    "places": '[named_place]\nkind = "city"\ncode = "{a}"\nname = "{a}"\n[place]\npoint = "a"',
    "fixes": '[craft]\nidentifier = "a"\n[time]\ncolumns = ["a"]\nformat = "unix"\nprecision = "second"\n'
    '[place]\npoint = "a"',
}
HEADERS = {
    "cbp-drugs": "watchfloor.data.ingest.cbp_drugs",
    "ct-overdose": "watchfloor.data.ingest.ct_overdose",
    "world-port-index": "watchfloor.data.ingest.world_port_index",
    "ais-marinecadastre": "watchfloor.data.ingest.ais_marinecadastre",
}


@pytest.mark.parametrize("name", HEADERS)
def test_every_format_reads_a_table_without_rows(tmp_path, name: str) -> None:
    import importlib  # noqa: PLC0415

    columns = importlib.import_module(HEADERS[name]).COLUMNS
    (tmp_path / "file.csv").write_text(",".join(columns) + "\n")
    assert sum(batch.read for batch in FORMATS[name].read(open_file(tmp_path / "file.csv"), Options())) == 0


@pytest.mark.parametrize("target", MAPS)
def test_every_target_of_a_mapping_reads_a_table_without_rows(tmp_path, target: str) -> None:
    source = '[source]\ncode = "t"\ntitle = "t"\npublisher = "t"\nlicence = "t"\n'
    (tmp_path / "map.toml").write_text(f'target = "{target}"\n{source}{MAPS[target]}\n')
    (tmp_path / "file.csv").write_text("a\n")
    form, options = configured_format("csv", tmp_path / "map.toml")
    assert [batch.read for batch in form.read(open_file(tmp_path / "file.csv"), options)] == [0]
