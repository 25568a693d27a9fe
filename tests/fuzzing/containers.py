"""Files that hold others, made in memory: zip archives, spreadsheets, Parquet, GeoPackages, shapefiles."""

import io
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
KEYS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
ODF = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
)
SHEET = "xl/worksheets/sheet1.xml"
STYLES = f'<styleSheet {MAIN}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
WGS84 = (
    'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


def packed(parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these members, always the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as archive:
        for name, content in parts.items():
            member = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            member.compress_type = compression
            archive.writestr(member, content)
    return held.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    """The members of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xlsx_cell(value: str) -> str:
    """A cell with a text of its own."""
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def xlsx_row(*cells: str) -> str:
    """A row of cells."""
    return f"<row>{''.join(cells)}</row>"


def worksheet(rows: str) -> str:
    """The part of a workbook that is its sheet."""
    return f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"


def xlsx(*rows: tuple[str, ...], **parts: str | bytes) -> bytes:
    """A workbook of one sheet; parts replace its members, or stand beside them."""
    return packed(xlsx_parts(*rows) | parts)


def xlsx_parts(*rows: tuple[str, ...]) -> dict[str, str | bytes]:
    """The members of a workbook of one sheet, whose first text is shared and whose last row has a number."""
    said = "".join(xlsx_row(*map(xlsx_cell, row)) for row in rows)
    said += xlsx_row('<c t="s"><v>0</v></c>', '<c s="1"><v>45356</v></c>', *map(xlsx_cell, ("", "")), "<c><v>7</v></c>")
    relations = "".join(
        f'<Relationship Id="{key}" Type="{KEYS}/{kind}" Target="{target}"/>'
        for key, kind, target in (
            ("s0", "worksheet", "worksheets/sheet1.xml"),
            ("st", "styles", "styles.xml"),
            ("ss", "sharedStrings", "sharedStrings.xml"),
        )
    )
    return {
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r" Type="{KEYS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{KEYS}"><workbookPr/><sheets>'
        '<sheet name="S" sheetId="1" r:id="s0"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f"<sst {MAIN}><si><t>9</t></si></sst>",
        SHEET: worksheet(said),
    }


def ods_cell(value: str, more: str = "") -> str:
    """A cell with a text."""
    return f'<table:table-cell office:value-type="string" {more}><text:p>{value}</text:p></table:table-cell>'


def ods_row(*cells: str, more: str = "") -> str:
    """A row of cells."""
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def ods_content(rows: str) -> str:
    """The part of a document that is its sheets."""
    return (
        f"<office:document-content {ODF}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )


def ods(*rows: tuple[str, ...], more: str = "", **parts: str | bytes) -> bytes:
    """An OpenDocument spreadsheet of one sheet; more: further rows; parts replace its members."""
    said = "".join(ods_row(*map(ods_cell, row)) for row in rows)
    return packed({"mimetype": "x", "content.xml": ods_content(said + more)} | parts)


def parquet(columns: Mapping[str, list[Any]], **options: Any) -> bytes:
    """A Parquet file of these columns, of the types of their values."""
    held = io.BytesIO()
    pq.write_table(pa.table({name: pa.array(values) for name, values in columns.items()}), held, **options)
    return held.getvalue()


def kmz(document: str, name: str = "doc.kml") -> bytes:
    """A KML document in an archive."""
    return packed({name: document})


def _frame() -> Any:
    said = {"code": ["a", "b"], "name": ["A", "Ñ"]}
    return geopandas.GeoDataFrame(said, geometry=[shapely.box(0, 0, 2, 2), shapely.Point(3, 4)], crs="EPSG:4326")


def geopackage(*statements: str) -> bytes:
    """A GeoPackage with the layer `zones`, after these statements of SQL."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "zones.gpkg"
        _frame().to_file(path, layer="zones", SPATIAL_INDEX="NO")
        # pragmas of a writer that was not closed properly would leave other files beside it
        with sqlite3.connect(path) as database:
            for statement in statements:
                database.execute(statement)
        database.close()
        return path.read_bytes()


def plain_sqlite() -> bytes:
    """A database that is no GeoPackage."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "other.db"
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE contacts (name TEXT)")
        database.close()
        return path.read_bytes()


def shapefile_parts() -> dict[str, bytes]:
    """The parts of a shapefile of two points, by suffix; written here, so that each byte is known."""
    points = [(-80.2, 25.8), (2.5, 48.5)]
    records = [struct.pack("<i2d", 1, *point) for point in points]
    shp = b"".join(struct.pack(">2i", at, len(r) // 2) + r for at, r in enumerate(records, 1))
    shx = b"".join(struct.pack(">2i", 50 + at * 14, 10) for at in range(len(records)))
    rows = b"".join(b" " + code.ljust(4) + name.ljust(8) for code, name in ((b"a", b"A"), (b"b", b"B")))
    fields = b"".join(
        name.ljust(11, b"\0") + b"C" + bytes(4) + bytes([width, 0]) + bytes(14)
        for name, width in ((b"code", 4), (b"name", 8))
    )
    dbf = struct.pack("<4BIHH20x", 3, 124, 1, 1, len(points), 32 + len(fields) + 1, 13) + fields + b"\r" + rows
    return {
        ".shp": _shape_header(100 + len(shp)) + shp,
        ".shx": _shape_header(100 + len(shx)) + shx,
        ".dbf": dbf + b"\x1a",
        ".prj": WGS84.encode(),
        ".cpg": b"UTF-8",
    }


def _shape_header(size: int) -> bytes:
    return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, size // 2) + struct.pack(
        "<2i8d", 1000, 1, -81, 25, 3, 49, 0, 0, 0, 0
    )


def shapefile(parts: Mapping[str, bytes] | None = None, *, without: str = "") -> bytes:
    """A zipped shapefile; parts replace its own, by suffix."""
    whole = shapefile_parts() | dict(parts or {})
    return packed({f"zones{suffix}": content for suffix, content in whole.items() if suffix != without})
