"""Rows as records of a side panel: what, when, where and how well known, graded, labelled, with its provenance."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow, namedtuple_row

from watchfloor.data.questions.near_ports import with_ports
from watchfloor.data.questions.provenance import Writing, grades
from watchfloor.data.questions.taken import taken_words, written_words
from watchfloor.data.questions.written import moment, place_known, place_words, within, written_kilograms
from watchfloor.data.statements import asked
from watchfloor.geo.answers import Record
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.precision import PlacePrecision

type Connection = psycopg.Connection[TupleRow]

_AREA = PLACE_CODES[PlacePrecision.AREA_OF_RESPONSIBILITY]


def rows_of(connection: Connection, question: LiteralString, given: Mapping[str, object]) -> list[Any]:
    """Rows of a question, their columns by name, as of the moment that is given as `known_at`."""
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        return cursor.execute(asked(question, given), with_ports(connection, given)).fetchall()


def event_record(row: Any, written: Writing) -> Record:
    """A single event, as events_behind and events_linked tell it."""
    reliability, validity = grades(row.reliability, row.validity)
    return Record(
        id=row.id,
        kind=row.kind,
        title=row.title,
        when=moment(row.starts, row.time_precision),
        place=place_words(row.place_name, row.place_precision, row.lon, row.lat),
        precision=place_known(row.place_precision, row.uncertainty_m),
        amount=taken_words(row.items or ()),
        as_written=written_words(row.items or ()),
        reliability=reliability,
        validity=validity,
        label=written.titles[row.label_id],
        source=written.source(row.run_id),
        attributes=dict(row.attributes),
        provenance=written.provenance(row.run_id, row.recorded_from),
    )


def overdose_record(row: Any, written: Writing) -> Record:
    """A single overdose, as overdoses_behind tells it."""
    reliability, validity = grades(row.reliability, row.validity)
    return Record(
        id=row.id,
        kind="overdose",
        title="Fatal overdose" if row.is_fatal else "Overdose",
        when=row.day.isoformat(),
        place=place_words(row.place_name, row.place_precision, row.lon, row.lat),
        precision=place_known(row.place_precision, row.uncertainty_m),
        amount=row.taken or "substances not recorded",
        reliability=reliability,
        validity=validity,
        label=written.titles[row.label_id],
        source=written.source(row.run_id),
        attributes=dict(row.attributes),
        provenance=written.provenance(row.run_id, row.recorded_from),
    )


def reported_record(row: Any, written: Writing) -> Record:
    """A reported aggregate of an area, as reported_behind tells it."""
    known = place_known(_AREA, row.uncertainty_m) if row.place_kind == "aor" else within(row.uncertainty_m)
    return _reported(
        row,
        written,
        title=f"{row.substance}: {row.value:,.0f} seizures",
        place=row.place,
        precision=known,
        amount=written_kilograms(row.amount or 0),
        attributes=dict(row.dimensions),
    )


def port_record(row: Any, written: Writing, title: str, unit: str) -> Record:
    """A reported value of a port, as port_behind tells it."""
    return _reported(
        row,
        written,
        title=f"{title}: {row.value:,.0f} {unit}",
        place=row.port,
        precision=within(row.uncertainty_m),
        amount="",
        attributes={"port code": row.code},
    )


def positions_record(row: Any, written: Writing) -> Record:
    """What one run brought of a craft's way, as craft_positions tells it."""
    reliability, validity = written.grading(row.run_id)
    first, last = (at.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ") for at in (row.first, row.last))
    return Record(
        id=UUID(int=row.run_id),
        kind="positions",
        title=f"{row.n:,} position{'s' if row.n > 1 else ''} as transmitted",
        when=f"{first} to {last}",
        place="",
        precision="exact position",
        amount="" if row.fastest is None else f"at most {row.fastest:.1f} kn",
        reliability=reliability,
        validity=validity,
        label=written.titles[row.label_id],
        source=written.source(row.run_id),
        provenance=written.provenance(row.run_id),
    )


def _reported(row: Any, written: Writing, **said: Any) -> Record:
    reliability, validity = written.grading(row.run_id)
    return Record(
        id=UUID(int=row.series),
        kind="reported aggregate",
        when=row.starts.strftime("%B %Y"),
        reliability=reliability,
        validity=validity,
        label=written.titles[row.label_id],
        source=written.source(row.run_id),
        provenance=written.provenance(row.run_id, row.recorded_from),
        **said,
    )
