"""Tables as people leave them: each kind of dirt is met, counted and explained, by a key of the mapping."""

from pathlib import Path

import pytest

from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import open_file
from watchfloor.geo.errors import BadFile

MAP = """
target = "seizures"
[source]
code = "lab"
title = "Register"
publisher = "Laboratory"
licence = "none"
[table]
TABLE
[record]
key = ["id"]
[time]
columns = ["when"]
format = "%d/%m/%Y"
precision = "day"
TIME
[substances]
column = "drug"
[quantity]
column = "amount"
UNIT
"""


def read(folder: Path, rows: str | bytes, *, table: str = "", time: str = "", unit: str = 'unit = "kg"') -> Batch:
    (folder / "map.toml").write_text(MAP.replace("TABLE", table).replace("TIME", time).replace("UNIT", unit))
    (folder / "table.csv").write_bytes(rows if isinstance(rows, bytes) else f"id,when,drug,amount\n{rows}".encode())
    form, options = configured_format("csv", folder / "map.toml")
    (batch,) = form.read(open_file(folder / "table.csv"), options)
    return batch


def amounts(batch: Batch) -> list[float | None]:
    return batch.frames["seizure_items"]["amount"].to_list()


def counted(batch: Batch) -> dict[str, int]:
    return {note: n for note, n in batch.notes.items() if n}


@pytest.mark.parametrize(
    ("table", "written", "amount"),
    [
        ('thousands = ","', "1,250.5", 1250.5),
        ('thousands = ","', "1250.5", 1250.5),
        ('thousands = ","', "12,50", None),
        ('thousands = ","', "1,2500", None),
        ('thousands = " "', "1 250\u00a0000", 1_250_000),
        ('thousands = "\'"', "1’250.5", 1250.5),
        ('decimal = ","', "1.250,5", 1250.5),
        ('decimal = ","', "1.250", 1250),
        ('decimal = ","', "12.50", None),
        ('decimal = ","\nthousands = " "', "1 250,5", 1250.5),
        ("", "1,250.5", None),
    ],
)
def test_thousands_are_groups_of_three_or_no_number(tmp_path, table: str, written: str, amount: float | None) -> None:
    batch = read(tmp_path, f'1,05/03/2024,cocaine,"{written}"\n', table=table)
    assert amounts(batch) == ([] if amount is None else [amount])
    assert batch.rejects["column"].to_list() == (["amount"] if amount is None else [])


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("3,2 kg", 3.2),
        ("500g", 0.5),
        ("7", 7.0),
        ("2 lbs", 0.90718474),
        ("3 stone", None),
        ("kg", None),
        ("-2 kg", None),
    ],
)
def test_units_in_cells_are_read(tmp_path, written: str, amount: float | None) -> None:
    row = f'1,05/03/2024,cocaine,"{written}"\n2,05/03/2024,cocaine,\n'
    batch = read(tmp_path, row, table='decimal = ","', unit='unit = "kg"\nunit_in_cell = true')
    assert amounts(batch) == [pytest.approx(amount, rel=1e-6), None] if amount else [None]
    assert batch.rejects.select("line", "column", "value").rows() == ([] if amount else [(2, "amount", written)])


def test_a_cell_without_a_unit_is_no_amount_where_the_mapping_gives_none(tmp_path) -> None:
    batch = read(tmp_path, "1,05/03/2024,cocaine,7\n", unit="unit_in_cell = true")
    assert batch.rejects["reason"].to_list() == ["is no amount with a unit that is known"]


def test_texts_that_mean_nothing_are_blank_and_counted(tmp_path) -> None:
    rows = "1,05/03/2024,cocaine,0\n2,05/03/2024,cocaine,N/A\n3,05/03/2024,n/a,5\n"
    batch = read(tmp_path, rows, table='blank = { amount = ["0"], "*" = ["n/a"] }')
    assert amounts(batch) == [None, None]
    assert counted(batch) == {"'0' in amount means nothing (table.blank)": 1, "'n/a' means nothing (table.blank)": 2}


def test_several_writings_of_a_date_are_read_and_the_unclear_counted(tmp_path) -> None:
    rows = (
        "1,13/03/2024,cocaine,1\n2,03/13/2024,cocaine,1\n3,2024-03-13,cocaine,1\n4,05/03/2024,cocaine,1\n5,x,heroin,1\n"
    )
    batch = read(tmp_path, rows, time='other_formats = ["%m/%d/%Y", "%Y-%m-%d"]')
    days = [f"{at:%m-%d}" for at in batch.frames["events"]["starts"]]
    assert days == ["03-13", "03-13", "03-13", "03-05"]
    assert batch.rejects["line"].to_list() == [6]
    assert counted(batch) == {
        "time in another writing than time.format": 2,
        "time that two formats read differently": 1,
    }


def test_years_outside_of_the_usual_are_kept_aside_with_the_key_that_mends_it(tmp_path) -> None:
    rows = "1,01/01/1800,cocaine,1\n2,31/12/9999,cocaine,1\n3,05/03/2024,cocaine,1\n"
    batch = read(tmp_path, rows)
    assert batch.rejects.select("line", "column", "value").rows() == [
        (2, "when", "01/01/1800"),
        (3, "when", "31/12/9999"),
    ]
    assert "outside of 1900 to 2100: see time.earliest" in batch.rejects["reason"][0]
    assert read(tmp_path, rows, time="earliest = 1700").frames["events"].height == 2


def test_headers_again_sums_and_footers_are_passed_over(tmp_path) -> None:
    rows = (
        "1,05/03/2024,cocaine,1\nid,when,drug,amount\n2,06/03/2024,cocaine,1\n"
        "Total,,All drugs,2\n3,07/03/2024,cocaine,1\nSource: the office\n4,x\n"
    )
    batch = read(tmp_path, rows, table='without = { drug = ["ALL DRUGS"] }\nend = ["source:"]')
    assert batch.frames["events"]["line"].to_list() == [2, 4, 6]
    assert (batch.read, batch.rejects.height) == (3, 0)
    assert counted(batch) == {
        "header that stands there again": 1,
        "row passed over by table.without": 1,
        "row from the footer on": 2,
    }


def test_the_header_is_found_under_other_lines(tmp_path) -> None:
    rows = b"Register of 2024\n\nprinted,on,Monday\nid,when,drug,amount\n1,05/03/2024,cocaine,1\n"
    batch = read(tmp_path, rows)
    assert batch.frames["events"]["line"].to_list() == [5]
    assert counted(batch) == {"row above the header": 2}


def test_lines_in_another_encoding_are_read_and_counted(tmp_path) -> None:
    head = b"id,when,drug,amount\n"
    rows = head + "ñ,05/03/2024,cocaine,1\n".encode() + "ü,05/03/2024,cocaine,1\n".encode("cp1252")
    batch = read(tmp_path, rows, table='encodings = ["utf-8", "cp1252"]')
    assert batch.frames["events"]["key"].to_list() == ['["\\u00f1"]', '["\\u00fc"]']
    assert counted(batch) == {"line in another encoding than the first": 1}
    with pytest.raises(BadFile, match="line 3: byte 1 is not UTF-8"):
        read(tmp_path, rows)


def test_notes_are_told_once_over_all_batches(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("watchfloor.data.ingest.csv_rows.BATCH_ROWS", 1)
    rows = "".join(f"{at},05/03/2024,cocaine,1\n" for at in range(3))
    (tmp_path / "map.toml").write_text(MAP.replace("TABLE", "").replace("TIME", "").replace("UNIT", 'unit = "kg"'))
    (tmp_path / "table.csv").write_text(f"a line above\nid,when,drug,amount\n{rows}")
    form, options = configured_format("csv", tmp_path / "map.toml")
    found = list(form.read(open_file(tmp_path / "table.csv"), options))
    assert len(found) == 3
    assert sum(batch.notes.get("row above the header", 0) for batch in found) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"table": 'thousands = "."'}, "same mark"),
        ({"table": 'thousands = ","\ndecimal = ","'}, "same mark"),
        ({"table": 'encodings = ["rot13"]'}, "table.encodings.0"),
        ({"table": "header = [0]"}, "table.header.0"),
        ({"table": 'without = { port = ["x"] }'}, r"no column 'port' \(named by table.without\)"),
        ({"time": 'other_formats = ["%Y%z"]'}, "without an offset"),
        ({"unit": 'unit_in_cell = true\nunit_column = "u"'}, "not both"),
    ],
    ids=range(7),
)
def test_keys_that_cannot_be_meant_are_refused(tmp_path, given: dict[str, str], said: str) -> None:
    with pytest.raises(BadFile, match=said):
        read(tmp_path, "1,05/03/2024,cocaine,1\n", **given)
