"""GeoJSON (RFC 7946): a collection of features, and the foreign member `watchfloor` before them."""

import json
from io import BytesIO
from typing import Final

import polars as pl

from watchfloor.data.export.content import Content
from watchfloor.data.export.found import GEOMETRY, Shape
from watchfloor.data.export.shapes import geojson_column, spelt_out
from watchfloor.data.export.writing import Job, put_hash

MEMBER: Final = "watchfloor"
BETWEEN: Final = ",\n"


def write_geojson(job: Job) -> str:
    """Write the file; its content's hash."""
    content = Content()
    head = json.dumps(
        {"type": "FeatureCollection", "name": job.handling.marking, MEMBER: job.unhashed.as_json()}, ensure_ascii=False
    )
    with job.create() as file:
        # a reader that begins at the top meets the marking first
        file.write(f'{head.removesuffix("}")}, "features": [\n'.encode())
        within, between = file.tell(), b""
        for frame in job.frames(content):
            file.write(between)
            file.write(_features(frame, job.found.shape))
            between = BETWEEN.encode()
        file.write(b"\n]}\n")
        put_hash(file, job, content.sha256, within)
    return content.sha256


def _features(frame: pl.DataFrame, shape: Shape) -> memoryview:
    named = spelt_out(frame.drop("lon", "lat", GEOMETRY, strict=False))
    told = named.with_columns(
        pl.selectors.datetime().dt.strftime("%Y-%m-%dT%H:%M:%SZ"), pl.selectors.date().dt.strftime("%Y-%m-%d")
    )
    lines = told.select(
        pl.concat_str(
            pl.lit('{"type":"Feature","geometry":'),
            geojson_column(frame, shape),
            pl.lit(',"properties":'),
            pl.struct(pl.all()).struct.json_encode(),
            pl.lit("}"),
        )
    )
    written = BytesIO()
    lines.write_csv(written, include_header=False, quote_style="never", line_terminator=BETWEEN)
    return written.getbuffer()[: -len(BETWEEN)]
