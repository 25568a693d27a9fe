"""Rows of seizures and of reported aggregates as the records of a side panel."""

from uuid import UUID

from psycopg.rows import TupleRow

from watchfloor.data.questions.written import moment, place_precision, written_kilograms
from watchfloor.geo.answers import Record
from watchfloor.geo.grading import Reliability, Validity


def event_record(row: TupleRow, titles: dict[int, str]) -> Record:
    """A row of seizures_at_places."""
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


def reported_record(row: TupleRow, titles: dict[int, str]) -> Record:
    """A row of reported_at_places."""
    series, place, starts, substance, value, amount, dimensions, label, source, uncertainty_m, *_ = row
    return Record(
        id=UUID(int=series),
        kind="reported aggregate",
        title=f"{substance}: {value:,.0f} seizures",
        when=starts.strftime("%B %Y"),
        place=place,
        precision=f"within {uncertainty_m / 1000:,.0f} km",
        amount=written_kilograms(amount or 0),
        reliability="",
        validity="",
        label=titles[label],
        source=source,
        attributes=dict(dimensions),
    )
