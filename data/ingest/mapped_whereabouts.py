"""Where the rows of a mapped table are, whatever the writing: degrees, and how wide the stated place itself is."""

import re
from functools import cache

import numpy as np
import polars as pl
import shapely

from watchfloor.data.gazetteer import Entry, entries
from watchfloor.data.ingest.feature_shapes import LAT, LON, RADIUS, shapes_of
from watchfloor.data.ingest.mapped_grids import FloatArray, dms_of, dms_pair_of, mgrs_of, utm_of, utm_text_of
from watchfloor.data.ingest.mapped_numbers import FILE, number_of, written
from watchfloor.data.ingest.mapping_place import Place
from watchfloor.data.ingest.mapping_sections import Marks
from watchfloor.geo.reprojection import known_crs, to_degrees

_NUMBERS = r"(-?\d+(?:[.,]\d+)?)[^\d-]+(-?\d+(?:[.,]\d+)?)"
_SRID = r"(?i)^\s*SRID=\d+;"


def whereabouts(frame: pl.DataFrame, place: Place, marks: Marks) -> tuple[pl.DataFrame, FloatArray, FloatArray]:
    """The frame, longitudes and latitudes; where the text names an area, the frame has its radius, too."""
    if place.gazetteer:
        return _named(frame, place)
    if place.writing == "decimal":
        read = frame.select(**dict(zip("xy", _decimal(place, marks), strict=True)))
        x, y = (read[axis].fill_null(np.nan).to_numpy() for axis in "xy")
        return frame, *to_degrees(x, y, known_crs(place.crs))
    if place.writing in ("wkt", "geojson"):
        return _shaped(frame, place)
    if place.writing == "mgrs":
        lon, lat, radius = mgrs_of(_text(frame, place.point))
        return frame.with_columns(pl.Series(FILE + RADIUS, radius).fill_nan(None)), lon, lat
    lon, lat = _dms(frame, place) if place.writing == "dms" else _utm(frame, place, marks)
    return (frame, lat, lon) if place.swapped else (frame, lon, lat)


def place_columns(place: Place) -> list[str]:
    """Columns whose texts say where a row is; a row in which all are blank has no place."""
    said = [column for column in (place.lon, place.lat, place.point) if column]
    return said or [place.name or ""]


def unplaced_reason(place: Place) -> str:
    """Why a text that is there is no place."""
    if place.gazetteer:
        return "is no place of the gazetteer, or several have that name"
    writing = "this system of coordinates" if place.writing == "decimal" else f"the writing {place.writing}"
    return f"is no place on the earth in {writing}"


def folded_name(name: str) -> str:
    """A place's name as it is compared: no case, no double blanks, nothing behind a comma or in brackets."""
    return re.sub(r"\s+", " ", re.split(r"[,(]", name)[0]).strip().casefold()


@cache
def names_of(kinds: tuple[str, ...]) -> dict[str, Entry]:
    """Entries of the gazetteer with a place, by folded name; a name that several have is none's."""
    found: dict[str, list[Entry]] = {}
    for entry in entries():
        if entry.kind in kinds and entry.lon is not None:
            found.setdefault(folded_name(entry.name), []).append(entry)
    return {name: several[0] for name, several in found.items() if len(several) == 1}


@cache
def codes_of(kind: str) -> dict[str, str]:
    """Codes of the gazetteer's entries of a kind, by folded name; a name that several have is none's."""
    found: dict[str, set[str]] = {}
    for entry in entries():
        if entry.kind == kind:
            found.setdefault(folded_name(entry.name), set()).add(entry.code)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}


def _text(frame: pl.DataFrame, column: str | None) -> pl.Series:
    return frame[FILE + (column or "")].cast(pl.String)


def _decimal(place: Place, marks: Marks) -> tuple[pl.Expr, pl.Expr]:
    if place.lon == LON:
        return written(LON), written(LAT)
    if place.point is not None:
        first, second = (
            written(place.point).str.extract(_NUMBERS, group).str.replace(",", ".", literal=True)
            .cast(pl.Float64, strict=False) for group in (1, 2)
        )  # fmt: skip
        swapped = (place.order == "lat lon") != place.swapped
    else:
        first, second = number_of(place.lon or "", marks), number_of(place.lat or "", marks)
        swapped = place.swapped
    return (second, first) if swapped else (first, second)


def _dms(frame: pl.DataFrame, place: Place) -> tuple[FloatArray, FloatArray]:
    if place.point is not None:
        return dms_pair_of(_text(frame, place.point), place.order)
    return dms_of(_text(frame, place.lon)), dms_of(_text(frame, place.lat))


def _utm(frame: pl.DataFrame, place: Place, marks: Marks) -> tuple[FloatArray, FloatArray]:
    is_band = place.zone_letters == "band"
    if place.point is not None:
        return utm_text_of(_text(frame, place.point), is_band=is_band)
    read = frame.select(x=number_of(place.lon or "", marks), y=number_of(place.lat or "", marks))
    x, y = (read[axis].fill_null(np.nan).to_numpy() for axis in "xy")
    return utm_of(_text(frame, place.zone_column), x, y, is_band=is_band)


def _shaped(frame: pl.DataFrame, place: Place) -> tuple[pl.DataFrame, FloatArray, FloatArray]:
    """Middles of geometries; an empty or invalid one is no place."""
    text = _text(frame, place.point)
    if place.writing == "wkt":
        shapes = shapely.from_wkt(text.str.replace(_SRID, "").to_numpy(), on_invalid="ignore")
    else:
        shapes = shapely.from_geojson(text.to_numpy(), on_invalid="ignore")
    shapes = np.where(shapely.is_empty(shapes), None, shapes)
    wkb = pl.Series("wkb", shapely.to_wkb(shapes).tolist(), dtype=pl.Binary)
    lines = pl.Series("line", np.arange(frame.height))
    found = shapes_of(wkb, lines, known_crs(place.crs), is_swapped=place.swapped)
    good = found.is_good.to_numpy()
    lon, lat = (np.where(good, found.places[name].fill_null(np.nan).to_numpy(), np.nan) for name in (LON, LAT))
    return frame.with_columns(found.places[RADIUS].alias(FILE + RADIUS)), lon, lat


def _named(frame: pl.DataFrame, place: Place) -> tuple[pl.DataFrame, FloatArray, FloatArray]:
    known = names_of(tuple(place.gazetteer))
    found = [known.get(folded_name(name)) if name else None for name in _text(frame, place.name)]
    lon, lat, radius = (
        np.array([getattr(entry, key) if entry else np.nan for entry in found], np.float64)
        for key in ("lon", "lat", "uncertainty_m")
    )
    return frame.with_columns(pl.Series(FILE + RADIUS, radius).fill_nan(None)), lon, lat
