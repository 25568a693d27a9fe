"""A sheet loads once, as the same records that the same table as text has."""

import zipfile
from pathlib import Path

import psycopg

from watchfloor.data.address import Role
from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.registry import PUBLIC

MAP = """
target = "seizures"
[source]
code = "register"
title = "Register"
publisher = "Laboratory"
licence = "none"
[record]
key = ["id"]
title = "Case {id}"
[time]
columns = ["when"]
format = "%d/%m/%Y"
precision = "day"
[substances]
fixed = ["cocaine"]
[quantity]
column = "amount"
unit = "g"
"""
TEXT = "id,when,amount\n1,05/03/2024,7.5\n2,06/03/2024,8\n3,someday,9\n"
ROWS = [("1", "2024-03-05", 7.5), ("2", "2024-03-06", 8), ("3", "someday", 9)]


def ods(path: Path) -> Path:
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))

    def said(text: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    def day(text: str) -> str:
        is_day = text.startswith("2024")
        return f'<table:table-cell office:value-type="date" office:date-value="{text}"/>' if is_day else said(text)

    def row(*cells: str) -> str:
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    rows = row(*map(said, ("id", "when", "amount")))
    for number, when, amount in ROWS:
        grams = f'<table:table-cell office:value-type="float" office:value="{amount}"/>'
        rows += row(said(number), day(when), grams)
    body = f'<office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", f"<office:document {spaces}>{body}</office:body></office:document>")
    return path


def load(store, name: str, mapping: Path, path: Path) -> dict[str, int]:
    form, options = configured_format(name, mapping)
    return ingest(store, Order(form, PUBLIC, "tests", options), [path]).totals()


def test_a_sheet_loads_once_and_is_the_same_records_as_the_text(store, tmp_path) -> None:
    (tmp_path / "map.toml").write_text(MAP)
    (tmp_path / "table.csv").write_text(TEXT)
    path = ods(tmp_path / "table.ods")
    first = load(store, "ods", tmp_path / "map.toml", path)
    again = load(store, "ods", tmp_path / "map.toml", path)
    as_text = load(store, "csv", tmp_path / "map.toml", tmp_path / "table.csv")
    assert first == {"read": 3, "loaded": 2, "unchanged": 0, "superseded": 0, "quarantined": 1}
    assert again == as_text == first | {"loaded": 0, "unchanged": 2}
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        kept = connection.execute('SELECT line, "column", value FROM watchfloor.quarantine ORDER BY id').fetchall()
    assert kept == [(4, "when", "someday")] * 3
