"""GeoPackage: one layer, written by GDAL from Arrow; what the file says of itself in the metadata tables."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import polars as pl
import pyarrow as pa
from pyogrio.raw import write_arrow

from watchfloor.data.export.content import Content
from watchfloor.data.export.shapes import as_table, spelt_out
from watchfloor.data.export.writing import Job

KEY: Final = "watchfloor"
# GDAL holds the interpreter while it writes a batch: pages of others wait so long at most
ROWS: Final = 5_000


def write_geopackage(job: Job) -> str:
    """Write the file; its content's hash."""
    content = Content()
    job.create().close()
    job.path.unlink()
    stopped: list[BaseException] = []
    first, batches = _opened(_batches(job, content, stopped))
    handling = job.unhashed
    try:
        write_arrow(
            pa.RecordBatchReader.from_batches(first, batches),
            job.path,
            driver="GPKG",
            layer=job.found.name,
            geometry_name="geometry",
            geometry_type=job.found.shape.value,
            crs="EPSG:4326",
            dataset_metadata={"marking": handling.marking, KEY: json.dumps(handling.as_json(), ensure_ascii=False)},
            layer_metadata={"marking": handling.marking},
            layer_options={"DESCRIPTION": handling.marking, "IDENTIFIER": job.found.name},
        )
    except Exception:
        # what ended the rows is told by GDAL in words of its own
        if stopped:
            raise stopped[0] from None
        raise
    job.path.chmod(0o600)
    _put_hash(job, content.sha256)
    return content.sha256


def _opened(batches: Iterator[pa.RecordBatch]) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    first = next(batches)

    def again() -> Iterator[pa.RecordBatch]:
        yield first
        yield from batches

    return first.schema, again()


def _batches(job: Job, content: Content, stopped: list[BaseException]) -> Iterator[pa.RecordBatch]:
    try:
        for frame in job.frames(content):
            yield from as_table(_datable(frame), job.found.shape).to_batches(max_chunksize=ROWS)
    except BaseException as error:
        stopped.append(error)
        raise


def _datable(frame: pl.DataFrame) -> pl.DataFrame:
    """GDAL keeps milliseconds, and no dictionary."""
    return spelt_out(frame).with_columns(pl.selectors.datetime().dt.cast_time_unit("ms"))


def _put_hash(job: Job, sha256: str) -> None:
    told = replace(job.handling, content_sha256=sha256)
    with sqlite3.connect(job.path) as file:
        file.execute("UPDATE gpkg_metadata SET metadata = replace(metadata, ?, ?)", [job.stand_in, told.content_sha256])
    file.close()
