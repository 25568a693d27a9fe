"""Places of records as files take them: well-known bytes, GeoJSON and text, from columns and without objects."""

from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
import shapely

from watchfloor.data.export.found import GEOMETRY, Shape

_POINT: Final = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
DECIMALS: Final = 7
"""Of degrees, in text: a centimetre."""


def wkb_column(frame: pl.DataFrame, shape: Shape) -> pa.Array:
    """Well-known bytes of each record's place, null where it has none."""
    if shape is not Shape.POINT:
        return frame[GEOMETRY].to_arrow(compat_level=pl.CompatLevel.oldest()).cast(pa.binary())
    is_placed = (frame["lon"].is_not_null() & frame["lat"].is_not_null()).to_numpy()
    placed = frame.filter(pl.Series(is_placed))
    points = np.zeros(placed.height, _POINT)
    points["order"], points["kind"] = 1, 1
    points["x"], points["y"] = placed["lon"].to_numpy(), placed["lat"].to_numpy()
    ends = np.concatenate([[0], np.cumsum(is_placed) * _POINT.itemsize]).astype(np.int32)
    known = None if is_placed.all() else pa.array(is_placed).buffers()[1]
    buffers = [known, pa.py_buffer(ends.tobytes()), pa.py_buffer(points.tobytes())]
    return pa.BinaryArray.from_buffers(pa.binary(), frame.height, buffers)


def geojson_column(frame: pl.DataFrame, shape: Shape) -> pl.Series:
    """The place of each record as GeoJSON; 'null' where it has none."""
    if shape is Shape.POINT:
        point = pl.concat_str(
            pl.lit('{"type":"Point","coordinates":['), "lon", pl.lit(","), "lat", pl.lit("]}")
        ).fill_null("null")
        return frame.select(point.alias(GEOMETRY)).to_series()
    shapes = shapely.set_precision(_shapes(frame), 10.0**-DECIMALS, mode="pointwise")
    return pl.Series(GEOMETRY, shapely.to_geojson(shapes).tolist(), pl.String).fill_null("null")


def text_column(frame: pl.DataFrame) -> pl.Series:
    """Lines and areas as well-known text."""
    written = shapely.to_wkt(_shapes(frame), rounding_precision=DECIMALS)
    return pl.Series("geometry_wkt", written.tolist(), pl.String)


def spelt_out(frame: pl.DataFrame) -> pl.DataFrame:
    """The same frame, words of which there are few as texts like any."""
    return frame.with_columns(pl.selectors.enum().cast(pl.String))


def as_table(frame: pl.DataFrame, shape: Shape) -> pa.Table:
    """The records with their place as the last column, GEOMETRY."""
    columns = frame.drop(GEOMETRY, strict=False).to_arrow(compat_level=pl.CompatLevel.oldest())
    return columns.append_column(GEOMETRY, wkb_column(frame, shape))


def _shapes(frame: pl.DataFrame) -> Any:
    return shapely.from_wkb(frame[GEOMETRY].to_numpy())
