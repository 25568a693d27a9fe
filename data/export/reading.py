"""Reading for a file: single records, streamed from the store into a spool under the scope of one transaction."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import polars as pl
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.export.copied import copied
from watchfloor.data.export.found import Beside, Found, Shape, Tally
from watchfloor.data.export.position_rows import POSITION_TYPES, position_rows
from watchfloor.data.export.seizure_rows import OVERDOSE_TYPES, SEIZURE_TYPES, overdose_rows, seizure_rows
from watchfloor.data.export.spool import Spool
from watchfloor.data.export.wheres import EVERY_KEY, InSelection, Where
from watchfloor.data.questions.kept_since import refuse_positions_since
from watchfloor.data.questions.passing import crafts_of, moments
from watchfloor.data.questions.provenance import Writing, writing
from watchfloor.data.registry import labels
from watchfloor.data.statements import filters_of
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import PLACE_PRECISIONS
from watchfloor.geo.handing_on import Counts
from watchfloor.geo.query import Query
from watchfloor.geo.selection_reach import Standing

type Connection = psycopg.Connection[TupleRow]
type Told = Callable[[int], None]
type Rows = Callable[[pl.DataFrame, Writing], pl.DataFrame]

HEALTH = "Health data: single overdoses, for holders of the health right only"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where rows are put aside, and who is told how many were read; telling may end it all by an exception."""

    spool: Spool
    told: Told


def read_seizures(connection: Connection, desk: Desk, query: Query, where: Where) -> Found:
    """Single seizures of a question in a place."""
    given: dict[str, Any] = {**filters_of(query), **where.ranges()}
    question = "exported_seizures" if where.is_everywhere else "exported_seizures_near"
    frames = copied(connection, question, given, SEIZURE_TYPES)
    tally = _put_aside(frames, where, desk)
    return _of_place(_found(connection, desk, tally, seizure_rows, "seizures"), connection, tally, where)


def read_overdoses(connection: Connection, desk: Desk, query: Query, where: Where) -> Found:
    """Single overdoses: rows come to who holds the health right alone, the row policy sees to that."""
    given = {**filters_of(query), **(EVERY_KEY if where.is_everywhere else where.ranges())}
    frames = copied(connection, "exported_overdoses", given, OVERDOSE_TYPES)
    tally = _put_aside(frames, where, desk)
    found = _found(connection, desk, tally, overdose_rows, "overdoses", notes=(HEALTH,))
    return _of_place(found, connection, tally, where)


def read_positions(connection: Connection, desk: Desk, query: Query, craft: int) -> Found:
    """Positions of one craft in the period. Raises BadQuestion if there is no such craft that the reader may see."""
    refuse_positions_since(connection, query.known_at)
    if not crafts_of(connection, [craft]):
        raise BadQuestion("there is no such craft")
    since, until = moments(query)
    given = {"craft": craft, "since": since, "until": until, "known_at": query.known_at}
    tally = _put_aside(copied(connection, "exported_positions", given, POSITION_TYPES), Where(), desk)
    return _found(connection, desk, tally, position_rows, "positions")


def _put_aside(frames: Iterator[pl.DataFrame], where: Where, desk: Desk) -> Tally:
    tally = Tally()
    for frame in frames:
        kept = _standing_in(frame, where, tally)
        if kept.height:
            tally.add(kept)
            desk.spool.add(kept)
        desk.told(tally.records)
    desk.spool.close()
    return tally


def _standing_in(frame: pl.DataFrame, where: Where, tally: Tally) -> pl.DataFrame:
    """The rows that are in the place; those that may be, or have no place, are counted."""
    lon, lat = (frame[name].to_numpy() for name in ("lon", "lat"))
    known = frame["uncertainty_m"].to_numpy() if "uncertainty_m" in frame.columns else np.zeros(frame.height)
    placed = np.isfinite(lon) & np.isfinite(lat) & np.isfinite(known)
    standing = where.standing(frame, lon, lat, known)
    if standing is None:
        tally.without_place += int((~placed).sum())
        return frame
    label = frame["label_id"]
    tally.left_out.update(label.filter(pl.Series(~placed)).to_list())
    tally.may_lie_here.update(label.filter(pl.Series(placed & (standing == Standing.MAY))).to_list())
    return frame.filter(pl.Series(placed & (standing == Standing.IN)))


def _found(  # noqa: PLR0917 - what was read, and how it is dressed
    connection: Connection, desk: Desk, tally: Tally, rows: Rows, name: str, notes: tuple[str, ...] = ()
) -> Found:
    known = {label.id: label for label in labels(connection)}
    written = writing(connection, tally.runs)
    counts = Counts(
        tally.records,
        tally.without_place,
        by_precision={PLACE_PRECISIONS[code].value: n for code, n in sorted(tally.precisions.items())},
    )
    return Found(
        spool=desk.spool,
        dress=partial(_dressed, rows=rows, written=written),
        shape=Shape.POINT,
        labels=tuple((known[number], n) for number, n in sorted(tally.labels.items())),
        counts=counts,
        notes=notes,
        is_health=bool(notes),
        name=name,
    )


def _of_place(found: Found, connection: Connection, tally: Tally, where: Where) -> Found:
    """With what is beside the file of a selection; a mark's records are all in its file."""
    if not isinstance(where, InSelection):
        return found
    known = {label.id: label for label in labels(connection)}
    may, out = (
        tuple((known[number], n) for number, n in sorted(part.items())) for part in (tally.may_lie_here, tally.left_out)
    )
    return replace(found, beside=Beside(may, out))


def _dressed(frame: pl.DataFrame, *, rows: Rows, written: Writing) -> pl.DataFrame:
    return rows(frame, written)
