"""The intake page's content: what was drafted of a file, as a template takes it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from watchfloor.geo.substances import BY_ID

ROWS = 10
_LONGEST = 60
# roles of columns that a person can correct, by the keys of the draft's answers
ROLES = (
    ("time.columns", "Date or time"),
    ("place.lat", "Latitude or northing"),
    ("place.lon", "Longitude or easting"),
    ("place.point", "Place in one column"),
    ("place.name", "Name of the place"),
    ("substances.column", "Substance"),
    ("quantity.column", "Quantity"),
    ("record.key", "Identifies a row"),
    ("value.column", "Counted value"),
)
TARGETS = (
    ("seizures", "a seizure"),
    ("overdoses", "an overdose"),
    ("events", "another event"),
    ("reported", "a reported count"),
    ("places", "a place of a list"),
    ("fixes", "a position of a craft"),
    ("entities", "a thing or a person"),
)
PRECISIONS = ("second", "minute", "day", "month", "year")
_TITLES = {
    "starts": "When (UTC)",
    "ends": "Until (UTC)",
    "day": "Day",
    "at": "When (UTC)",
    "lon": "Longitude",
    "lat": "Latitude",
    "uncertainty_m": "Known within",
    "place_name": "Place",
    "place_code": "Place code",
    "valid_from": "Since (UTC)",
    "valid_to": "Until (UTC)",
    "attributes": "Other columns",
    "is_fatal": "Fatal",
    "speed_kn": "Speed (kn)",
    "course_deg": "Course (°)",
    "heading_deg": "Heading (°)",
    "altitude_m": "Altitude (m)",
    "craft_kind": "Craft",
    "substance_id": "Substance",
}
_UNSHOWN = frozenset({"line", "key", "pole", "geom_wkb", "time_precision", "place_precision", "n_substances"})
# digits of a moment that are known
_KNOWN = {"year": 4, "month": 7, "day": 10, "minute": 16}


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a column: the answer's key, its label, which column has it now."""

    key: str
    label: str
    column: str


def roles_of(mapping: Mapping[str, Any]) -> list[Role]:
    """Every role, with the column that the draft gave it."""
    return [Role(key, label, said(mapping, key)) for key, label in ROLES]


def said(mapping: Mapping[str, Any], path: str) -> str:
    """What a mapping says under a key such as time.columns; empty if nothing."""
    section, _, name = path.partition(".")
    value = (mapping.get(section) or {}).get(name, "")
    return " + ".join(value) if isinstance(value, list) else str(value)


def table_of(records: pl.DataFrame, amounts: Mapping[str, str], precision: str) -> tuple[list[str], list[list[str]]]:
    """Titles and cells of the first rows as they would be read.

    amounts: what was seized, or what a thing bears, by the record's key. precision: the unit to which times are known.
    """
    first = records.head(ROWS)
    columns = [name for name in records.columns if name not in _UNSHOWN and _says_something(records, name)]
    titles = [_TITLES.get(name, name.replace("_", " ").capitalize()) for name in columns]
    rows = [[_cell(name, row[name], precision) for name in columns] for row in first.iter_rows(named=True)]
    if amounts and "key" in records.columns:
        titles.insert(0, "Bears" if "pole" in records.columns else "Seized")
        for row, key in zip(rows, first["key"], strict=True):
            row.insert(0, shown(amounts.get(key, "")))
    return titles, rows


def _says_something(records: pl.DataFrame, name: str) -> bool:
    """Whether a column is worth a place: not where it is blank, nor a kind or title that all rows have."""
    if name in ("kind", "title"):
        return records[name].n_unique() > 1
    if name == "attributes":
        return not (records[name] == "{}").all()
    return records[name].null_count() < records.height


def shown(value: object) -> str:
    """A value in a cell of the page's tables."""
    text = "" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def metres(radius: float) -> str:
    """A radius in words: 20 m, 6 km."""
    return f"{radius:,.0f} m" if radius < 1000 else f"{radius / 1000:,.4g} km"


def _cell(name: str, value: object, precision: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds").removesuffix("+00:00")[: _KNOWN.get(precision, 19)]
    if isinstance(value, date):
        return value.isoformat()[: _KNOWN.get(precision, 10)]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "uncertainty_m" and isinstance(value, float):
        return metres(value)
    if name in ("substances", "substance_id"):
        return shown(", ".join(_substances(value)))
    if isinstance(value, float):
        return f"{value:.5f}".rstrip("0").rstrip(".") if name in ("lon", "lat") else f"{value:,.6g}"
    return shown(_attributes(str(value)) if name == "attributes" else value)


def _substances(value: object) -> list[str]:
    codes = value if isinstance(value, list) else [value]
    return [BY_ID[code].name for code in codes if code in BY_ID]


def _attributes(text: str) -> str:
    found = json.loads(text)
    return "; ".join(f"{key}: {value}" for key, value in found.items()) if isinstance(found, dict) else text


def reasons_of(rejects: pl.DataFrame) -> Sequence[tuple[Any, ...]]:
    """Column, reason and how many rows of the sample would be kept aside, the most frequent first."""
    return rejects.group_by("column", "reason").len().sort("len", "column", descending=[True, False]).head(10).rows()
