"""Rows of seizures as what stands behind a mark: totals, trend, records, and what they lead to."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.linked import leads
from watchfloor.data.questions.provenance import writing
from watchfloor.data.questions.records import event_record, reported_record
from watchfloor.data.questions.trend import trend_of_days
from watchfloor.geo.answers import Records
from watchfloor.geo.facts import FactKind
from watchfloor.geo.query import Query
from watchfloor.geo.spot import Behind, Spot

MOST_SHOWN = 500
MOST_FOLLOWED = 20_000
ROWS_ARE_REPORTED = "Reported aggregates: each row is a month, an area and a substance, not a single seizure."

type Connection = psycopg.Connection[TupleRow]


def events_behind(
    connection: Connection, query: Query, spot: Spot, rows: Sequence[Any], *, title: str, notes: Sequence[str]
) -> Behind:
    """Single seizures. rows: of events_behind or seizures_at_places, at most MOST_FOLLOWED, with the totals of all."""
    total, kilograms = (int(rows[0].total), float(rows[0].kilograms_total or 0)) if rows else (0, 0.0)
    written = writing(connection, (row.run_id for row in rows[:MOST_SHOWN]))
    found = leads(connection, [row.id for row in rows], written.titles, query.known_at)
    weights = np.array([row.kilograms for row in rows], float)
    return Behind(
        spot=spot,
        title=title,
        fact=FactKind.EVENTS,
        n=total,
        kilograms=kilograms,
        trend=trend_of_days(query.period, [row.starts.date() for row in rows], weights),
        records=Records(tuple(event_record(row, written) for row in rows[:MOST_SHOWN]), total),
        entities=found.entities,
        cases=found.cases,
        deconfliction=found.deconfliction,
        notes=tuple(notes),
    )


def reported_behind(
    connection: Connection, query: Query, spot: Spot, rows: Sequence[Any], *, title: str, notes: Sequence[str] = ()
) -> Behind:
    """Reported aggregates. rows: of reported_behind or reported_at_places, with the totals of all."""
    shown = rows[:MOST_SHOWN]
    written = writing(connection, (row.run_id for row in shown))
    total, n, kilograms = (rows[0].total, int(rows[0].n_total), float(rows[0].amount_total)) if rows else (0, 0, 0.0)
    weights = np.array([row.amount or 0 for row in rows], float)
    counts = np.array([row.value for row in rows], np.int64)
    return Behind(
        spot=spot,
        title=title,
        fact=FactKind.REPORTED,
        n=n,
        kilograms=kilograms,
        trend=trend_of_days(query.period, [row.starts for row in rows], weights, counts, grain="m"),
        records=Records(tuple(reported_record(row, written) for row in shown), total, FactKind.REPORTED),
        notes=(*notes, ROWS_ARE_REPORTED),
    )


def followed_note(rows: Sequence[Any]) -> tuple[str, ...]:
    """That not all records were followed to entities and cases, if so."""
    total = int(rows[0].total) if rows else 0
    return (f"Entities and cases of the newest {len(rows):,} of {total:,} records.",) if total > len(rows) else ()
