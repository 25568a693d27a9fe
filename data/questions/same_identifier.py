"""Records that bear the very same identifier: found when asked, so that only who sees both learns that they agree.

Nothing is merged: each stays under its own label, with its own history, and nothing fuzzy is compared.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.records import rows_of
from watchfloor.geo.answers import Linked
from watchfloor.geo.identifiers import ExactIdentifier, exact_identifier

MOST = 200
# how vessels and aircraft name themselves
OF_CRAFT = {"vessel": "mmsi", "aircraft": "icao24"}

type Connection = psycopg.Connection[TupleRow]


def identifiers_of_craft(kind: str, identifier: str, attributes: dict[str, object]) -> list[tuple[str, str]]:
    """Scheme and value of what a craft transmits of its identity."""
    own = [(OF_CRAFT[kind], identifier)] if kind in OF_CRAFT else []
    return [*own, *(("imo", str(attributes["imo"])) for _ in range("imo" in attributes and kind == "vessel"))]


def entities_that_bear(
    connection: Connection,
    identifiers: Iterable[tuple[str, str]],
    titles: dict[int, str],
    known_at: datetime | None,
    *,
    but: Iterable[UUID] = (),
    is_exercise: bool,
) -> tuple[Linked, ...]:
    """Entities with one of these identifiers that the reader may see, but not those already known.

    is_exercise: whether the record that asks is invented: invented and real ones never agree.
    """
    wanted = {exact: text for scheme, text in identifiers if (exact := exact_identifier(scheme, text))}
    if not wanted:
        return ()
    values = sorted({*wanted.values(), *(exact.value for exact in wanted)})
    rows = rows_of(connection, "entities_by_identifier", {"values": values, "at_most": MOST, "known_at": known_at})
    found: dict[UUID, Linked] = {}
    known = set(but)
    for row in rows:
        exact = exact_identifier(row.scheme, row.value)
        if row.id in known or row.id in found or exact not in wanted or row.is_exercise is not is_exercise:
            continue
        how = _written(exact) if row.listing is None else f"{_written(exact)} · {row.listing}"
        found[row.id] = Linked(id=row.id, kind=row.kind, name=row.name, how=how, label=titles[row.label_id])
    return tuple(found.values())


def _written(exact: ExactIdentifier) -> str:
    area = f" ({exact.area})" if exact.area else ""
    return f"same identifier: {exact.scheme}{area} {exact.value}"
