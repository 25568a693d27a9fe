"""What the store keeps of feeds, as the role that loads files writes it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from watchfloor.data.address import Address
from watchfloor.data.ingest.run_rows import intake_connection
from watchfloor.data.registry import LabelSpec, intern_label
from watchfloor.data.statements import statement
from watchfloor.geo.errors import BadQuestion

LONGEST_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be watched: under which name and label, by whom, and how often a file is expected.

    folder: of a feed that is_live, where its sentences come from.
    """

    name: str
    format: str
    folder: Path | str
    label: LabelSpec
    by: str
    mapping: str | None = None
    expected: timedelta | None = None
    every_s: float | None = None
    is_live: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """The file that was tried: its name, its digest, when it was last written (UTC)."""

    file: str
    sha256: bytes
    written_at: datetime


def register(address: Address, wish: Wish) -> int:
    """Number of the feed, made if there is none of that name and label.

    Raises BadQuestion if the name stands for another folder or format, or the label for an unknown agency.
    """
    if not wish.name.strip() or len(wish.name) > 100 or not wish.name.isprintable():
        raise BadQuestion("the name of a feed is 1 to 100 printable letters: choose one with --name")
    with intake_connection(address) as connection, connection.transaction():
        _refuse_unknown_agencies(connection, wish.label)
        given = {
            "name": wish.name,
            "format": wish.format,
            "folder": stored(str(wish.folder)),
            "mapping": wish.mapping and stored(wish.mapping),
            "expected": wish.expected,
            "every_s": wish.every_s,
            "is_live": wish.is_live,
            "by": wish.by,
            "label": intern_label(connection, wish.label),
        }
        row = connection.execute(statement("feed_register"), given).fetchone()
    if row is None:
        raise BadQuestion(
            f"the feed {wish.name!r} of this label has another folder or format: choose another --name, "
            "or retire that one with `watchfloor feed retire`"
        )
    return int(row[0])


def note_look(address: Address, feed: int) -> bool:
    """Note that the watcher looks; False if the feed was retired."""
    with intake_connection(address) as connection:
        return bool(
            connection.execute(
                "UPDATE watchfloor.feed SET looked_at = clock_timestamp() WHERE id = %s AND retired_at IS NULL", [feed]
            ).rowcount
        )


def published_run(address: Address, feed: int, sha256: bytes) -> int | None:
    """The run that has just loaded this very file for the feed, if there is one: its watcher ended before it noted so.

    Whoever was killed in the middle of publishing is waited for.
    """
    with intake_connection(address) as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('watchfloor.publish'))")
        row = connection.execute(statement("feed_published"), {"feed": feed, "sha256": sha256}).fetchone()
    return int(row[0]) if row else None


def note_success(address: Address, feed: int, attempt: Attempt, run: int, newest: datetime | None) -> None:
    """Note that a run has published the file. newest: the newest valid time that it told, UTC."""
    given = {"feed": feed, "run": run, "file": stored(attempt.file), "sha256": attempt.sha256, "newest_valid": newest}
    with intake_connection(address) as connection:
        connection.execute(statement("feed_succeeded"), given | {"newest_file": attempt.written_at})


def note_failure(address: Address, feed: int, error: str, attempt: Attempt | None = None) -> None:
    """Note that the file failed; without one, that folder or store could not be used for a while."""
    file, sha256 = (stored(attempt.file), attempt.sha256) if attempt else (None, None)
    with intake_connection(address) as connection:
        connection.execute(
            statement("feed_failed"), {"feed": feed, "error": stored(error), "file": file, "sha256": sha256}
        )


def retire(address: Address, feed: int, by: str) -> bool:
    """End a feed: what it loaded stays, its watcher ends, its name is free. False if it had been retired before."""
    with intake_connection(address) as connection:
        return bool(
            connection.execute(
                "UPDATE watchfloor.feed SET retired_at = now(), retired_by = %s WHERE id = %s AND retired_at IS NULL",
                [by, feed],
            ).rowcount
        )


def _refuse_unknown_agencies(connection: psycopg.Connection, label: LabelSpec) -> None:
    # the first run would refuse them too, but only when the first file has come
    known = {code for (code,) in connection.execute("SELECT code FROM watchfloor.agency")}
    if unknown := sorted({label.owner, *label.releasable_to} - known):
        raise BadQuestion(f"the store knows no agency {', '.join(unknown)}; it knows {', '.join(sorted(known))}")


def moment_of(seconds: float) -> datetime:
    """The moment of a file's stamp, UTC, within what a calendar knows."""
    return datetime.fromtimestamp(min(max(seconds, 0.0), 32_503_680_000.0), UTC)


def stored(text: str) -> str:
    """Text of unknown origin as the store can hold it."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")[:LONGEST_TEXT]
