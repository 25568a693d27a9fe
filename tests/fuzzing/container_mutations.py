"""Mutations of files that hold others: what stands inside is changed and packed again, so that checksums hold."""

import gzip
import io
import sqlite3
import tempfile
import warnings
import zipfile
import zlib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from . import shape_mutations as shapes
from .containers import packed, unpacked
from .mutations import MOST_BYTES, NASTY, of_bytes, of_cells, of_json, of_lines, of_xml

SHARE_OF_SHAPES, SHARE_OF_TRICKS = 0.4, 0.15
# what replaces a column of Parquet: values of every type that a writer may have chosen
_COLUMNS: tuple[Any, ...] = (
    *(None, "x", "", "39de4a", b"\xff\xfe", b"abc", True, 0, -1, 2**62, 1e308, float("nan"), float("inf"), 1.5),
    *(date(2024, 1, 1), datetime(9999, 12, 31), datetime(1, 1, 1), Decimal("1.5"), [1.0], {"a": 1}, "\0", "9" * 400),  # noqa: DTZ001
)
_TYPES = (
    *(pa.int8(), pa.uint64(), pa.float32(), pa.float16(), pa.string(), pa.large_string(), pa.binary(), pa.date32()),
    *(pa.date64(), pa.timestamp("s"), pa.timestamp("ns", "Europe/Paris"), pa.time64("ns"), pa.duration("us")),
    *(pa.bool_(), pa.decimal128(38, 2), pa.dictionary(pa.int32(), pa.string()), pa.binary(6), pa.null()),
)
_STATEMENTS = (
    "DELETE FROM zones",
    "UPDATE zones SET geom = NULL",
    "UPDATE zones SET geom = X'4750000100000000'",
    "UPDATE zones SET geom = zeroblob(90)",
    "UPDATE zones SET geom = substr(geom, 1, 20)",
    "UPDATE zones SET geom = geom || zeroblob(2000)",
    "UPDATE zones SET code = NULL",
    "UPDATE zones SET code = zeroblob(9)",
    "UPDATE zones SET code = 1.5, name = -3",
    "UPDATE zones SET name = CAST(X'FFFE41' AS TEXT)",
    "UPDATE gpkg_geometry_columns SET srs_id = 99999",
    "UPDATE gpkg_geometry_columns SET srs_id = 3857",
    "UPDATE gpkg_geometry_columns SET column_name = 'code'",
    "UPDATE gpkg_geometry_columns SET geometry_type_name = 'CURVEPOLYGON'",
    "UPDATE gpkg_spatial_ref_sys SET definition = 'nonsense'",
    "DELETE FROM gpkg_spatial_ref_sys",
    "DROP TABLE gpkg_spatial_ref_sys",
    "DROP TABLE gpkg_contents",
    "DROP TABLE gpkg_ogr_contents",
    "UPDATE gpkg_contents SET data_type = 'tiles'",
    "UPDATE gpkg_contents SET last_change = 'never', min_x = 'a'",
    "ALTER TABLE zones ADD COLUMN geometry TEXT DEFAULT 'x'",
    "ALTER TABLE zones ADD COLUMN \"*\" TEXT DEFAULT 'x'",
    "ALTER TABLE zones ADD COLUMN line INTEGER DEFAULT 7",
    "ALTER TABLE zones ADD COLUMN at DATETIME DEFAULT '2024-01-01T00:00:00Z'",
    "ALTER TABLE zones ADD COLUMN day DATE DEFAULT 'never'",
    "ALTER TABLE zones RENAME COLUMN geom TO shape",
    "CREATE VIEW v AS SELECT * FROM zones",
    "INSERT INTO zones (code, name) SELECT code || '2', NULL FROM zones",
    "PRAGMA user_version = 0",
    "PRAGMA application_id = 0",
)


def mutated(content: bytes, name: str, chance: Random) -> bytes:
    """Another file than this one, of its kind."""
    # a file may simply be damaged, whatever it holds
    if chance.random() < 0.06:
        return of_bytes(content, chance)
    if content.startswith(b"\x1f\x8b"):
        try:
            inside = gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            return of_bytes(content, chance)
        return gzip.compress(mutated(inside, name, chance), mtime=0)
    if content.startswith(b"PK"):
        return _of_zip(content, chance)
    if content.startswith(b"PAR1"):
        return _of_parquet(content, chance)
    if content.startswith(b"SQLite"):
        return _of_sqlite(content, chance)
    return _of_text(content, name, chance)


def _of_text(content: bytes, name: str, chance: Random) -> bytes:
    text = content.decode("utf-8", "surrogateescape")
    kind = chance.random()
    if kind < SHARE_OF_SHAPES and name.endswith((".geojson", ".kml", ".kmz")):
        shaped = shapes.of_geojson(text, chance) if name.endswith(".geojson") else shapes.of_kml(text, chance)
        if shaped is not None:
            return _encoded(shaped)[:MOST_BYTES]
    if text.lstrip("\ufeff \n").startswith(("{", "[")) and kind < 0.75:
        text = of_json(text, chance)
    elif text.lstrip("\ufeff \n").startswith("<") and kind < 0.75:
        text = of_xml(text, chance)
    elif ".csv" in name and kind < 0.75:
        text = of_cells(text, chance)
    elif kind < 0.85:
        text = of_lines(text, chance)
    else:
        return of_bytes(content, chance)
    return _encoded(text)[:MOST_BYTES]


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _of_zip(content: bytes, chance: Random) -> bytes:
    try:
        parts: dict[str, str | bytes] = dict(unpacked(content))
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, KeyError, zlib.error):
        return of_bytes(content, chance)
    if not parts:
        return of_bytes(content, chance)
    if chance.random() < SHARE_OF_TRICKS:
        return _tricked(content, parts, chance)
    stem = next((name.removesuffix(".shp") for name in parts if name.endswith(".shp")), None)
    if stem is not None and chance.random() < SHARE_OF_SHAPES:
        return packed(parts | {stem + suffix: part for suffix, part in shapes.of_shapefile(chance).items()})
    name = chance.choice(list(parts))
    inside = parts[name]
    assert isinstance(inside, bytes)
    match chance.randrange(12):
        case 0:
            del parts[name]
        case 1:
            parts[chance.choice((name.upper(), f"../{name}", f"/{name}", f"a/{name}", "a.shp", "x" * 300))] = inside
        case 2:
            return packed(parts, chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)))
        case 3:
            parts[name] = b""
        case _:
            parts[name] = _of_text(inside, name, chance) if inside.lstrip()[:1] == b"<" else of_bytes(inside, chance)
    return packed(parts)


def _tricked(content: bytes, parts: dict[str, str | bytes], chance: Random) -> bytes:
    """An archive whose members are sound, and that says of them, or of itself, what is not so."""
    held, name = io.BytesIO(), chance.choice(list(parts))
    match chance.randrange(7):
        case 0:
            with zipfile.ZipFile(held, "w") as archive, warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                for _ in range(chance.choice((2, 2, 300))):
                    archive.writestr(name, parts[name])
                for other in parts.keys() - {name}:
                    archive.writestr(other, parts[other])
            return held.getvalue()
        case 1:
            link = zipfile.ZipInfo(name)
            # a symbolic link of Unix
            link.external_attr = 0o120777 << 16
            with zipfile.ZipFile(held, "w") as archive:
                archive.writestr(link, "/etc/passwd")
            return held.getvalue()
        case 2:
            return packed(parts | {f"{n}.txt": b"" for n in range(3_000)})
        case 3:
            return packed({f"in.{chance.choice(('zip', 'shp', 'kmz', 'kml'))}": content})
        case 4:
            return b"MZ" + bytes(chance.choice((1, 64, 9_000))) + content
        case 5:
            # said to be enciphered, of another method, or of another size, in the directory or before the member
            made, mark = bytearray(content), chance.choice((b"PK\x01\x02", b"PK\x03\x04"))
            at = made.find(mark) + chance.choice((6, 8, 10, 14, 16, 18, 20, 22, 24, 28, 30, 42))
            made[at : at + 4] = chance.choice((b"\x01\0\0\0", b"\xff" * 4, b"\0" * 4, b"\x63\0\x01\0"))
            return bytes(made)
        case _:
            return content + chance.choice((content, b"PK\x05\x06" + bytes(18), b"\0" * 70_000))


def _of_parquet(content: bytes, chance: Random) -> bytes:
    try:
        table = pq.read_table(io.BytesIO(content))
    except (pa.ArrowException, OSError):
        return of_bytes(content, chance)
    options = {
        "compression": chance.choice(("snappy", "zstd", "none", "gzip")),
        "use_dictionary": chance.random() < 0.7,
    }
    for _ in range(chance.choice((1, 1, 2))):
        table = _with_other_column(table, chance)
    held = io.BytesIO()
    try:
        pq.write_table(table, held, row_group_size=chance.choice((1, 2, 1_000, 100_000)), **options)
    except (pa.ArrowException, ValueError, OverflowError):
        return of_bytes(content, chance)
    return held.getvalue()


def _with_other_column(table: pa.Table, chance: Random) -> pa.Table:
    if table.num_columns == 0:
        return table
    at = chance.randrange(table.num_columns)
    column, name = table.column(at), table.schema.names[at]
    try:
        match chance.randrange(6):
            case 0:
                return table.set_column(at, name, column.cast(chance.choice(_TYPES), safe=False))
            case 1:
                return table.set_column(at, name, pa.array([chance.choice(_COLUMNS)] * table.num_rows))
            case 2:
                return table.remove_column(at)
            case 3:
                return table.set_column(at, chance.choice((*NASTY[:60], name.upper())), column)
            case 4:
                return table.slice(0, chance.randrange(table.num_rows + 1))
            case _:
                values = column.to_pylist()
                for _ in range(chance.choice((1, 3))):
                    if values:
                        values[chance.randrange(len(values))] = chance.choice(_COLUMNS)
                return table.set_column(at, name, pa.array(values))
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return table


def _of_sqlite(content: bytes, chance: Random) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.gpkg"
        path.write_bytes(content)
        database = sqlite3.connect(path)
        try:
            for _ in range(chance.choice((1, 1, 2, 3))):
                with database:
                    is_shape = chance.random() < SHARE_OF_SHAPES
                    statement, given = shapes.of_geopackage(chance) if is_shape else (chance.choice(_STATEMENTS), ())
                    database.execute(statement, given)
        except sqlite3.Error:
            pass
        finally:
            database.close()
        return path.read_bytes()
