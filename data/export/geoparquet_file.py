"""GeoParquet 1.1: columns with WKB points, lines or areas; what the file says of itself among its keys and values.

Source: the OGC standard GeoParquet 1.1.0; without a reference system it is OGC:CRS84, degrees of WGS 84.
"""

import json
from dataclasses import replace
from typing import BinaryIO, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from watchfloor.data.export.content import Content
from watchfloor.data.export.found import GEOMETRY, Shape
from watchfloor.data.export.shapes import as_table
from watchfloor.data.export.writing import Job

KEY: Final = "watchfloor"
REPEATED: Final = 10
"""A value that comes so often on average is written once."""


def write_geoparquet(job: Job) -> str:
    """Write the file; its content's hash."""
    content = Content()
    frames = job.frames(content)
    # a question without an answer is no file: there is a first frame
    frame = next(frames)
    first = as_table(frame, job.found.shape)
    with job.create() as file, _writer(file, first.schema, _repeated(frame)) as writer:
        writer.write_table(first)
        for frame in frames:
            writer.write_table(as_table(frame, job.found.shape))
        told = replace(job.handling, content_sha256=content.sha256)
        said = {"geo": _geo(job.found.shape), KEY: told.as_json()}
        writer.add_key_value_metadata({key: json.dumps(value, ensure_ascii=False) for key, value in said.items()})
        writer.add_key_value_metadata({"marking": told.marking})
    return content.sha256


def _writer(file: BinaryIO, schema: pa.Schema, repeated: list[str]) -> pq.ParquetWriter:
    # of texts the least and the greatest help no reader; a schema stored beside would hide the keys and values that
    # are only known at the end
    measured = [field.name for field in schema if not _is_text(field.type)]
    return pq.ParquetWriter(
        file, schema, compression="zstd", store_schema=False, use_dictionary=repeated, write_statistics=measured
    )


def _is_text(kind: pa.DataType) -> bool:
    return any(test(kind) for test in (pa.types.is_large_string, pa.types.is_binary, pa.types.is_dictionary))


def _repeated(frame: pl.DataFrame) -> list[str]:
    """Columns whose values come again and again: of the others a dictionary takes time and room."""
    counted = frame.drop(GEOMETRY, strict=False).select(pl.selectors.string().approx_n_unique())
    repeated = [name for name in counted.columns if counted[name].item() * REPEATED <= frame.height]
    return repeated + frame.select(pl.selectors.enum()).columns


def _geo(shape: Shape) -> dict[str, object]:
    column = {"encoding": "WKB", "geometry_types": [shape.value], "edges": "planar"}
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
