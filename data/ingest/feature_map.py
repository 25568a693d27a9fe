"""Features of any file, by a mapping: attributes are its columns, the geometry is its place."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import polars as pl

from watchfloor.data.ingest.csv_map import OWN, read_mapped, with_dates_of_cells
from watchfloor.data.ingest.csv_rows import LINE_OF_FILE, Rows
from watchfloor.data.ingest.feature_shapes import LAT, LON, shapes_of
from watchfloor.data.ingest.feature_stream import Job, read_features
from watchfloor.data.ingest.format import Options, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.mapping import Mapping
from watchfloor.data.ingest.mapping_sections import Marks
from watchfloor.geo.errors import BadFile, BadInput
from watchfloor.geo.reprojection import known_crs

_WHOLE = 1e15


def default_mapping(source: SourceInfo) -> Mapping:
    """What a file means without a mapping: areas, by the attributes `code` and `name`."""
    said = {"code": source.code, "title": source.title, "publisher": source.publisher, "licence": source.licence}
    return Mapping.model_validate(
        {
            "target": "places",
            "source": said,
            "place": {"precision": "exact"},
            "named_place": {"kind": "area", "code": "{code}", "name": "{name}"},
        }
    )


def mapping_of(options: Options, source: SourceInfo) -> Mapping:
    """The mapping that the command gave, or the default one."""
    mapping = options.values.get("map") or default_mapping(source)
    assert isinstance(mapping, Mapping)
    return mapping


def read_job(job: Job, mapping: Mapping, warnings: Counter[str]) -> Iterator[Batch]:
    """Batches of a mapping's target from the features of a layer.

    warnings: what the file's own reader noted before, counted with the first batch.
    Raises BadFile for a layer that cannot be read, or is in no known system of coordinates.
    """
    located = _located(with_dates_of_cells(mapping))
    yield from read_mapped(_rows(job, mapping, warnings), located, job.name)


def _located(mapping: Mapping) -> Mapping:
    """The mapping whose place is the geometry, already in degrees."""
    if mapping.place is None:
        return mapping
    place = mapping.place.model_copy(update={"lon": LON, "lat": LAT, "swapped": False, "crs": "EPSG:4326"})
    return mapping.model_copy(update={"place": place})


def _rows(job: Job, mapping: Mapping, warnings: Counter[str]) -> Iterator[Rows]:
    is_swapped = mapping.place is not None and mapping.place.swapped
    with read_features(job) as features:
        place = mapping.place
        given = place.crs if place is not None and "crs" in place.model_fields_set else None
        crs = crs_of(features.crs, given, job.name)
        first, notes = 1, warnings
        for frame in features.batches:
            lines = pl.Series("line", range(first, first + frame.height), dtype=pl.Int64)
            first += frame.height
            shapes = shapes_of(frame["geometry"], lines, crs, is_swapped=is_swapped)
            texts = texts_of(frame, mapping.table.marks)
            whole = pl.concat([texts, shapes.places, lines.to_frame()], how="horizontal").filter(shapes.is_good)
            yield Rows(whole, shapes.rejects, shapes.notes + notes)
            notes = Counter()
        told = Counter({f"its reader said: {text}": n for text, n in features.warnings.items()})
        yield Rows(whole.clear(), shapes.rejects.clear(), told)


def crs_of(of_file: str | None, given: str | None, name: str) -> Any:
    """The coordinate system that a file says, or that was given in its place. Raises BadFile for none or both."""
    if of_file is None and given is None:
        raise BadFile(f"{name}: does not say in which system of coordinates it is: give place.crs, such as EPSG:4326")
    try:
        if of_file is not None and given is not None and known_crs(given) != known_crs(of_file):
            raise BadFile(f"{name}: says itself in which system of coordinates it is: leave place.crs out")
        return known_crs(of_file or given or "")
    except BadFile:
        raise
    except BadInput as error:
        raise BadFile(f"{name}: {str(error)[:300]}") from error


def texts_of(frame: pl.DataFrame, marks: Marks) -> pl.DataFrame:
    """Attributes as text, as a table would write them; those called as our own columns are passed over."""
    own = {
        name: LINE_OF_FILE if name == "line" else name
        for name in frame.columns
        if name not in (OWN | {"geometry"}) - {"line"}
    }
    # series by series: an attribute may be called * or ^x$, which an expression takes for a pattern
    made = pl.DataFrame([_text(frame[name], marks).rename(new) for name, new in own.items()])
    stripped = made.select(pl.all().str.strip_chars().str.replace_all("\0", "", literal=True))
    return stripped.select(pl.when(pl.all() != "").then(pl.all())) if stripped.width else stripped


def _text(values: pl.Series, marks: Marks) -> pl.Series:
    return pl.select(_written(values.dtype, pl.lit(values), marks).alias("text"))["text"]


def _written(kind: pl.DataType, column: pl.Expr, marks: Marks) -> pl.Expr:
    if kind.is_float():
        whole = (column == column.round()) & (column.abs() < _WHOLE)
        point = column.cast(pl.Float64).cast(pl.String).str.replace(".", marks.decimal, literal=True)
        return pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(point)
    if isinstance(kind, pl.Datetime):
        return column.dt.strftime("%Y-%m-%d %H:%M:%S%.f")
    if isinstance(kind, pl.List):
        return column.cast(pl.List(pl.String)).list.join(", ")
    return column.cast(pl.String)
