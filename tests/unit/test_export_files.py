"""Each form of a file: read back by the programs that people use, its marking found, hostile texts still texts."""

import csv
import io
import json
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas
import polars as pl
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from watchfloor.data.export.content import Content
from watchfloor.data.export.cover import put_under_cover
from watchfloor.data.export.csv_file import harmless
from watchfloor.data.export.files import WRITERS
from watchfloor.data.export.found import GEOMETRY, Cancelled, Found, Shape
from watchfloor.data.export.spool import Spool
from watchfloor.data.export.writing import Job
from watchfloor.geo.handing_on import Counts, Form, Handling
from watchfloor.geo.scope import Label, Tier, Tlp

LABEL = Label(4, "NTF", Tlp.AMBER, Tier.SENSITIVE, None, frozenset({"CGD"}))
MARKING = "EXERCISE · TLP:AMBER · SENSITIVE · owner NTF · releasable to CGD"
HOSTILE = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "'quoted", '"; DROP TABLE event; --', "a,b;c",
    "line\nbreak\r\nand more", "</name><script>alert(1)</script>", "<![CDATA[x]]>", "&amp; & &#x41;", "]]>", "\u2028",
    "\u202eevil", "0" * 64, "é漢😀", "\x01\x1f", "\\u0000 \\n", "../../etc/passwd", "x" * 5_000, "", "null", "NaN",
)  # fmt: skip
PLAIN = [text for text in HOSTILE if text.isprintable() or "\u2028" in text]


def records(texts: tuple[str, ...] | list[str] = HOSTILE) -> pl.DataFrame:
    n = len(texts)
    return pl.DataFrame(
        {
            "title": list(texts),
            "lon": [None if i == 1 else -117.0 + i / 100 for i in range(n)],
            "lat": [None if i == 1 else 32.5 for _, i in zip(texts, range(n), strict=True)],
            "kilograms": [float(i) if i % 2 else None for i in range(n)],
            "fatal": [i % 2 == 0 for i in range(n)],
            "at_utc": [datetime(2026, 1, 1, 3, i % 60, tzinfo=UTC) for i in range(n)],
        },
        schema_overrides={"lon": pl.Float64, "lat": pl.Float64},
    )


def found(folder: Path, frame: pl.DataFrame, shape: Shape = Shape.POINT) -> Found:
    spool = Spool(folder / "spool")
    # two batches: the second has no head of its own
    for part in (frame.head(3), frame.slice(3)):
        if part.height:
            spool.add(part)
    return Found(spool.close(), lambda rows: rows, shape, ((LABEL, frame.height),), Counts(frame.height))


def written(folder: Path, form: Form, frame: pl.DataFrame, shape: Shape = Shape.POINT) -> tuple[Path, str]:
    read = found(folder, frame, shape)
    path = folder / f"file.{form.value}"
    return path, WRITERS[form](Job(path, read, handling_of(read), lambda _: None))


def handling_of(read: Found) -> Handling:
    return Handling(
        True, read.labels, {"layer": "seizures", "text": HOSTILE[12]}, "Seizures, <b>hostile</b> \x02 =words",
        datetime(2026, 6, 1, tzinfo=UTC), None, read.counts, "Ana (ana)", "NTF", "CGD",
    )  # fmt: skip


def said_by(form: Form, path: Path) -> dict[str, Any]:
    """What a file says of itself, read as a program would that knows the form alone."""
    match form:
        case Form.CSV:
            row = next(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
            return json.loads(row["about_this_file"])
        case Form.GEOJSON:
            return json.loads(path.read_text("utf-8"))["watchfloor"]
        case Form.GEOPARQUET:
            return json.loads(pq.read_schema(path).metadata[b"watchfloor"])
        case Form.GEOPACKAGE:
            return json.loads(pyogrio.read_info(path)["dataset_metadata"]["watchfloor"])
        case _:
            value = ET.parse(path).find(".//{*}Document/{*}ExtendedData/{*}Data[@name='watchfloor']/{*}value")
            assert value is not None
            return json.loads(value.text or "")


def texts_of(form: Form, path: Path) -> list[str]:
    if form is Form.CSV:
        return [row["title"] for row in csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))]
    if form is Form.GEOJSON:
        return [one["properties"]["title"] for one in json.loads(path.read_text("utf-8"))["features"]]
    if form is Form.KML:
        return [one.text or "" for one in ET.parse(path).iterfind(".//{*}Placemark/{*}name")]
    read = geopandas.read_parquet(path) if form is Form.GEOPARQUET else geopandas.read_file(path)
    return list(read["title"])


@pytest.fixture(params=sorted(WRITERS))
def form(request: pytest.FixtureRequest) -> Form:
    return request.param


def test_a_file_says_its_marking_question_counts_and_hash(form: Form, tmp_path: Path) -> None:
    path, sha256 = written(tmp_path, form, records())
    said = said_by(form, path)
    assert said["exercise"] is True
    assert said["marking"] == MARKING
    assert said["counts"]["records"] == len(HOSTILE)
    assert said["query"]["layer"] == "seizures"
    assert said["exported_by"] == "Ana (ana)"
    assert said["given_to"] == "CGD"
    assert said["content_sha256"] == sha256 != "0" * 64


def test_the_hash_is_of_the_records_and_not_of_the_form(tmp_path: Path) -> None:
    hashes = set()
    for form in WRITERS:
        folder = tmp_path / form.value
        folder.mkdir()
        hashes.add(written(folder, form, records())[1])
    whole = Content()
    whole.add(records())
    assert hashes == {whole.sha256}


def test_a_changed_record_has_another_hash() -> None:
    before, after = Content(), Content()
    before.add(records())
    after.add(records().with_columns(pl.when(pl.col("kilograms") == 1.0).then(1.5).otherwise("kilograms")))
    assert before.sha256 != after.sha256


def test_hostile_texts_come_back_as_the_texts_that_they_were(form: Form, tmp_path: Path) -> None:
    path, _ = written(tmp_path, form, records())
    read = texts_of(form, path)
    if form is Form.CSV:
        assert read == harmless(records())["title"].to_list()
    elif form is Form.KML:
        # what XML cannot say is left out, and its line ends are all one
        kept = [text.replace("\x01\x1f", "").replace("\r\n", "\n").replace("\r", "\n") for text in HOSTILE]
        assert read == kept
    else:
        assert read == list(HOSTILE)


def test_nothing_in_a_table_is_run_by_a_spreadsheet(tmp_path: Path) -> None:
    path, _ = written(tmp_path, Form.CSV, records())
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    cells = [cell for row in rows for name, cell in row.items() if name in {"title", "marking", "about_this_file"}]
    assert not [cell for cell in cells if cell.strip().startswith(("=", "+", "-", "@", "＝"))]


def test_a_table_is_read_by_geopandas_and_pandas_with_its_marking_in_each_row(tmp_path: Path) -> None:
    path, _ = written(tmp_path, Form.CSV, records(PLAIN))
    read = geopandas.read_file(path, X_POSSIBLE_NAMES="lon", Y_POSSIBLE_NAMES="lat")
    assert set(read["marking"]) == {MARKING}
    assert list(read["title"]) == harmless(records(PLAIN))["title"].to_list()
    assert read.geometry[0] == shapely.Point(-117.0, 32.5)
    assert pl.read_csv(path).columns == [*records().columns, "marking", "about_this_file"]


def test_a_table_leaves_with_a_cover_for_a_person(tmp_path: Path) -> None:
    table, _ = written(tmp_path, Form.CSV, records())
    (tmp_path / "again").mkdir()
    whole, handling = table.read_bytes(), handling_of(found(tmp_path / "again", records()))

    put_under_cover(table, tmp_path / "out.zip", handling)

    with zipfile.ZipFile(tmp_path / "out.zip") as pack:
        stem = "EXERCISE_TLP-AMBER_seizures_20260601T000000Z"
        assert pack.namelist() == [f"{stem}_README.txt", f"{stem}.csv"]
        said = pack.read(f"{stem}_README.txt").decode("utf-8-sig").split("\r\n")
        assert pack.read(f"{stem}.csv") == whole
    assert said[0] == MARKING
    assert "Question: Seizures, <b>hostile</b> =words" in said
    assert "Exported by Ana (ana), NTF" in said
    assert any(line.startswith("Records: ") for line in said)
    assert not table.exists()
    assert (tmp_path / "out.zip").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("form", [Form.GEOJSON, Form.GEOPACKAGE, Form.GEOPARQUET, Form.KML])
def test_places_come_back_where_they_were_and_none_where_there_was_none(form: Form, tmp_path: Path) -> None:
    path, _ = written(tmp_path, form, records(PLAIN))
    read = geopandas.read_parquet(path) if form is Form.GEOPARQUET else geopandas.read_file(path)
    expected = records(PLAIN)
    placed = read[read.geometry.notna() & ~read.geometry.is_empty]
    assert str(read.crs) in {"EPSG:4326", "OGC:CRS84"}
    assert [round(x, 6) for x in placed.geometry.x] == [round(x, 6) for x in expected["lon"].drop_nulls()]
    assert len(read) - len(placed) == 1


@pytest.mark.parametrize("form", sorted(WRITERS))
@pytest.mark.parametrize("shape", [Shape.LINE, Shape.AREA])
def test_lines_and_areas_are_written_too(form: Form, shape: Shape, tmp_path: Path) -> None:
    drawn = shapely.LineString([(0, 0), (1, 2)]) if shape is Shape.LINE else shapely.box(0, 0, 1, 2)
    path, _ = written(tmp_path, form, pl.DataFrame({"name": ["a"], GEOMETRY: [shapely.to_wkb(drawn)]}), shape)
    if form is Form.CSV:
        assert shapely.equals(shapely.from_wkt(pl.read_csv(path)["geometry_wkt"][0]), drawn)
        return
    read = geopandas.read_parquet(path) if form is Form.GEOPARQUET else geopandas.read_file(path)
    assert shapely.equals(shapely.force_2d(read.geometry[0]), drawn)


def test_a_file_is_for_its_account_alone(form: Form, tmp_path: Path) -> None:
    path, _ = written(tmp_path, form, records())
    assert path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o600


def test_nobody_waits_for_a_file_that_is_cancelled(form: Form, tmp_path: Path) -> None:
    def stop(_rows: int) -> None:
        raise Cancelled

    read = found(tmp_path, records())
    handling = Handling(True, read.labels, {}, "", datetime(2026, 6, 1, tzinfo=UTC), None, read.counts, "", None, "")
    with pytest.raises(Cancelled):
        WRITERS[form](Job(tmp_path / f"file.{form.value}", read, handling, stop))


def test_a_geopackage_keeps_what_it_says_in_the_tables_of_the_standard(tmp_path: Path) -> None:
    path, _ = written(tmp_path, Form.GEOPACKAGE, records())
    with sqlite3.connect(path) as file:
        (told,) = file.execute("SELECT metadata FROM gpkg_metadata LIMIT 1").fetchone()
        (described,) = file.execute("SELECT description FROM gpkg_contents").fetchone()
    file.close()
    assert "TLP:AMBER" in told
    assert described == MARKING
