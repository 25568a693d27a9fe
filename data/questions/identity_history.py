"""What an object was called and bore over time: each with its source, for which time, and since when it was known."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.provenance import Writing, writing
from watchfloor.data.questions.records import rows_of
from watchfloor.geo.record_facts import Called

MOST_LINES = 500

type Connection = psycopg.Connection[TupleRow]


def identity_history(
    connection: Connection, entities: Sequence[UUID], crafts: Sequence[int], known_at: datetime | None
) -> tuple[Called, ...]:
    """Names, numbers, call signs, flags and owners of records of one object, by kind and in the order of their time."""
    given = {"entities": list(entities), "crafts": list(crafts), "known_at": known_at}
    versions = rows_of(connection, "entity_versions", given)
    heard = rows_of(connection, "said_by_crafts", given)
    written = writing(connection, {row.run_id for row in versions} | {run for row in heard for run in row.runs})
    lines = [*_of_entities(versions, written), *(_of_craft(row, written) for row in heard)]
    return tuple(sorted(lines, key=lambda one: (one.what, one.since, one.value, one.source))[:MOST_LINES])


def _of_entities(rows: Iterable[Any], written: Writing) -> list[Called]:
    """One line for each thing that was said of an entity without a break, however often it was said again."""
    said: defaultdict[tuple[object, ...], list[Any]] = defaultdict(list)
    for row in rows:
        parts = said[row.id, row.what, row.value, row.since, row.until, row.label_id]
        if parts and parts[-1][-1].recorded_to == row.recorded_from:
            parts[-1].append(row)
        else:
            parts.append([row])
    return [_of_versions(part, written) for parts in said.values() for part in parts]


def _of_versions(part: list[Any], written: Writing) -> Called:
    first, last = part[0], part[-1]
    return Called(
        what=first.what.replace("_", " "),
        value=first.value,
        since=_day(first.since),
        until=_day(first.until),
        known_from=_day(first.recorded_from),
        known_to=_day(last.recorded_to),
        source=written.source(last.run_id),
        label=written.titles[first.label_id],
    )


def _of_craft(row: Any, written: Writing) -> Called:
    sources = sorted({written.source(run) for run in row.runs})
    return Called(
        what=row.aspect,
        value=row.value,
        since=_day(row.since),
        until=_day(row.until),
        known_from="",
        known_to="",
        source=f"as transmitted · {', '.join(sources)}",
        label=written.titles[row.label_id],
    )


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else ""
