"""What is kept without history, asked of an earlier moment: refused in one sentence that says what to ask instead."""

from collections.abc import Collection
from datetime import UTC, datetime

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.statements import statement
from watchfloor.geo.errors import BadQuestion

type Connection = psycopg.Connection[TupleRow]


def refuse_routes_since(connection: Connection, known_at: datetime | None) -> None:
    """Raises BadQuestion if routes were derived anew after that moment: they are kept as last derived only."""
    if known_at is None:
        return
    later = connection.execute(statement("routes_since"), {"known_at": known_at}).fetchone()
    if later is not None:
        run, derived = later
        raise BadQuestion(
            f"routes are kept only as last derived, by run {run}{_when(derived)}: they cannot be told as known at "
            f"{written(known_at)}; ask for tracks or seizures instead"
        )


def refuse_origin_since(connection: Connection, runs: Collection[int], known_at: datetime | None) -> None:
    """Raises BadQuestion if one of these runs, the newest of a layer, was published after that moment."""
    if known_at is None:
        return
    given = {"runs": sorted(runs), "known_at": known_at}
    later = connection.execute(statement("origin_since"), given).fetchone()
    if later is not None:
        raise BadQuestion(
            f"The list of sources is kept only as of now, and one of them, run {later[0]}, came after "
            f"{written(known_at)}; ask for the records behind a mark instead: each tells its own"
        )


def refuse_counts_since(connection: Connection, runs: Collection[int], known_at: datetime | None) -> None:
    """Raises BadQuestion if one of these runs changed positions after that moment: days are counted as of now only."""
    if known_at is None:
        return
    given = {"runs": sorted(runs), "known_at": known_at}
    later = connection.execute(statement("origin_since"), given).fetchone()
    if later is not None:
        raise BadQuestion(
            f"positions per month are kept only as counted now, and run {later[0]} has changed them since "
            f"{written(known_at)}; ask for tracks instead"
        )


def refuse_positions_since(connection: Connection, known_at: datetime | None) -> None:
    """Raises BadQuestion if positions known at that moment were taken back since: those are not kept."""
    if known_at is None:
        return
    gone = connection.execute(statement("positions_taken_back"), {"known_at": known_at}).fetchone()
    if gone is not None:
        run, ended = gone
        raise BadQuestion(
            f"the positions of run {run} were known at {written(known_at)} and taken back{_when(ended)}: "
            "positions that were taken back are not kept; ask as known after that, or load that run's file again"
        )


def _when(moment: datetime | None) -> str:
    return f" at {written(moment)}" if moment else ""


def written(moment: datetime) -> str:
    """A recorded moment as answers write it: to the second, UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
