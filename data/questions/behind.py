"""What stands behind a tapped cell of seizures: the records, exact to the count on the map, and what they lead to."""

from uuid import UUID

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.linked import cases_of, deconfliction_of, label_titles, linked_entities
from watchfloor.data.questions.trend import trend_of_days
from watchfloor.data.questions.written import moment, place_precision, written_kilograms
from watchfloor.data.statements import statement
from watchfloor.geo.answers import Record, Records
from watchfloor.geo.cells import key_range
from watchfloor.geo.facts import FactKind
from watchfloor.geo.grading import Reliability, Validity
from watchfloor.geo.query import Query
from watchfloor.geo.spot import Behind, Spot

MOST_SHOWN = 500
MOST_FOLLOWED = 20_000

type Connection = psycopg.Connection[TupleRow]


def behind_cell(connection: Connection, query: Query, spot: Spot) -> Behind:
    """Records that the cell counts at the question's resolution, and what they lead to."""
    cell = int(spot.name, 16)
    if query.fact is FactKind.REPORTED:
        return _reported(connection, query, spot, cell)
    return _events(connection, query, spot, cell)


def _events(connection: Connection, query: Query, spot: Spot, cell: int) -> Behind:
    resolution = (cell >> 52) & 15
    first, last = key_range(cell)
    if cell == 0 or resolution < query.resolution:
        # an area: only what is known no better than this very cell
        first = last
    titles = label_titles(connection)
    given = _given(query) | {"kind": "seizure", "first": first, "last": last}
    rows = connection.execute(statement("events_behind"), given).fetchall()
    total, kilograms = (int(rows[0][13]), float(rows[0][14] or 0)) if rows else (0, 0.0)
    records = tuple(_record(row, titles) for row in rows[:MOST_SHOWN])
    ids: list[UUID] = [row[0] for row in rows]
    entities = linked_entities(connection, ids, titles)
    followed = [*ids, *(entity.id for entity in entities)]
    notes = []
    if total > len(ids):
        notes.append(f"Entities and cases of the newest {len(ids):,} of {total:,} records.")
    if cell and resolution < query.resolution:
        notes.append("Known less finely than the hexagons on the map: shown on this area only.")
    return Behind(
        spot=spot,
        title="Seizures in this area" if resolution < query.resolution else "Seizures in this hexagon",
        fact=FactKind.EVENTS,
        n=total,
        kilograms=kilograms,
        trend=trend_of_days(query.period, [row[2].date() for row in rows], np.array([row[12] for row in rows], float)),
        records=Records(records, total),
        entities=entities,
        cases=cases_of(connection, followed, titles),
        deconfliction=deconfliction_of(connection, followed, titles),
        notes=tuple(notes),
    )


def _record(row: TupleRow, titles: dict[int, str]) -> Record:
    return Record(
        id=row[0],
        kind="seizure",
        title=row[1],
        when=moment(row[2], row[3]),
        place=row[4] or "no place given",
        precision=place_precision(row[5]),
        amount=row[6] or "",
        reliability=Reliability(row[7]).title,
        validity=Validity(row[8]).title,
        label=titles[row[9]],
        source=row[10],
        attributes=dict(row[11]),
    )


def _reported(connection: Connection, query: Query, spot: Spot, cell: int) -> Behind:
    titles = label_titles(connection)
    given = _given(query) | {"measure": "seizures_reported", "cell": cell, "resolution": query.resolution}
    rows = connection.execute(statement("reported_behind"), given).fetchall()
    total, n, kilograms = (int(rows[0][10]), int(rows[0][11]), float(rows[0][12])) if rows else (0, 0, 0.0)
    records = tuple(
        Record(
            id=UUID(int=series),
            kind="reported aggregate",
            title=f"{substance}: {value:,.0f} seizures",
            when=starts.strftime("%B %Y"),
            place=place,
            precision="area of responsibility",
            amount=written_kilograms(amount or 0),
            reliability="",
            validity="",
            label=titles[label],
            source=source,
            attributes=dict(dimensions),
        )
        for series, place, starts, _, substance, value, amount, dimensions, label, source, *_ in rows[:MOST_SHOWN]
    )
    areas = sorted({row[1] for row in rows})
    return Behind(
        spot=spot,
        title=", ".join(areas[:3]) + (f" and {len(areas) - 3} more" if len(areas) > 3 else ""),
        fact=FactKind.REPORTED,
        n=n,
        kilograms=kilograms,
        trend=trend_of_days(
            query.period, [row[2] for row in rows], np.array([row[6] or 0 for row in rows], float),
            np.array([row[5] for row in rows], np.int64), grain="m",
        ),
        records=Records(records, total, FactKind.REPORTED),
        notes=("Reported aggregates: each row is a month, an area and a substance, not a single seizure.",),
    )  # fmt: skip


def _given(query: Query) -> dict[str, object]:
    return {
        "substances": list(query.substance_ids),
        "since": query.period.since,
        "until": query.period.until,
        "at_most": MOST_FOLLOWED,
    }
