"""Where the rows of a draft would be: marks for the page's map, and the link to the same place on the explore page."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import polars as pl

from watchfloor.dashboards.choices import FIRST_DAY, LAST_DAY, MOST_LATITUDE
from watchfloor.dashboards.intake import metres, shown

MOST_MARKS = 1_500
_NEAREST_ZOOM = 9.0
_VIEW_PIXELS = (1200, 800)
# the explore page's map stands between two panels: on a laptop it is so many levels smaller
_PANELS_ZOOM = 0.8
_LAYERS = {
    "seizures": "seizures:95",
    "events": "seizures:95",
    "overdoses": "overdoses:60",
    "fixes": "tracks:80",
    "reported": "seizures:95",
    "places": "ports:90",
}
_DAYS = ("starts", "day", "at")
_NAMES = ("place_name", "name", "title", "identifier")


@dataclass(frozen=True, slots=True)
class Places:
    """Marks as JSON: longitude, latitude, metres of uncertainty, rows there, what to say of it; and how many.

    finest, widest: of the uncertainties, in words. lon, lat, zoom: a view that holds all marks.
    """

    marks: str
    n: int
    rows: int
    nowhere: int
    is_cut: bool
    finest: str
    widest: str
    lon: float
    lat: float
    zoom: float


def places_of(records: pl.DataFrame) -> Places | None:
    """The places of a sample's records, EPSG:4326; None if no row has one."""
    if not {"lon", "lat"} <= set(records.columns):
        return None
    placed = records.filter(pl.col("lon").is_not_null(), pl.col("lat").is_not_null())
    if placed.is_empty():
        return None
    radius = pl.col("uncertainty_m").fill_null(0.0) if "uncertainty_m" in placed.columns else pl.lit(0.0)
    said = next((name for name in _NAMES if name in placed.columns and placed[name].null_count() < placed.height), None)
    text = pl.col(said).cast(pl.String).first() if said else pl.lit("", pl.String)
    there = placed.group_by("lon", "lat", radius.alias("metres")).agg(pl.len().alias("n"), text.alias("text"))
    # wide circles first, so that what is known finely lies above them
    there = there.sort("metres", "n", "lon", "lat", descending=[True, True, False, False])
    marks = [[*row[:4], shown(row[4])] for row in there.head(MOST_MARKS).iter_rows()]
    lon, lat, zoom = _view(there)
    finest, widest = (metres(float(there["metres"].min() or 0)), metres(float(there["metres"].max() or 0)))  # type: ignore[arg-type]
    return Places(
        json.dumps(marks), len(marks), placed.height, records.height - placed.height, there.height > MOST_MARKS,
        finest, widest, lon, lat, zoom,
    )  # fmt: skip


def explore_link(places: Places | None, records: pl.DataFrame, mapping: Mapping[str, Any]) -> str:
    """The explore page where and when the rows are, as far as the sample tells."""
    given: dict[str, str] = {"layers": _LAYERS.get(mapping["target"], "seizures:95")}
    if mapping["target"] == "reported":
        given["fact"] = "reported"
    if places is not None:
        given |= {
            "lon": f"{places.lon:.4f}",
            "lat": f"{places.lat:.4f}",
            "zoom": f"{max(1.0, places.zoom - _PANELS_ZOOM):.2f}",
        }
    days = next((records[name] for name in _DAYS if name in records.columns), None)
    if days is not None and days.len() > days.null_count():
        given |= _period(_day(days.min()), _day(days.max()))
    return "/explore?" + urlencode(given, safe=":,")


def _view(there: pl.DataFrame) -> tuple[float, float, float]:
    """Middle and zoom that hold all marks and their circles; both sides of the antimeridian make it the world."""
    margin = pl.col("metres") / 111_320
    wide = margin / pl.col("lat").radians().cos().clip(0.05)
    edges = there.select(
        (pl.col("lon") - wide).min().alias("west"),
        (pl.col("lon") + wide).max().alias("east"),
        (pl.col("lat") - margin).min().alias("south"),
        (pl.col("lat") + margin).max().alias("north"),
    ).row(0)
    west, east = max(-180.0, float(edges[0])), min(180.0, float(edges[1]))
    south, north = max(-MOST_LATITUDE, float(edges[2])), min(MOST_LATITUDE, float(edges[3]))
    y0, y1 = (math.asinh(math.tan(math.radians(lat))) for lat in (south, north))
    width, height = _VIEW_PIXELS
    across, up = max(east - west, 0.02) / 360, max(y1 - y0, 0.0003) / (2 * math.pi)
    zoom = math.log2(min(width / across, height / up) / 256) - 0.4
    lat = math.degrees(math.atan(math.sinh((y0 + y1) / 2)))
    return (west + east) / 2, lat, max(1.0, min(_NEAREST_ZOOM, zoom))


def _day(value: object) -> date:
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else FIRST_DAY


def _period(first: date, last: date) -> dict[str, str]:
    since, until = max(first, FIRST_DAY), min(last + timedelta(days=1), LAST_DAY)
    return {"since": since.isoformat(), "until": until.isoformat()} if since < until else {}
