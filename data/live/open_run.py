"""A run that stays open: batches of a live feed are published under its number, each whole or not at all.

A run for each batch would leave 170,000 rows a day of which nobody could say anything. Its positions can be asked for
at once; but as known at a moment they are known from the end of their run, like all that a run says, so that such an
answer never changes. Hence a run is closed after some minutes: it is the least that can be taken back.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import psycopg
import structlog
from psycopg.types.json import Jsonb

from watchfloor.data.feeds_newest import Newest
from watchfloor.data.ingest.derive import begin_touched, derive_routes_of
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.identities import CALLED
from watchfloor.data.ingest.moments import LOCK, publishing_moment
from watchfloor.data.ingest.pipeline import Order
from watchfloor.data.ingest.publish_tables import publish_tables
from watchfloor.data.ingest.report import COUNTS
from watchfloor.data.ingest.run_rows import RunRow
from watchfloor.data.ingest.said import keep_file_said
from watchfloor.data.ingest.staging import Staging
from watchfloor.data.ingest.ticket import Counted, Ticket
from watchfloor.data.live.held_called import EVERY, HeldCalled
from watchfloor.data.live.known_crafts import KnownCrafts
from watchfloor.data.statements import statement
from watchfloor.data.versions import LIVE
from watchfloor.geo.errors import BadFile

log = structlog.get_logger(__name__)

MOST_BATCHES = 10_000
_STANDS = "SELECT 1 FROM watchfloor.run WHERE id = %s AND status IN ('running', 'published')"
_SOURCE = (
    "INSERT INTO watchfloor.source (code, title, publisher, licence) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (code) DO UPDATE SET title = excluded.title RETURNING id"
)
_CLOSE = (
    "UPDATE watchfloor.run SET recorded_at = %(moment)s, finished_at = greatest(finished_at, %(moment)s) "
    "WHERE id = %(run)s AND status = 'published' AND recorded_at IS NULL"
)


type Touched = tuple[str, int, int, int]


class RunGoneError(Exception):
    """The run was taken back, or ended by another program: what comes belongs to a new one."""


class FeedRetiredError(Exception):
    """The feed was retired: nothing more is loaded."""


@dataclass(frozen=True, slots=True)
class Told:
    """A batch to be published, and the lines that it came of: how many, sentences that were no use, lines lost before.

    unusable: malformed sentences, and lines that were too long to be any.
    """

    batch: Batch
    heard: int = 0
    malformed: int = 0
    dropped: int = 0
    unusable: int = 0


class OpenRun:
    """One run of a live feed, or of a replay (feed None), on a connection of its own."""

    def __init__(
        self, connection: psycopg.Connection, row: RunRow, order: Order, source: int, feed: int | None
    ) -> None:
        self._connection, self._row, self._order = connection, row, order
        self._source, self._feed = source, feed
        self._batches = 0
        self._touched: set[Touched] = set()
        self._crafts, self._called = KnownCrafts(), HeldCalled()
        self.began = datetime.now(UTC)
        self.counts: Counter[str] = Counter()
        self.last: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()

    @classmethod
    def begin(cls, connection: psycopg.Connection, order: Order, feed: int | None) -> "OpenRun":
        """A new run; it shows once its first batch is published. Raises BadQuestion."""
        options = {key: str(value) for key, value in order.options.values.items()} | {"live": "true"}
        options |= {"feed": str(feed)} if feed is not None else {}
        row = RunRow.begin(
            connection, order.format.name, label=order.label, started_by=order.started_by, options=options
        )
        info = order.format.source
        found = connection.execute(_SOURCE, [info.code, info.title, info.publisher, info.licence]).fetchone()
        assert found is not None
        connection.execute(
            "UPDATE watchfloor.run SET reliability = %s, validity = %s WHERE id = %s",
            [int(info.reliability), int(info.validity), row.run],
        )
        return cls(connection, row, order, int(found[0]), feed)

    @property
    def run(self) -> int:
        """Its number."""
        return self._row.run

    def is_due(self, longest: timedelta) -> bool:
        """Whether it has been open for so long that it is to be closed; at the end of a day it always is."""
        is_long = datetime.now(UTC) - self.began >= longest
        return is_long or self.is_of_another_day or self._batches >= MOST_BATCHES

    @property
    def is_of_another_day(self) -> bool:
        """Whether it was begun on an earlier day of UTC."""
        return datetime.now(UTC).date() != self.began.date()

    # ------------------------------------------------------------ a batch
    def publish(self, told: Told, name: str) -> None:
        """Publish a batch: positions, run and feed together. name: of the source, as a report names a file.

        Raises RunGoneError if the run stands no longer, FeedRetiredError; then nothing of the batch is published.
        """
        due, held = self._called.parted(told.batch.frames[CALLED], is_all=self._batches % EVERY == EVERY - 1)
        batch = self._crafts.without_known(told.batch)
        batch = replace(batch, frames={**batch.frames, CALLED: due})
        with self._connection.transaction():
            counts, touched = self._publish(batch, told, name)
            self._note_feed(told)
            for label in {self._row.label, *(label for _, label, _, _ in touched)}:
                self._connection.execute("SELECT pg_notify('watchfloor_changed', %s)", [f"{LIVE} {label}"])
        self._connection.execute("DISCARD TEMP")
        self._crafts.note(batch)
        self._called.note(due, held)
        self._batches += 1
        self._touched |= touched
        self.counts += counts
        self.last = counts
        self.notes += Counter(batch.notes)

    def _publish(self, batch: Batch, told: Told, name: str) -> tuple[Counter[str], set[Touched]]:
        connection = self._connection
        # nobody takes a run back while the lock of this moment is held
        ticket = self._ticket(publishing_moment(connection))
        if connection.execute(_STANDS, [self.run]).fetchone() is None:
            raise RunGoneError
        staging = Staging(connection, ticket.namespace)
        staging.add(batch, self._batches)
        staging.ready()
        begin_touched(connection)
        counted = publish_tables(connection, staging, ticket, self._source, file=self._batches, name=name)
        keep_file_said(connection, staging, ticket, self._batches)
        if "fixes" in staging.made:
            connection.execute(statement("note_newest_fixes"), {"file": self._batches})
        counts = _counts(batch, counted.get("fixes", Counted()), told.malformed)
        self._note_run(self.counts + counts, counts, self.notes + Counter(batch.notes), name)
        rows = connection.execute("SELECT DISTINCT layer, label_id, region, year FROM pg_temp.touched").fetchall()
        return counts, {(layer, label, region, year) for layer, label, region, year in rows}

    def _ticket(self, moment: datetime) -> Ticket:
        info = self._order.format.source
        namespace = f"{info.code}/{self._row.label}"
        return Ticket(self.run, self._row.label, namespace, int(info.reliability), int(info.validity), moment)

    def _note_run(self, total: Counter[str], counts: Counter[str], notes: Counter[str], name: str) -> None:
        """Note in the run's rows what this batch did (counts), and all of them (total, notes)."""
        given = {"run": self.run, "source": self._source, "notes": Jsonb(dict(notes))}
        given |= {count: counts[count] for count in ("read", "loaded", "unchanged", "quarantined")}
        self._connection.execute(statement("live_run_told"), given)
        file = {"run": self.run, "name": name, "label": self._row.label}
        file |= {"counts": Jsonb({count: total[count] for count in COUNTS})}
        self._connection.execute(statement("live_run_file"), file)

    def _note_feed(self, told: Told) -> None:
        if self._feed is None:
            return
        newest = Newest(datetime.now(UTC))
        newest.note(told.batch)
        given = {
            "feed": self._feed,
            "run": self.run,
            "newest_valid": newest.at,
            "heard": told.heard,
            "dropped": told.dropped,
            "malformed": told.unusable,
        }
        if self._connection.execute(statement("feed_heard"), given).fetchone() is None:
            raise FeedRetiredError

    # ------------------------------------------------------------ its end
    def close(self, *, is_with_routes: bool) -> None:
        """Close the run: what it brought is known from now on, and what was drawn of its days is void.

        is_with_routes: whether routes are derived, which takes all positions of the label.
        """
        if self._batches:
            self._tell_held()
            self._connection.execute("DISCARD TEMP")
            _close(self._connection, self.run, self._row.label, self._touched, is_with_routes=is_with_routes)
        else:
            self._connection.execute("DELETE FROM watchfloor.run WHERE id = %s AND status = 'running'", [self.run])
        self._connection.execute("SELECT pg_advisory_unlock(hashtext('watchfloor.run'), %s)", [self.run])

    def _tell_held(self) -> None:
        """Tell what was held back of who craft say they are, if the run stands."""
        with self._connection.transaction():
            ticket = self._ticket(publishing_moment(self._connection))
            if self._connection.execute(_STANDS, [self.run]).fetchone() is None or not self._called.held.height:
                return
            staging = Staging(self._connection, ticket.namespace)
            staging.add(Batch(0, {CALLED: self._called.held}), self._batches)
            staging.ready()
            begin_touched(self._connection)
            publish_tables(self._connection, staging, ticket, self._source, file=self._batches, name="")


def close_left(connection: psycopg.Connection) -> list[int]:
    """Close the open runs of programs that were killed; their numbers."""
    with connection.transaction():
        connection.execute(LOCK)
        left = connection.execute(statement("live_runs_left")).fetchall()
        for run, label in left:
            # nobody knows any more which regions it touched: all of them
            _close(connection, run, label, {("tracks", label, -1, 0)}, is_with_routes=False)
            log.warning("open run closed", run=run)
    return [run for run, _ in left]


def _close(
    connection: psycopg.Connection, run: int, label: int, touched: set[Touched], *, is_with_routes: bool
) -> None:
    with connection.transaction():
        moment = publishing_moment(connection)
        begin_touched(connection)
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO pg_temp.touched VALUES (%s, %s, %s, %s)", sorted(touched))
        if is_with_routes:
            derive_routes_of(connection, Ticket(run, label, "", 0, 0, moment), [label])
        connection.execute(statement("bump_versions"), {"run": run})
        connection.execute(_CLOSE, {"run": run, "moment": moment})


def _counts(batch: Batch, fixes: Counted, malformed: int) -> Counter[str]:
    quarantined = fixes.quarantined + malformed
    counts = {"read": batch.read, "loaded": fixes.loaded, "unchanged": fixes.unchanged, "quarantined": quarantined}
    settled = fixes.loaded + fixes.unchanged + quarantined
    if settled != batch.read:
        raise BadFile(f"a batch of {batch.read:,} rows, of which {settled:,} are accounted for: it was not published")
    return Counter(counts)
