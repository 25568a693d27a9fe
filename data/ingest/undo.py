"""One run taken back, in one transaction: the store is as if it had never been, and what was known stays on record."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, LiteralString, cast

import psycopg
import structlog
from psycopg.types.json import Jsonb

from watchfloor.data.address import Address
from watchfloor.data.ingest.derive import begin_touched, derive, derive_routes_of
from watchfloor.data.ingest.moments import publishing_moment
from watchfloor.data.ingest.run_rows import intake_connection
from watchfloor.data.ingest.ticket import Ticket
from watchfloor.data.ingest.undo_facts import ALL, note_changed, take_back
from watchfloor.data.ingest.undo_places import take_crafts_back, take_places_back
from watchfloor.data.statements import statement
from watchfloor.geo.errors import BadQuestion

if TYPE_CHECKING:
    from watchfloor.data.ingest.staging import Staging

log = structlog.get_logger(__name__)

FORMAT = "undo"
OWN = {"gazetteer": "the program's own gazetteer, which its next start would load again"}

_FOUND: LiteralString = (
    "SELECT format, status, source_id, label_id, undone_by, is_kept FROM watchfloor.run WHERE id = %s FOR UPDATE"
)
_BEGIN: LiteralString = (
    "INSERT INTO watchfloor.run (format, source_id, started_by, started_at, recorded_at, label_id, options, status) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, 'published') RETURNING id"
)
_BETWEEN: LiteralString = "SELECT min(f.at), max(f.at) FROM watchfloor.fix AS f WHERE f.run_id = %(run)s"
_RELEASED: LiteralString = (
    "SELECT count(*) FROM pg_temp.undo_changes_overdose AS g JOIN watchfloor.overdose_released AS r "
    "ON r.overdose_id = g.id WHERE g.begins IS NULL"
)
_REPORTED_TOUCHED: LiteralString = (
    "INSERT INTO pg_temp.touched SELECT DISTINCT 'reported', s.label_id, -1, extract(year FROM g.starts)::smallint "
    "FROM pg_temp.undo_changes_reported AS g JOIN watchfloor.series AS s ON s.id = g.series_id"
)


@dataclass(frozen=True, slots=True)
class _Changed:
    """Nothing is staged: of staging, the derivation asks which frames changed."""

    made: set[str]


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking a run back did.

    closed, restored: versions of records that ended, and that hold instead. positions, places, crafts: that went.
    exchanged: positions that later runs gave otherwise, which hold now. released: persons who stay in released counts.
    """

    run: int
    by: int
    is_new: bool = True
    closed: int = 0
    restored: int = 0
    positions: int = 0
    places: int = 0
    crafts: int = 0
    exchanged: int = 0
    released: int = 0

    def as_json(self) -> dict[str, Any]:
        """For a script."""
        return {name: getattr(self, name) for name in self.__slots__}

    def lines(self) -> list[str]:
        """For a person."""
        if not self.is_new:
            return [f"Run {self.run} was taken back by run {self.by} already; nothing was done."]
        said = [
            f"Run {self.run} is taken back by run {self.by}: {_several(self.closed, 'version', 'versions')} ended, "
            f"{_several(self.restored, 'version holds', 'versions hold')} instead; "
            f"{_several(self.positions, 'position', 'positions')}, {_several(self.places, 'place', 'places')}, "
            f"{self.crafts:,} craft went."
        ]
        if self.released:
            said.append(
                f"{_several(self.released, 'person of it stays', 'persons of it stay')} in the released overdose "
                "counts, which never change; "
                "`watchfloor overdoses release-anew` withdraws those of a label as a whole."
            )
        if self.exchanged:
            one, many = (
                "position that a later run gave otherwise holds",
                "positions that later runs gave otherwise hold",
            )
            said.append(f"{_several(self.exchanged, one, many)} in the stead of its own.")
        return said


def _several(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"


def undo_run(address: Address, run: int, *, by: str, reason: str = "") -> Undone:
    """Take back one run. Doing it twice does nothing more.

    Raises BadQuestion if there is no such run, it published nothing, or other runs stand on what it brought.
    """
    with intake_connection(address) as connection, connection.transaction():
        # no run may publish meanwhile: what holds is worked out from what was said until now
        at = publishing_moment(connection)
        row = connection.execute(_FOUND, [run]).fetchone()
        if row is None:
            raise BadQuestion(f"there is no run {run}: `watchfloor run list` lists them")
        form, status, source, label, undone_by, is_kept = row
        if undone_by is not None:
            return Undone(run, undone_by, is_new=False)
        _refuse(run, form, status, is_kept=is_kept)
        options = Jsonb({"run": run, "reason": reason})
        begun = connection.execute(_BEGIN, [FORMAT, source, by, at, at, label, options]).fetchone()
        assert begun is not None
        undone = _take_back(connection, run, source, Ticket(begun[0], label, "", 0, 0, at))
        _end(connection, undone)
    log.info("run undone", run=run, by=undone.by)
    return undone


def _refuse(run: int, form: str, status: str, *, is_kept: bool) -> None:
    if form == FORMAT:
        raise BadQuestion(f"run {run} is an undo itself: load the file that it took back again")
    if form in OWN:
        raise BadQuestion(f"run {run} cannot be taken back: it is {OWN[form]}")
    if status != "published":
        raise BadQuestion(f"run {run} published nothing (it is {status}): there is nothing to take back")
    if not is_kept:
        raise BadQuestion(f"run {run} cannot be taken back: it was loaded before the store kept what each run said")


def _take_back(connection: psycopg.Connection, run: int, source: int, ticket: Ticket) -> Undone:
    number = ticket.run
    given = {"run": run, "source": source, "label": ticket.label, "at": ticket.moment}
    begin_touched(connection)
    moved = [take_back(connection, kind, given) for kind in ALL]
    _touch_reported(connection)
    released = _count(connection, _RELEASED, given)
    positions, exchanged = _take_fixes_back(connection, given)
    crafts = take_crafts_back(connection, run)
    places, routes = take_places_back(connection, run, number)
    connection.execute("DELETE FROM watchfloor.run_said WHERE run_id = %s", [run])
    connection.execute("UPDATE watchfloor.run SET status = 'undone', undone_by = %s WHERE id = %s", [number, run])
    _derive(connection, ticket, routes)
    return Undone(
        run,
        number,
        closed=sum(m.closed for m in moved),
        restored=sum(m.restored for m in moved),
        positions=positions,
        places=places,
        crafts=crafts,
        exchanged=exchanged,
        released=released,
    )


def _take_fixes_back(connection: psycopg.Connection, given: dict[str, object]) -> tuple[int, int]:
    # days that the run told nothing of are not looked at
    found = connection.execute(_BETWEEN, given).fetchone()
    assert found is not None
    given |= {"first": found[0], "last": found[1]}
    connection.execute(statement("undo_fixes_said"), given)
    connection.execute("ANALYZE pg_temp.undo_fixes_said")
    row = connection.execute(statement("undo_fixes_left"), given).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def _derive(connection: psycopg.Connection, ticket: Ticket, routes: list[int]) -> None:
    """Roll-ups, releases, routes and versions, as after a publication that changed the same."""
    derive_routes_of(connection, ticket, routes)
    derive(connection, cast("Staging", _Changed(set(note_changed(connection, ticket.moment)))), ticket)


def _touch_reported(connection: psycopg.Connection) -> None:
    connection.execute(_REPORTED_TOUCHED)


def _count(connection: psycopg.Connection, question: LiteralString | bytes, given: dict[str, object]) -> int:
    row = connection.execute(question, given).fetchone()
    assert row is not None
    return int(row[0])


def _end(connection: psycopg.Connection, undone: Undone) -> None:
    notes = {name: value for name, value in undone.as_json().items() if name not in ("run", "by", "is_new") and value}
    connection.execute(
        "UPDATE watchfloor.run SET finished_at = clock_timestamp(), notes = %s WHERE id = %s", [Jsonb(notes), undone.by]
    )
