"""Files to measure with where no real one is large enough: invented, seeded, written in parts into a folder."""

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import geopandas
import numpy as np
import polars as pl
import pyarrow.parquet as pq
from pyais import encode_dict

PART = 100_000
FIRST_US = int(datetime(2021, 1, 1, tzinfo=UTC).timestamp() * 1e6)
EVENTS = """
target = "seizures"
[source]
code = "bench"
title = "Benchmark"
publisher = "Benchmark"
licence = "none"
[record]
key = ["id"]
attributes = { note = "note" }
[time]
columns = ["when"]
format = "%Y-%m-%d %H:%M:%S"
precision = "second"
zone = "UTC"
[place]
precision = "exact"
"""
IN_TABLE = 'lat = "lat"\nlon = "lon"\n'
WITH_ITEMS = '[substances]\ncolumn = "drug"\n[quantity]\ncolumn = "kg"\nunit = "kg"\n'


def events(n: int) -> Iterator[pl.DataFrame]:
    """Seizures round 400 places over five years, in no order, as a table of text would have them."""
    rng = np.random.default_rng(5)
    places = np.column_stack([rng.uniform(-125, -65, 400), rng.uniform(10, 49, 400)])
    for start in range(0, n, PART):
        size = min(PART, n - start)
        home = rng.zipf(1.3, size) % 400
        at = pl.Series(FIRST_US + rng.integers(0, 5 * 365 * 86_400, size) * 1_000_000).cast(pl.Datetime("us"))
        yield pl.DataFrame(
            {
                "id": pl.Series(range(start, start + size)).cast(pl.String),
                "when": at.dt.strftime("%Y-%m-%d %H:%M:%S"),
                "lat": (places[home, 1] + rng.normal(0, 0.4, size)).round(5),
                "lon": (places[home, 0] + rng.normal(0, 0.4, size)).round(5),
                "drug": rng.choice(["cocaine", "heroin", "fentanyl", "cannabis"], size),
                "kg": rng.lognormal(1, 1.5, size).round(2),
                "note": rng.choice(["at sea", "in a lorry", "in a parcel"], size),
            }
        )


def fixes(n: int) -> Iterator[pl.DataFrame]:
    """Positions of a thousandth as many vessels, a minute apart, all vessels of a minute together."""
    rng = np.random.default_rng(6)
    vessels = max(1, n // 1000)
    for start in range(0, n, PART):
        row = np.arange(start, min(start + PART, n))
        vessel, step = row % vessels, row // vessels
        yield pl.DataFrame(
            {
                "number": vessel + 200_000_000,
                "at": pl.Series(FIRST_US + step * 60_000_000).cast(pl.Datetime("us", "UTC")),
                "lon": -90 + vessel % 100 / 5 + step * 0.001,
                "lat": 20 + vessel // 100 % 20 + np.sin(step / 100),
                "speed": rng.uniform(3, 20, len(row)).round(1),
                "course": rng.uniform(0, 359, len(row)).round(1),
            }
        )


def csv_of_events(folder: Path, n: int) -> Path:
    return _csv(folder / "events.csv", events(n))


def csv_of_fixes(folder: Path, n: int) -> Path:
    """In the columns of MarineCadastre."""
    silent = ("Heading", "VesselName", "IMO", "CallSign", "VesselType", "Status", "Length", "Width", "Draft", "Cargo")
    tables = (
        part.select(
            pl.col("number").alias("MMSI"),
            pl.col("at").dt.strftime("%Y-%m-%dT%H:%M:%S").alias("BaseDateTime"),
            *(pl.col(ours).alias(theirs) for ours, theirs in (("lat", "LAT"), ("lon", "LON"))),
            *(pl.col(ours).alias(theirs) for ours, theirs in (("speed", "SOG"), ("course", "COG"))),
            *(pl.lit("").alias(name) for name in silent),
        )
        for part in fixes(n)
    )
    return _csv(folder / "fixes.csv", tables)


def parquet_of_fixes(folder: Path, n: int) -> Path:
    """State vectors as the traffic library writes them, without a column of geometry."""
    path, writer = folder / "fixes.parquet", None
    for part in fixes(n):
        address = pl.Series([f"{number:06x}" for number in (part["number"] - 200_000_000 + 0x400000).to_list()])
        table = part.select(
            pl.col("at").alias("timestamp"),
            address.alias("icao24"),
            *(pl.col(ours).alias(theirs) for ours, theirs in (("lat", "latitude"), ("lon", "longitude"))),
            *(pl.col(ours).alias(theirs) for ours, theirs in (("speed", "groundspeed"), ("course", "track"))),
            (pl.col("speed") * 1000).alias("altitude"),
        ).to_arrow(compat_level=pl.CompatLevel.oldest())
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer:
        writer.close()
    return path


def nmea(folder: Path, n: int) -> Path:
    """Sentences behind tag blocks."""
    path = folder / "fixes.nmea"
    with path.open("w") as out:
        for part in fixes(n):
            for row in part.iter_rows(named=True):
                said = {"type": 1, "mmsi": row["number"], "lon": row["lon"], "lat": row["lat"]}
                (sentence,) = encode_dict({**said, "speed": row["speed"], "course": row["course"]}, talker_id="AI")
                block = f"c:{int(row['at'].timestamp())}"
                checksum = np.bitwise_xor.reduce(np.frombuffer(block.encode(), np.uint8))
                out.write(f"\\{block}*{checksum:02X}\\{sentence}\n")
    return path


def features(suffix: str) -> Callable[[Path, int], Path]:
    """A maker of files of points with the attributes of events."""

    def make(folder: Path, n: int) -> Path:
        path = folder / f"events.{suffix}"
        for number, part in enumerate(events(n)):
            points = geopandas.points_from_xy(part["lon"], part["lat"], crs=4326)
            table = geopandas.GeoDataFrame(part.drop("lon", "lat").to_pandas(), geometry=points)
            table.to_file(path, engine="pyogrio", mode="a" if number else "w")
        return path

    return make


def zipped_shapefile(folder: Path, n: int) -> Path:
    whole = features("shp")(folder, n)
    path = folder / "events.shp.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.glob("events.*")):
            if part.stem == "events" and part.suffix in (".shp", ".dbf", ".shx", ".prj", ".cpg"):
                archive.write(part, part.name)
    whole.unlink()
    return path


def kml(folder: Path, n: int) -> Path:
    path = folder / "events.kml"
    with path.open("w") as out:
        out.write('<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>events</name>')
        for part in events(n):
            for row in part.iter_rows(named=True):
                data = "".join(
                    f'<Data name="{name}"><value>{escape(str(value))}</value></Data>'
                    for name, value in row.items()
                    if name not in ("lon", "lat")
                )
                point = f"<Point><coordinates>{row['lon']},{row['lat']}</coordinates></Point>"
                out.write(f"<Placemark><ExtendedData>{data}</ExtendedData>{point}</Placemark>")
        out.write("</Document></kml>")
    return path


def xlsx(folder: Path, n: int) -> Path:
    """One sheet, every cell a text in its place."""
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    head, foot = '<worksheet xmlns="{}main"><sheetData>', "</sheetData></worksheet>"
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    sheets = '<sheets><sheet name="events" sheetId="1" r:id="r1"/></sheets>'
    book = f'<workbook xmlns="{space}main" xmlns:r="{office}">{sheets}</workbook>'
    link = (
        f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/{{}}" Target="{{}}"/></Relationships>'
    )
    to_sheet, to_book = (
        link.format("worksheet", "worksheets/sheet1.xml"),
        link.format("officeDocument", "xl/workbook.xml"),
    )
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return _packed(
        folder / "events.xlsx",
        {
            "[Content_Types].xml": types,
            "_rels/.rels": to_book,
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": to_sheet,
        },
        "xl/worksheets/sheet1.xml",
        (head.format(space), "<row>{}</row>", cell, foot),
        n,
    )


def ods(folder: Path, n: int) -> Path:
    """One sheet, every cell a text."""
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    head = (
        f'<office:document-content xmlns:office="{urn}:office:1.0" xmlns:table="{urn}:table:1.0" '
        f'xmlns:text="{urn}:text:1.0"><office:body><office:spreadsheet><table:table table:name="events">'
    )
    foot = "</table:table></office:spreadsheet></office:body></office:document-content>"
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    row = "<table:table-row>{}</table:table-row>"
    kind = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}
    return _packed(folder / "events.ods", kind, "content.xml", (head, row, cell, foot), n)


def stix(folder: Path, n: int) -> Path:
    """A bundle of places."""
    path = folder / "bundle.json"
    stamp = "2021-01-01T00:00:00.000Z"
    base = {"type": "location", "spec_version": "2.1", "created": stamp, "modified": stamp}
    with path.open("w") as out:
        out.write('{"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000000", "objects": [')
        for part in events(n):
            for row in part.iter_rows(named=True):
                number = int(row["id"])
                place = {"id": f"location--00000000-0000-4000-8000-{number:012d}", "name": f"Place {number}"}
                said = {**base, **place, "latitude": row["lat"], "longitude": row["lon"]}
                out.write(("," if number else "") + json.dumps(said))
        out.write("]}")
    return path


def _csv(path: Path, tables: Iterator[pl.DataFrame]) -> Path:
    with path.open("wb") as out:
        for number, table in enumerate(tables):
            table.write_csv(out, include_header=number == 0)
    return path


def _packed(path: Path, parts: dict[str, str], sheet: str, writing: tuple[str, str, str, str], n: int) -> Path:
    head, row, cell, foot = writing
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        with archive.open(sheet, "w") as out:
            out.write(head.encode())
            for number, part in enumerate(events(n)):
                rows = [tuple(part.columns)] * (number == 0) + part.rows()
                for values in rows:
                    out.write(row.format("".join(cell.format(escape(str(v))) for v in values)).encode())
            out.write(foot.encode())
    return path
