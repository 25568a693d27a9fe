"""Answers as flat tables: the same rows for every format that leaves the store."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.geo.spreadsheets import harmless as harmless_text

type Row = Mapping[str, Any]


def as_json(meta: Row, rows: Sequence[Row]) -> str:
    """One object: what was asked, under which marking, and the rows."""
    return json.dumps({**meta, "rows": list(rows)}, ensure_ascii=False, default=str, indent=1)


def as_csv(meta: Row, rows: Sequence[Row]) -> str:
    """Rows with a header; text that a spreadsheet would run as a formula begins with an apostrophe.

    Every row carries the marking: a line taken out of the file keeps it.
    """
    if not rows:
        return ""
    out = io.StringIO()
    marked = [{**row, "marking": meta["marking"]} for row in rows]
    writer = csv.DictWriter(out, list(marked[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: harmless(value) for key, value in row.items()} for row in marked)
    return out.getvalue()


def as_geojson(meta: Row, rows: Sequence[Row]) -> str:
    """RFC 7946 features; rows without lon and lat have a null geometry. A cell's outline stands in `ring`."""
    features = [
        {
            "type": "Feature",
            "geometry": _geometry(row),
            "properties": {key: value for key, value in row.items() if key not in {"lon", "lat", "ring"}},
        }
        for row in rows
    ]
    whole = {"type": "FeatureCollection", "watchfloor": dict(meta), "features": features}
    return json.dumps(whole, ensure_ascii=False, default=str)


def as_parquet(meta: Row, rows: Sequence[Row]) -> bytes:
    """A Parquet file with the marking in every row."""
    out = io.BytesIO()
    flat = [{k: v for k, v in row.items() if k != "ring"} | {"marking": meta["marking"]} for row in rows]
    pl.DataFrame(flat, infer_schema_length=None).write_parquet(out)
    return out.getvalue()


def harmless(value: Any) -> Any:
    """The value, so written that a spreadsheet takes it for text."""
    return harmless_text(value) if isinstance(value, str) else value


def _geometry(row: Row) -> dict[str, Any] | None:
    if row.get("ring"):
        return {"type": "Polygon", "coordinates": [row["ring"]]}
    if row.get("lon") is None or row.get("lat") is None:
        return None
    return {"type": "Point", "coordinates": [row["lon"], row["lat"]]}
