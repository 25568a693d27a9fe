"""Spreadsheets: values, dates, merged cells, headers and footers are read right; what is hostile is refused."""

import tracemalloc
import zipfile
from pathlib import Path

import pytest

from watchfloor.data.ingest.catalogue import FORMATS, configured_format
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import open_file
from watchfloor.data.ingest.sheet_values import Writing, format_kind
from watchfloor.geo.errors import BadFile

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
KEYS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
ODF = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
)
# cell formats 1 to 4: a date, a date of its own code, a time of day, a number with thousands
STYLES = (
    f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="170" formatCode="[$-409]d\\.m\\.yyyy&quot; h&quot;"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="170"/><xf numFmtId="20"/><xf numFmtId="3"/></cellXfs></styleSheet>'
)
MAP = """
target = "seizures"
[source]
code = "lab"
title = "Register"
publisher = "Laboratory"
licence = "none"
[table]
{table}
[record]
key = ["id"]
title = "Case {{id}}"
attributes = {{ said = "said" }}
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
HEAD = ["id", "when", "amount", "said"]


def number(value: object, style: int = 0) -> str:
    return f'<c s="{style}"><v>{value}</v></c>'


def text(value: str) -> str:
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def row(*cells: str, at: int | None = None) -> str:
    return f"<row{f' r={chr(34)}{at}{chr(34)}' if at else ''}>{''.join(cells)}</row>"


HEADER = row(*map(text, HEAD))


def sheet(rows: str, after: str = "") -> str:
    return f"<worksheet {MAIN}><sheetData>{rows}</sheetData>{after}</worksheet>"


def xlsx(folder: Path, rows: str, after: str = "", **parts: str | bytes) -> Path:
    sheets = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="s{i}"/>' for i, n in enumerate(parts.pop("sheets", "S")))
    relations = "".join(
        f'<Relationship Id="{key}" Type="{KEYS}/{kind}" Target="{target}"/>'
        for key, kind, target in (
            ("s0", "worksheet", "worksheets/sheet1.xml"),
            ("s1", "worksheet", "/xl/worksheets/sheet1.xml"),
            ("st", "styles", "styles.xml"),
            ("ss", "sharedStrings", "sharedStrings.xml"),
        )
    )
    whole = {
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r" Type="{KEYS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{KEYS}"><workbookPr/><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f"<sst {MAIN}><si><r><t>sha</t></r><r><t>red</t></r><rPh><t>no</t></rPh></si></sst>",
        "xl/worksheets/sheet1.xml": sheet(rows, after),
        **parts,
    }
    return packed(folder / "book.xlsx", whole)


def ods(folder: Path, rows: str, **parts: str | bytes) -> Path:
    content = (
        f"<office:document-content {ODF}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    return packed(folder / "book.ods", {"mimetype": "x", "content.xml": content, **parts})


def packed(path: Path, parts: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def read(path: Path, table: str = "", change: tuple[str, str] = ("", "")) -> list[Batch]:
    mapping = path.parent / "map.toml"
    mapping.write_text(MAP.format(table=table).replace(*change))
    form, options = configured_format(path.suffix[1:], mapping)
    return list(form.read(open_file(path), options))


def read_one(path: Path, table: str = "", change: tuple[str, str] = ("", "")) -> Batch:
    (batch,) = read(path, table, change)
    return batch


def test_values_of_every_type_are_read(tmp_path) -> None:
    rows = HEADER + row(number(17), number(45356, 1), number("1250.5", 4), '<c t="s"><v>0</v></c>')
    rows += row(text("B2"), text("06/03/2024"), number("1.0000000000000001E-1"), '<c t="b"><v>1</v></c>')
    batch = read_one(xlsx(tmp_path, rows))
    events, items = batch.frames["events"], batch.frames["seizure_items"]
    assert events["title"].to_list() == ["Case 17", "Case B2"]
    assert [f"{day:%Y-%m-%d}" for day in events["starts"]] == ["2024-03-05", "2024-03-06"]
    assert events["attributes"].to_list() == ['{"said": "shared"}', '{"said": "true"}']
    assert items["amount"].to_list() == [1.2505, 0.0001]
    assert events["line"].to_list() == [2, 3]


def test_numbers_of_cells_are_not_misread_where_texts_have_a_decimal_comma(tmp_path) -> None:
    rows = HEADER + row(text("1"), number(45356, 1), number("1250.5"), text("x"))
    rows += row(text("2"), number(45356, 1), text("1.250,5"), text("x"))
    batch = read_one(xlsx(tmp_path, rows), 'decimal = ","')
    assert batch.frames["seizure_items"]["amount"].to_list() == [1.2505, 1.2505]


def test_formulas_give_their_stored_value_and_are_never_worked_out(tmp_path) -> None:
    good = row(text("1"), number(45356, 1), '<c><f>WEBSERVICE("http://x")</f><v>7</v></c>', text("x"))
    bad = row(text("2"), number(45356, 1), "<c><f>1+1</f></c>", text("x"))
    error = row(text("3"), number(45356, 1), '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', text("x"))
    beside = row(text("4"), number(45356, 1), number(7), text("x"), "<c><f>1+1</f></c>")
    batch = read_one(xlsx(tmp_path, HEADER + good + bad + error + beside))
    assert batch.frames["events"]["title"].to_list() == ["Case 1", "Case 4"]
    assert batch.rejects.select("line", "column").rows() == [(3, "amount"), (4, "amount")]
    assert "formula without a stored value" in batch.rejects["reason"][0]
    assert batch.read == 4


def test_rows_above_the_header_and_from_the_footer_on_are_passed_over(tmp_path) -> None:
    good = row(text("1"), number(45356, 1), number(7), text("x"))
    footer = row(text("Total"), text(""), number(7)) + row(text("printed on Monday"))
    rows = row(text("Register of 2024")) + row() + HEADER + good + HEADER + good.replace("1<", "2<") + footer
    batch = read_one(xlsx(tmp_path, rows), 'end = ["total"]')
    assert batch.frames["events"]["line"].to_list() == [4, 6]
    assert batch.read == 2
    assert {note: n for note, n in batch.notes.items() if n} == {
        "row above the header": 1,
        "row from the footer on": 2,
        "header that stands there again": 1,
        "time in another writing than time.format": 2,
    }


def test_a_header_over_two_rows_with_merged_cells_is_joined(tmp_path) -> None:
    rows = row(*(f'<c r="{ref}" t="inlineStr"><is><t>{t}</t></is></c>' for ref, t in (("A1", "id"), ("B1", "the"))))
    rows += row(text(""), text("when"), text("amount"), text("said"))
    rows += row(text("1"), number(45356, 1), number(7), text("x"))
    merged = '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:D1"/></mergeCells>'
    path = xlsx(tmp_path, rows, merged)
    (tmp_path / "map.toml").write_text("")
    change = ('columns = ["when"]', 'columns = ["the when"]')
    mapping = MAP.format(table="header = [1, 2]").replace(*change).replace('"amount"', '"the amount"')
    (tmp_path / "map.toml").write_text(mapping.replace('"said" }', '"the said" }'))
    form, options = configured_format("xlsx", tmp_path / "map.toml")
    (batch,) = form.read(open_file(path), options)
    assert batch.frames["events"].select("line", "title").rows() == [(3, "Case 1")]


def test_a_merged_cell_holds_for_all_its_rows_only_where_the_mapping_says_so(tmp_path) -> None:
    first = row(text("1"), number(45356, 1), number(7), text("x"), at=2)
    second = row(text("2"), "<c/>", "<c/>", text("y"), at=3)
    merged = '<mergeCells><mergeCell ref="B2:B3"/><mergeCell ref="C2:C3"/></mergeCells>'
    path = xlsx(tmp_path, row(*map(text, HEAD), at=1) + first + second, merged)
    batch = read_one(path, 'merged = ["when"]')
    assert batch.frames["events"]["starts"].to_list()[0] == batch.frames["events"]["starts"].to_list()[1]
    assert batch.frames["seizure_items"]["amount"].to_list() == [0.007, None]
    assert batch.notes["merged cell"] == 2
    assert read_one(path).rejects.select("line", "column").rows() == [(3, "when")]


def test_a_sheet_is_named_or_the_sheets_are_listed(tmp_path) -> None:
    rows = HEADER + row(text("1"), number(45356, 1), number(7), text("x"))
    path = xlsx(tmp_path, rows, sheets=("Jan", "Feb"))  # type: ignore[arg-type]
    with pytest.raises(BadFile, match=r"say by table\.sheet which sheet is meant; it has 'Jan', 'Feb'"):
        read(path)
    with pytest.raises(BadFile, match="has no sheet 'Mar'"):
        read(path, 'sheet = "Mar"')
    assert read_one(path, 'sheet = "Feb"').read == 1


@pytest.mark.parametrize(
    ("serial", "kind", "written"),
    [
        ("1", "date", "1900-01-01"),
        ("59", "date", "1900-02-28"),
        ("60", "date", None),
        ("61", "date", "1900-03-01"),
        ("45356.9652777778", "date", "2024-03-05 23:10:00"),
        ("45356.999999999", "date", "2024-03-06"),
        ("0.5", "time", "12:00:00"),
        ("-1", "date", None),
        ("2958466", "date", None),
        ("x", "date", None),
    ],
)
def test_serial_dates_are_days_of_the_calendar(serial: str, kind: str, written: str | None) -> None:
    assert Writing().serial(serial, kind) == written  # type: ignore[arg-type]


def test_a_book_of_the_1904_system_counts_from_there() -> None:
    assert Writing(is_1904=True).serial("43894", "date") == "2024-03-05"


@pytest.mark.parametrize(
    ("number_of_format", "code", "kind"),
    [
        (14, None, "date"),
        (20, None, "time"),
        (3, None, None),
        (164, "yyyy\\-mm\\-dd", "date"),
        (164, "[$-409]mmm;@", "date"),
        (164, "[h]:mm", "time"),
        (164, '#,##0.00" days"', None),
        (164, "[Red]0.0", None),
        (164, "General", None),
    ],
)
def test_formats_of_dates_are_told_from_those_of_numbers(number_of_format: int, code: str | None, kind: str) -> None:
    assert format_kind(number_of_format, code) == kind


def ods_cell(kind: str, value: str, shown: str = "", more: str = "") -> str:
    name = {"float": "value", "date": "date-value", "time": "time-value", "boolean": "boolean-value"}[kind]
    return (
        f'<table:table-cell office:value-type="{kind}" office:{name}="{value}" {more}>'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def ods_text(value: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{value}</text:p></table:table-cell>'


def ods_row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


ODS_HEADER = ods_row(*map(ods_text, HEAD))


def test_a_sheet_of_opendocument_is_read_by_its_stored_values(tmp_path) -> None:
    note = "<office:annotation><text:p>a remark</text:p></office:annotation>"
    said = ods_text("two<text:s text:c='2'/>b").replace("<text:p>", f"{note}<text:p>", 1)
    rows = ODS_HEADER + ods_row(
        ods_cell("float", "17", "17,00"),
        ods_cell("date", "2024-03-05T00:00:00", "5.3."),
        ods_cell("float", "7.5"),
        said,
    )
    rows += ods_row("<table:table-cell table:number-columns-repeated='4'/>", more='table:number-rows-repeated="9"')
    again = ods_row(ods_text("18"), ods_text("06/03/2024"), ods_cell("float", "1", more='table:formula="of:=1"'))
    rows += again + ods_row("<table:table-cell/>", more='table:number-rows-repeated="1048000"')
    batch = read_one(ods(tmp_path, rows))
    assert batch.frames["events"].select("line", "title").rows() == [(2, "Case 17"), (12, "Case 18")]
    assert batch.frames["events"]["attributes"][0] == '{"said": "two  b"}'
    assert batch.frames["seizure_items"]["amount"].to_list() == [0.0075, 0.001]


def test_repeated_rows_and_merged_cells_of_opendocument_are_read(tmp_path) -> None:
    spans = 'table:number-rows-spanned="2"'
    rows = ODS_HEADER + ods_row(ods_text("1"), ods_text("05/03/2024", spans), ods_cell("float", "1"))
    rows += ods_row(ods_text("2"), "<table:covered-table-cell/>", ods_cell("float", "2"))
    rows += ods_row(
        ods_text("3"), ods_text("05/03/2024"), ods_cell("float", "3"), more='table:number-rows-repeated="2"'
    )
    batch = read_one(ods(tmp_path, rows), 'merged = ["when"]')
    assert batch.frames["events"]["line"].to_list() == [2, 3, 4, 5]


def test_formulas_of_opendocument_without_a_value_or_with_an_error_are_kept_aside(tmp_path) -> None:
    empty = '<table:table-cell table:formula="of:=1+1"/>'
    error = ods_cell("float", "0", "#DIV/0!", 'table:formula="of:=1/0"')
    rows = ODS_HEADER + "".join(
        ods_row(ods_text(str(at)), ods_text("05/03/2024"), c) for at, c in enumerate((empty, error))
    )
    assert read_one(ods(tmp_path, rows)).rejects.select("line", "column").rows() == [(2, "amount"), (3, "amount")]


GOOD = row(text("1"), number(45356, 1), number(7), text("x"))
FAR = f"<row r='1048577'>{text('x')}</row>"
BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            {SHEET: f"{BOMB}<worksheet {MAIN}><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"},
            "document type",
        ),
        ({"xl/workbook.xml": '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}, "document type"),
        ({SHEET: b" " * (90 << 20)}, "longer than|decompression bomb|well-formed"),
        ({SHEET: f"<worksheet {MAIN}><sheetData>" + "<row/>" * (12 << 20)}, "decompression bomb"),
        ({SHEET: "<a>" * 500}, "more than 200 deep"),
        (
            {SHEET: sheet(f"{HEADER}{FAR}")},
            "at most 1,048,576 rows",
        ),
        (
            {SHEET: sheet(f"{HEADER}<row r='{'9' * 5000}'/>")},
            "no number of a row",
        ),
        ({SHEET: sheet("<row><c r='4'/></row>")}, "'4' is no cell"),
        (
            {SHEET: sheet("<row><c t='s'><v>7</v></c></row>")},
            "names a text",
        ),
        ({SHEET: "no xml"}, "well-formed"),
        ({"../../etc/cron.d/x": "x"}, "leads out of the archive"),
        ({"C:\\x": "x"}, "leads out of the archive"),
        ({"xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}"/>'}, "it has none"),
        ({"_rels/.rels": f'<Relationships xmlns="{RELATIONS}"/>'}, "has no workbook"),
        ({"mimetype": "x"}, "load it with the format ods"),
    ],
    ids=range(15),
)
def test_a_hostile_or_broken_workbook_gets_one_sentence(tmp_path, parts: dict[str, str | bytes], said: str) -> None:
    path = xlsx(tmp_path, HEADER + GOOD, **parts)  # type: ignore[arg-type]
    with pytest.raises(BadFile, match=said) as refusal:
        read(path)
    assert str(refusal.value).startswith("book.xlsx")
    assert "\n" not in str(refusal.value)


def test_a_cell_at_the_far_end_of_a_sheet_takes_no_memory(tmp_path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    shared = f"<sst {MAIN}><si><t>{'x' * 30_000}</t></si></sst>"
    many = "".join(row(text(f"{at}"), number(45356, 1), number(7), '<c t="s"><v>0</v></c>') for at in range(2_000))
    path = xlsx(tmp_path, HEADER + many + far, **{"xl/sharedStrings.xml": shared})
    tracemalloc.start()
    assert sum(batch.read for batch in read(path)) == 2_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200 << 20


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old or encrypted"),
        (b"a,b\n1,2\n", "does not begin as a zip"),
        (b"PK\x03\x04" + bytes(600), "not a zip file"),
    ],
    ids=range(3),
)
@pytest.mark.parametrize("name", ["xlsx", "ods"])
def test_what_is_no_spreadsheet_is_refused(tmp_path, name: str, content: bytes, said: str) -> None:
    (tmp_path / f"book.{name}").write_bytes(content)
    with pytest.raises(BadFile, match=said):
        read(tmp_path / f"book.{name}")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (ods_row(ods_text("x"), more='table:number-rows-repeated="999999999"'), "at most 1,048,576 rows"),
        (ods_row(ods_text("x"), more=f'table:number-rows-repeated="{"9" * 50}"'), "no number of rows"),
        ("<table:table-row>", "well-formed"),
    ],
    ids=range(3),
)
def test_a_hostile_opendocument_sheet_gets_one_sentence(tmp_path, rows: str, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        read(ods(tmp_path, ODS_HEADER + rows))


def test_repeated_columns_take_no_memory(tmp_path) -> None:
    wide = ods_row(ods_text("x", 'table:number-columns-repeated="999999999"'))
    assert read_one(ods(tmp_path, ODS_HEADER + wide)).rejects.height == 1


def test_an_encrypted_part_is_said_so(tmp_path) -> None:
    path = xlsx(tmp_path, HEADER + GOOD)
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(bytes(content))
    with pytest.raises(BadFile, match="is encrypted"):
        read(path)


def test_spreadsheets_need_a_label_as_any_mapped_table_does() -> None:
    assert not FORMATS["xlsx"].is_public
    assert not FORMATS["ods"].is_public
