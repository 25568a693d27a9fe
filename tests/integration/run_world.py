"""Runs of every kind of record, said in a word: what a file says by key and value, and what a store then holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import polars as pl
import psycopg

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.registry import PUBLIC, ensure_agency

from ..copied_store import copied

MORE = Format("more", "Tests", SourceInfo("tests", "Tests", "Tests", "none"), True, lambda *_: iter(()))
OTHER = replace(MORE, source=SourceInfo("others", "Others", "Tests", "none"))
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
_numbers = count()


@contextmanager
def copied_run_store(cluster: ClusterAddress, template: str) -> Iterator[ClusterAddress]:
    with copied(cluster, template) as address:
        with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
            ensure_agency(connection, "A", "Agency A", "+1-202-555-0100")
        yield address


def load(store, folder: Path, name: str, *batches: Batch, form: Format = MORE) -> int:
    files = {f"{name}-{number}": batch for number, batch in enumerate(batches)}
    for file in files:
        (folder / file).write_text(file)
    form = replace(form, read=lambda opened, _options: iter([files[opened.name]]))
    return ingest(store, Order(form, PUBLIC, "tests"), [folder / file for file in files]).run


def batch(said: dict[str, dict[str, int]]) -> Batch:
    """What a file says: values by key, for each kind of record; a value stands for one content."""
    frames = {kind: frame for kind, values in said.items() if values for frame in [MADE[kind](values)]}
    if "events" in frames:
        frames["seizure_items"] = items(said["events"])
    if "fixes" in frames:
        frames["crafts"] = crafts(said["fixes"])
    if "entities" in frames:
        frames["identifiers"] = identifiers(said["entities"])
    if "cases" in frames:
        frames |= case_parts(said["cases"])
    return Batch(sum(frames[kind].height for kind in MADE if kind in frames), frames)


def events(values: dict[str, int]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "key": key,
                "kind": "seizure",
                "title": f"{key} {value}",
                "starts": NOON + timedelta(days=200 * value),
                "time_precision": 2,
                "lon": -117.0 + 10 * value,
                "lat": 32.5,
                "uncertainty_m": 20.0,
                "place_precision": 0,
            }
            for key, value in values.items()
        ]
    )


def items(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"event_key": key, "substance_id": 1 + value % 2, "amount": value + 1.5, "unit": "kg", "original": str(value)}
        for key, value in values.items()
    ]
    return pl.DataFrame(rows)


def reported(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {
            "measure": "trucks",
            "place_kind": None,
            "place_code": None,
            "dimensions": f'{{"key": "{key}"}}',
            "starts": date(2023, 1, 1),
            "ends": date(2023, 2, 1),
            "value": value + 1.0,
        }
        for key, value in values.items()
    ]
    return pl.DataFrame(rows, schema_overrides={"place_kind": pl.String, "place_code": pl.String})


def places(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {
            "kind": "harbour",
            "code": key,
            "name": f"{key} {value}",
            "country": "XX" if value else None,
            "lon": 10.0 + value,
            "lat": 50.0,
            "uncertainty_m": 1000.0 / (value + 1),
            "attributes": f'{{"told{value}": {value}}}',
        }
        for key, value in values.items()
    ]
    return pl.DataFrame(rows, schema_overrides={"country": pl.String})


def fixes(values: dict[str, int]) -> pl.DataFrame:
    # the first position of a craft contradicts that of another value; the first that is given holds
    rows = [
        {
            "craft_kind": "vessel",
            "identifier": key,
            "at": NOON + timedelta(hours=h),
            "lon": 5.0 + h + (value * 20 if h == 0 else 0),
            "lat": 55.0,
        }
        for key, value in values.items()
        for h in range(value + 1)
    ]
    return pl.DataFrame(rows)


def crafts(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"kind": "vessel", "identifier": key, "name": f"{key} {value}" if value else None, "category": "cargo"}
        for key, value in values.items()
    ]
    return pl.DataFrame(rows, schema_overrides={"name": pl.String})


def entities(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"key": key, "pole": "person", "kind": "person", "name": f"{key} {value}", "lon": None, "lat": None,
         "uncertainty_m": None, "place_precision": 5}
        for key, value in values.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(("lon", "lat", "uncertainty_m"), pl.Float64))


def overdoses(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"key": key, "day": date(2023, 1, 1 + value), "time_precision": 2, "is_fatal": True, "lon": -72.0 - value,
         "lat": 41.5, "uncertainty_m": 8_000.0, "place_precision": 2, "substances": [1 + value]}
        for key, value in values.items()
    ]  # fmt: skip
    return pl.DataFrame(rows)


def links(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"key": key, "from_key": "a", "to_key": "b", "kind": f"kind{value}", "starts": None}
        for key, value in values.items()
    ]
    return pl.DataFrame(rows, schema_overrides={"starts": pl.Datetime("us", "UTC")})


def cases(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"key": key, "number": f"2024-{key}", "title": key, "agency": "A", "status": f"s{value}", "opened": NOON,
         "summary": ""}
        for key, value in values.items()
    ]  # fmt: skip
    return pl.DataFrame(rows)


def case_parts(values: dict[str, int]) -> dict[str, pl.DataFrame]:
    """A case without any record, or member, is one whose others were taken out."""
    held = [{"case_key": key, "record_key": "a", "role": f"r{value}"} for key, value in values.items() if value]
    members = [{"case_key": key, "principal": f"p{value}", "role": "lead"} for key, value in values.items()]
    parts = {"case_members": pl.DataFrame(members)}
    return parts | ({"case_records": pl.DataFrame(held)} if held else {})


def operations(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"key": key, "agency": "A", "kind": "search", "title": f"{key} {value}", "radius_m": 100.0, "starts": NOON,
         "ends": NOON + timedelta(hours=1), "case_key": "a", "lon": 5.0, "lat": 50.0 + value, "uncertainty_m": 20.0,
         "place_precision": 0}
        for key, value in values.items()
    ]  # fmt: skip
    return pl.DataFrame(rows)


def deconflictions(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"key": key, "subject": "entity", "subject_key": "a", "status": "possible", "other_agency": "A",
         "overlap": f"o{value}", "decided_at": NOON}
        for key, value in values.items()
    ]  # fmt: skip
    return pl.DataFrame(rows)


def withdrawals(values: dict[str, int]) -> pl.DataFrame:
    """What is withdrawn under a key: an event, an entity or an overdose."""
    frames = ("events", "entities", "overdoses")
    return pl.DataFrame([{"frame": frames[value], "key": key, "line": 1} for key, value in values.items()])


def identifiers(values: dict[str, int]) -> pl.DataFrame:
    return pl.DataFrame(
        [{"entity_key": key, "scheme": "phone", "value": f"+1520555014{value}"} for key, value in values.items()]
    )


MADE = {
    "events": events,
    "reported": reported,
    "places": places,
    "fixes": fixes,
    "entities": entities,
    "overdoses": overdoses,
    "links": links,
    "cases": cases,
    "operations": operations,
    "deconflictions": deconflictions,
    "withdrawals": withdrawals,
}


def one(store, question: str) -> tuple | None:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question.encode()).fetchone()


def all_of(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question.encode()).fetchall()
