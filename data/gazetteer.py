"""The product's own gazetteer: ports, crossings, cities, states and areas, each with its uncertainty."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl
import psycopg

from watchfloor.data.address import Address
from watchfloor.data.ingest.format import Format, Options, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import PUBLIC
from watchfloor.geo.grading import Reliability, Validity


@dataclass(frozen=True, slots=True)
class Entry:
    """One place; lon and lat are None where it has no single place."""

    code: str
    kind: str
    name: str
    country: str
    lon: float | None
    lat: float | None
    uncertainty_m: float | None
    source: str


def bring_gazetteer(address: Address, owner: psycopg.Connection) -> None:
    """Load the gazetteer into the store unless this very one is there."""
    content = files("watchfloor.data.artefacts").joinpath("gazetteer.csv").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    row = owner.execute("SELECT value FROM watchfloor.store WHERE key = 'gazetteer'").fetchone()
    if row is None or row[0] != digest:
        ingest_batches(address, Order(FORMAT, PUBLIC, "upgrade"), "gazetteer.csv", _batches())
        owner.execute(
            "INSERT INTO watchfloor.store (key, value) VALUES ('gazetteer', %s) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [digest],
        )


@cache
def entries() -> tuple[Entry, ...]:
    """All entries of the committed artefact."""
    text = files("watchfloor.data.artefacts").joinpath("gazetteer.csv").read_text(encoding="utf-8")
    return tuple(
        Entry(
            code=row["code"],
            kind=row["kind"],
            name=row["name"],
            country=row["country"],
            lon=_number(row["lon"]),
            lat=_number(row["lat"]),
            uncertainty_m=_number(row["uncertainty_m"]),
            source=row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def entries_of(kind: str) -> dict[str, Entry]:
    """Entries of one kind by name."""
    return {entry.name: entry for entry in entries() if entry.kind == kind}


def _batches(_opened: object = None, _options: Options | None = None) -> Iterator[Batch]:
    frame = pl.DataFrame(
        {
            "kind": [e.kind for e in entries()],
            "code": [e.code for e in entries()],
            "name": [e.name for e in entries()],
            "country": [e.country or None for e in entries()],
            "lon": [e.lon for e in entries()],
            "lat": [e.lat for e in entries()],
            "uncertainty_m": [e.uncertainty_m for e in entries()],
        },
        schema_overrides={"lon": pl.Float64, "lat": pl.Float64, "uncertainty_m": pl.Float64},
    )
    yield Batch(read=frame.height, frames={"places": frame})


FORMAT = Format(
    name="gazetteer",
    title="The product's own gazetteer",
    source=SourceInfo(
        code="gazetteer",
        title="Watchfloor gazetteer",
        publisher="Watchfloor",
        licence="Apache-2.0",
        reliability=Reliability.USUALLY_RELIABLE,
        validity=Validity.PROBABLE,
    ),
    is_public=True,
    read=_batches,
)
