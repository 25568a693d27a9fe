"""What stands behind a planned operation: its case, what it met, and whom to call."""

from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.linked import deconfliction_of, label_titles, whom_to_call
from watchfloor.data.statements import asked
from watchfloor.geo.answers import Linked, Records
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import FactKind
from watchfloor.geo.query import Query
from watchfloor.geo.spot import Behind, Spot

type Connection = psycopg.Connection[TupleRow]

_NONE = "there is no such operation under these filters: tap another, or widen the period"


def behind_operation(connection: Connection, query: Query, spot: Spot) -> Behind:
    """The operation, its case and its deconfliction status. Raises BadQuestion if there is none to be seen."""
    operation, row = _planned(connection, query, spot.name)
    titles = label_titles(connection)
    title, starts, ends, radius_m, label, agency, phone = row[:7]
    when = f"{starts:%Y-%m-%d %H:%MZ} to {ends:%Y-%m-%d %H:%MZ}"
    met = deconfliction_of(connection, [operation], titles, query.known_at)
    alone = Linked(operation, "operation", title, when, titles[label], status="clear", call=whom_to_call(agency, phone))
    return Behind(
        spot=spot,
        title=title,
        fact=FactKind.EVENTS,
        n=1,
        kilograms=0.0,
        trend=None,
        records=Records((), 0),
        cases=() if row[7] is None else (_case(row, titles),),
        deconfliction=met or (alone,),
        notes=(f"Planned {when}, within {radius_m / 1000:,.1f} km.",),
    )


def _planned(connection: Connection, query: Query, name: str) -> tuple[UUID, TupleRow]:
    try:
        operation = UUID(name)
    except ValueError:
        raise BadQuestion(_NONE) from None
    given = {"operation": operation, "known_at": query.known_at}
    row = connection.execute(asked("operation_behind", given), given).fetchone()
    if row is None:
        raise BadQuestion(_NONE)
    return operation, row


def _case(row: TupleRow, titles: dict[int, str]) -> Linked:
    case, number, title, status, label, agency, phone = row[7:14]
    return Linked(
        case,
        "case",
        f"{number} {title}",
        "plans this operation",
        titles[label],
        status=status,
        call=whom_to_call(agency, phone),
    )
