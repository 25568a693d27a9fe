"""A small world of every kind of fact, and the same world after a correction that changes all of it."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import OPTIONAL, SHAPES, Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import PUBLIC

MAY = datetime(2024, 5, 1, 6, tzinfo=UTC)
ORDER = Order(
    Format("known", "Known", SourceInfo("known", "Known", "Tests", "none"), True, lambda *_: iter(())), PUBLIC, "tests"
)
NAMES = {1: "Falcon", 2: "Heron"}


def place(version: int, uncertainty: float = 20.0) -> dict[str, Any]:
    return {"lon": -80.0 - version, "lat": 25.0, "uncertainty_m": uncertainty, "place_precision": 0}


def frames(version: int) -> dict[str, pl.DataFrame]:
    """What the source says in its first version, and in its second."""
    nothing = {"lon": None, "lat": None, "uncertainty_m": None, "place_precision": 0}
    way = json.dumps({"route": {"from": ("USMIA", "USHOU")[version - 1], "to": "COCTG"}})
    month = date(2024, 2 + version, 1)
    said: Mapping[str, list[dict[str, Any]]] = {
        "events": [
            {"key": f"e{n}", "kind": "seizure", "title": f"Seizure {version}", "starts": MAY + timedelta(days=version),
             "time_precision": 2, "attributes": way, **place(version, 20.0 if n else 30_000.0),
             "place_name": f"Town {version}"}
            for n in range(4)
        ],
        "seizure_items": [
            {"event_key": f"e{n}", "substance_id": 1, "amount": 10.0 * version + n, "unit": "kg"} for n in range(4)
        ],
        "reported": [
            {"measure": measure, "place_kind": kind, "place_code": code, "dimensions": "{}", "substance_id": substance,
             "starts": month, "ends": date(2024, 3 + version, 1), "value": 7.0 * version, "amount": 3.0 * version}
            for measure, kind, code, substance in (
                ("trucks", "crossing", "T1", None), ("seizures_reported", "area", "A1", 1),
                ("overdose_deaths_12m", "area", "A1", None),
            )
        ],
        "places": [
            {"kind": kind, "code": code, "name": code, "lon": -90.0, "lat": 30.0, "uncertainty_m": 9_000.0}
            for kind, code in (("crossing", "T1"), ("area", "A1"))
        ],
        "overdoses": [
            {"key": f"o{n}", "day": month, "time_precision": 2, "is_fatal": True, **place(version),
             "place_name": "Town", "substances": [3]}
            for n in range(12 if version == 1 else 130)
        ],
        "crafts": [{"kind": "vessel", "identifier": "366000001", "name": "Otter", "category": "cargo",
                    "attributes": "{}", "entity_key": "v"},
                   {"kind": "vessel", "identifier": "366000002", "name": "Beside", "category": "tug"}],
        "fixes": [
            {"craft_kind": "vessel", "identifier": number, "at": MAY + timedelta(hours=10 * version + n),
             "lon": lon, "lat": 25.0 + n / 10, "speed_kn": 9.0 * version}
            for n in range(3) for number, lon in (("366000001", -81.0), ("366000002", -81.001))
        ],
        "entities": [
            {"key": key, "pole": pole, "kind": pole, "name": f"{NAMES[version]} {key}", **nothing,
             "attributes": json.dumps({"said": version})}
            for key, pole in (("p", "person"), ("v", "object"))
        ],
        "identifiers": [
            {"entity_key": "p", "scheme": "phone", "value": f"+1202555010{version}"},
            {"entity_key": "v", "scheme": "mmsi", "value": "366000001"},
        ],
        "links": [
            {"key": f"l{version}{n}", "from_key": "p", "to_key": f"e{n + version}", "kind": "arrested_at"}
            for n in range(2)
        ],
        "cases": [{"key": "c", "number": "C-1", "title": f"Case {version}", "agency": "PUBLIC", "opened": MAY,
                   "status": ("open", "closed")[version - 1], "summary": f"Summary {version}"}],
        "case_records": [{"case_key": "c", "record_key": key, "role": "subject"} for key in ("p", f"e{version}", "v")],
        "case_members": [{"case_key": "c", "principal": f"officer {version}", "role": "lead"}],
        "operations": [{"key": "x", "agency": "PUBLIC", "kind": "raid", "title": f"Raid {version}", "case_key": "c",
                        "radius_m": 900.0 * version, "starts": MAY, "ends": MAY + timedelta(days=1), **place(version)}],
        "deconflictions": [
            {"key": f"d{key}", "subject": "operation", "subject_key": key, "other_agency": "PUBLIC",
             "status": ("conflict", "resolved")[version - 1], "overlap": f"overlap {version}", "decided_at": MAY}
            for key in ("x", "p")
        ],
    }  # fmt: skip
    return {name: framed(name, rows) for name, rows in said.items()}


def framed(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows as a frame of its shape; needed columns that they do not name are null."""
    known = {column: kind for column, kind in SHAPES[name].items() if column in rows[0] or column not in OPTIONAL}
    return pl.DataFrame([{column: row.get(column) for column in known} for row in rows], schema=known)


def load(store: Any, version: int) -> None:
    """Publish one version of the world, in one run."""
    given = frames(version)
    report = ingest_batches(store, ORDER, "known", (Batch(f.height, {name: f}) for name, f in given.items()))
    assert report.totals()["quarantined"] == 0
