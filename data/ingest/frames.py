"""What a format hands over: canonical frames, one per kind of record, and what it kept aside.

A format reads its file in batches; each `Batch` holds any of the frames below. Columns and types are
those of `SHAPES`; columns of `OPTIONAL` may be left out. Records are named by `key`, the source's own
identity of the record as text: the pipeline makes the store's id from it, so that the same record
met twice is one record. Links and case rows name others by the same keys.

    lon, lat            EPSG:4326 degrees, null where there is no place
    uncertainty_m       radius in metres within which the true place lies
    place_precision     code of geo.precision.PlacePrecision; time_precision of TimePrecision
    label               label id of the row, null for the run's own label
    line                line of the file, for naming a record that stands there twice
    attributes          JSON object as text
    starts, ends        UTC moments, or dates for reported aggregates (first day, day after the last)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from watchfloor.geo.errors import BadInput

MOMENT = pl.Datetime("us", "UTC")

_PLACED: dict[str, pl.DataType | type[pl.DataType]] = {
    "lon": pl.Float64,
    "lat": pl.Float64,
    "uncertainty_m": pl.Float64,
    "place_precision": pl.Int16,
}
_GRADED: dict[str, pl.DataType | type[pl.DataType]] = {
    "reliability": pl.Int16,
    "validity": pl.Int16,
    "label": pl.Int16,
    "line": pl.Int64,
}

SHAPES: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    "places": {
        "kind": pl.String,
        "code": pl.String,
        "name": pl.String,
        "country": pl.String,
        "lon": pl.Float64,
        "lat": pl.Float64,
        "uncertainty_m": pl.Float64,
        "attributes": pl.String,
        "geom_wkb": pl.Binary,
        "label": pl.Int16,
        "line": pl.Int64,
    },
    "events": {
        "key": pl.String,
        "kind": pl.String,
        "title": pl.String,
        "starts": MOMENT,
        "ends": MOMENT,
        "time_precision": pl.Int16,
        **_PLACED,
        "place_name": pl.String,
        "attributes": pl.String,
        **_GRADED,
    },
    "seizure_items": {
        "event_key": pl.String,
        "substance_id": pl.Int16,
        "amount": pl.Float64,
        "unit": pl.String,
        "original": pl.String,
        "label": pl.Int16,
        "line": pl.Int64,
    },
    "overdoses": {
        "key": pl.String,
        "day": pl.Date,
        "time_precision": pl.Int16,
        "is_fatal": pl.Boolean,
        **_PLACED,
        "place_name": pl.String,
        "substances": pl.List(pl.Int16),
        "attributes": pl.String,
        **_GRADED,
    },
    "reported": {
        "measure": pl.String,
        "place_kind": pl.String,
        "place_code": pl.String,
        "substance_id": pl.Int16,
        "dimensions": pl.String,
        "starts": pl.Date,
        "ends": pl.Date,
        "value": pl.Float64,
        "amount": pl.Float64,
        "original": pl.Float64,
        "footnote": pl.String,
        "line": pl.Int64,
    },
    "crafts": {
        "kind": pl.String,
        "identifier": pl.String,
        "name": pl.String,
        "category": pl.String,
        "attributes": pl.String,
        "entity_key": pl.String,
        "label": pl.Int16,
    },
    "craft_identities": {
        "kind": pl.String,
        "identifier": pl.String,
        "aspect": pl.String,
        "value": pl.String,
        "heard_from": MOMENT,
        "heard_to": MOMENT,
        "label": pl.Int16,
    },
    "fixes": {
        "craft_kind": pl.String,
        "identifier": pl.String,
        "at": MOMENT,
        "lon": pl.Float64,
        "lat": pl.Float64,
        "speed_kn": pl.Float32,
        "course_deg": pl.Float32,
        "heading_deg": pl.Float32,
        "altitude_m": pl.Float32,
        "flags": pl.Int16,
        "label": pl.Int16,
        "line": pl.Int64,
    },
    "entities": {
        "key": pl.String,
        "pole": pl.String,
        "kind": pl.String,
        "name": pl.String,
        "valid_from": MOMENT,
        "valid_to": MOMENT,
        **_PLACED,
        "attributes": pl.String,
        **_GRADED,
    },
    "withdrawals": {"frame": pl.String, "key": pl.String, "version": MOMENT, "line": pl.Int64},
    "identifiers": {
        "entity_key": pl.String,
        "scheme": pl.String,
        "value": pl.String,
        "label": pl.Int16,
        "line": pl.Int64,
    },
    "links": {
        "key": pl.String,
        "from_key": pl.String,
        "to_key": pl.String,
        "kind": pl.String,
        "starts": MOMENT,
        "ends": MOMENT,
        **_GRADED,
    },
    "cases": {
        "key": pl.String,
        "number": pl.String,
        "title": pl.String,
        "agency": pl.String,
        "status": pl.String,
        "opened": MOMENT,
        "closed": MOMENT,
        "summary": pl.String,
        **_GRADED,
    },
    "case_records": {"case_key": pl.String, "record_key": pl.String, "role": pl.String, "label": pl.Int16},
    "case_members": {"case_key": pl.String, "principal": pl.String, "role": pl.String, "label": pl.Int16},
    "operations": {
        "key": pl.String,
        "agency": pl.String,
        "kind": pl.String,
        "title": pl.String,
        "radius_m": pl.Float64,
        "starts": MOMENT,
        "ends": MOMENT,
        "case_key": pl.String,
        **_PLACED,
        **_GRADED,
    },
    "deconflictions": {
        "key": pl.String,
        "subject": pl.String,
        "subject_key": pl.String,
        "status": pl.String,
        "other_agency": pl.String,
        "overlap": pl.String,
        "decided_at": MOMENT,
        **_GRADED,
    },
}

OPTIONAL = frozenset(
    {"attributes", "geom_wkb", "label", "reliability", "validity", "ends", "valid_from", "valid_to", "entity_key"}
    | {"amount", "original", "substance_id", "place_name", "country", "closed", "case_key", "other_agency", "flags"}
    | {"footnote", "altitude_m", "heading_deg", "course_deg", "speed_kn", "dimensions", "name", "line"}
    | {"heard_from", "heard_to", "version"}
)

REJECTS: dict[str, type[pl.DataType]] = {
    "line": pl.Int64,
    "column": pl.String,
    "value": pl.String,
    "reason": pl.String,
}


@dataclass(frozen=True, slots=True)
class Whole:
    """That a file is a list which is whole: what it no longer has, its source has withdrawn.

    kinds: of the frames entities or links, the kinds of records of which it has all. as_of: the day of the list. kept:
    keys of records that stand there and cannot be read. is_broken: rows cannot be told at all; nothing is withdrawn.
    """

    kinds: Mapping[str, frozenset[str]]
    as_of: date | None = None
    kept: frozenset[str] = frozenset()
    is_broken: bool = False

    def joined(self, other: "Whole") -> "Whole":
        """Of two batches of one file."""
        kept, is_broken = self.kept | other.kept, self.is_broken or other.is_broken
        return replace(self, kept=kept, is_broken=is_broken)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of one file: what was read, what became of it, what was kept aside.

    read: rows of the file in this batch; every one of them is in a frame or in `rejects`.
    notes: counts of dirt that was met and mended, by name, for the run's report. whole: if the file is a whole list.
    """

    read: int
    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    rejects: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTS))
    notes: Mapping[str, int] = field(default_factory=dict)
    whole: Whole | None = None


def conform(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with exactly the columns of its shape, in order; left-out optional ones null.

    Raises BadInput if a needed column is missing or one is there that the shape does not know.
    """
    shape = SHAPES[name]
    unknown = set(frame.columns) - set(shape)
    missing = set(shape) - set(frame.columns) - OPTIONAL
    if unknown or missing:
        raise BadInput(f"frame {name}: unknown columns {sorted(unknown)}, missing columns {sorted(missing)}")
    return frame.select(
        (pl.col(c) if c in frame.columns else pl.lit(None)).cast(t, strict=True).alias(c) for c, t in shape.items()
    )
