"""The one who publishes: takes what has come twice a second, and keeps run and feed told, until told to stop.

While the database is away the inbox keeps the newest. A batch is published whole or not at all: who is killed loses
what was not published yet, and never half of a batch.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import structlog

from watchfloor.data.address import Address
from watchfloor.data.feeds_watch import Stop
from watchfloor.data.ingest.database_faults import told_faults
from watchfloor.data.ingest.pipeline import Order
from watchfloor.data.ingest.run_rows import intake_connection
from watchfloor.data.live.decoding import Decoder
from watchfloor.data.live.inbox import Inbox
from watchfloor.data.live.open_run import FeedRetiredError, OpenRun, RunGoneError, Told, close_left
from watchfloor.data.statements import statement
from watchfloor.geo.errors import BadFile, BadQuestion, StoreUnavailable

log = structlog.get_logger(__name__)

EVERY_S = 0.5
LOOKED_EVERY_S = 5.0
LONGEST_RUN = timedelta(minutes=10)
MOST_TAKEN = 20_000
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 10.0
# told to stop while the database is away: so often more it is tried
LAST_TRIES = 3
_LOCK_FEED = "SELECT pg_try_advisory_lock(hashtext('watchfloor.feed'), %s)"


@dataclass(frozen=True, slots=True)
class Listening:
    """What is listened to: the name of its source, its feed (None for a replay), what its rows are, how to go on.

    fault, overlong: of the connection now, and lines that were too long so far. end: receives nothing more.
    """

    name: str
    feed: int | None
    order: Order
    fault: Callable[[], str]
    overlong: Callable[[], int]
    end: Callable[[], None]
    longest_run: timedelta = LONGEST_RUN


@dataclass(slots=True)
class Totals:
    """What came of it all: lines heard, and lost; rows read, positions loaded, already known, no use; batches."""

    heard: int = 0
    dropped: int = 0
    read: int = 0
    loaded: int = 0
    unchanged: int = 0
    quarantined: int = 0
    batches: int = 0


class Listener:
    """Publishes what is in an inbox. tell: is told what a person should know."""

    def __init__(
        self, address: Address, listening: Listening, inbox: Inbox, stop: Stop, tell: Callable[[str], None]
    ) -> None:
        self._address, self._listening, self._inbox, self._stop, self._tell = address, listening, inbox, stop, tell
        self._decoder = Decoder(takes_arrival=listening.feed is not None)
        self._opened = ExitStack()
        self._connection: psycopg.Connection | None = None
        self._run: OpenRun | None = None
        self._is_retired = False
        self._told_dropped = self._told_overlong = 0
        self._looked = -LOOKED_EVERY_S
        self._said = ""
        self.totals = Totals()

    def run(self) -> Totals:
        """Publish until told to stop, the feed is retired, or a file is at its end; then what still waits.

        Raises BadQuestion if another listener has the feed, or the label names an unknown agency.
        """
        try:
            while not self._is_retired:
                began = time.monotonic()
                if self._stop.is_set:
                    self._listening.end()
                is_last = self._inbox.is_ended
                self._turn()
                if is_last and not len(self._inbox):
                    break
                if len(self._inbox) < MOST_TAKEN:
                    self._stop.rest(began + EVERY_S - time.monotonic())
            self._patiently(lambda: self._close(is_with_routes=True))
        finally:
            self._disconnect()
        return self.totals

    # ------------------------------------------------------------ one turn
    def _turn(self) -> None:
        taken = self._inbox.take(MOST_TAKEN)
        if taken.lines:
            decoded = self._decoder.decoded(taken)
            lost = decoded.dropped + self._newly_dropped()
            malformed = decoded.malformed + self._newly_overlong()
            self.totals.heard += len(taken.lines)
            self.totals.dropped += lost
            told = Told(decoded.batch, len(taken.lines), decoded.malformed, lost, malformed)
            if not self._patiently(lambda: self._publish(told)):
                self.totals.dropped += len(taken.lines)
        if time.monotonic() - self._looked >= LOOKED_EVERY_S:
            self._patiently(self._look)
            self._looked = time.monotonic()

    def _publish(self, told: Told) -> None:
        run = self._open_run()
        if told.batch.read == 0 and not any(frame.height for frame in told.batch.frames.values()):
            self._look(told)
            return
        try:
            run.publish(told, self._listening.name)
        except RunGoneError:
            self._run = None
            self._tell(f"run {run.run} was taken back: what comes now is of a new one")
            run = self._open_run()
            run.publish(told, self._listening.name)
        self._count(run, told)

    def _count(self, run: OpenRun, told: Told) -> None:
        totals, last = self.totals, run.last
        totals.batches += 1
        for name in ("read", "loaded", "unchanged", "quarantined"):
            setattr(totals, name, getattr(totals, name) + last[name])

    def _open_run(self) -> OpenRun:
        """The run that is open; another one where that has been open for long enough."""
        listening, connection = self._listening, self._connected()
        if self._run is not None and self._run.is_due(listening.longest_run):
            # routes take all positions of a label to work out: once a day, and at the end
            self._close(is_with_routes=self._run.is_of_another_day)
        if self._run is None:
            self._run = OpenRun.begin(connection, listening.order, listening.feed)
        return self._run

    def _close(self, *, is_with_routes: bool) -> None:
        if self._run is not None and self._connection is not None:
            self._run.close(is_with_routes=is_with_routes)
        self._run = None

    def _look(self, told: Told | None = None) -> None:
        """Tell the feed that its listener is there."""
        if self._listening.feed is None:
            return
        given = {
            "feed": self._listening.feed,
            "heard": told.heard if told else 0,
            "dropped": told.dropped if told else self._newly_dropped(),
            "malformed": told.unusable if told else self._newly_overlong(),
            "error": self._listening.fault() or None,
        }
        if self._connected().execute(statement("feed_looked"), given).fetchone() is None:
            raise FeedRetiredError

    def _newly_dropped(self) -> int:
        new, self._told_dropped = self._inbox.dropped - self._told_dropped, self._inbox.dropped
        return new

    def _newly_overlong(self) -> int:
        overlong = self._listening.overlong()
        new, self._told_overlong = overlong - self._told_overlong, overlong
        return new

    # ------------------------------------------------------------ the database
    def _connected(self) -> psycopg.Connection:
        if self._connection is not None and not self._connection.closed:
            return self._connection
        self._disconnect()
        connection = self._opened.enter_context(intake_connection(self._address))
        self._connection = connection
        if self._listening.feed is not None:
            row = connection.execute(_LOCK_FEED, [self._listening.feed]).fetchone()
            if row is None or not row[0]:
                raise BadQuestion(f"another listener has the feed {self._listening.feed} already: one at a time")
        close_left(connection)
        return connection

    def _patiently(self, do: Callable[[], None]) -> bool:
        """Do it, and again while the database is away; False if it could not be done before the end."""
        wait, tries = FIRST_WAIT_S, 0
        while True:
            try:
                with told_faults():
                    do()
            except FeedRetiredError:
                self._is_retired = True
                self._tell("the feed was retired: nothing more is loaded")
                return False
            except BadFile as error:
                # the store cannot hold it: to try it again would hold up all that follows
                log.error("batch refused", error=str(error))
                self._tell(str(error))
                return False
            except (StoreUnavailable, psycopg.OperationalError) as error:
                tries += self._stop.is_set
                if tries > LAST_TRIES:
                    self._tell("the database is away still: what was not published is lost")
                    return False
                self._away(error, wait)
                wait = min(2 * wait, LONGEST_WAIT_S)
            else:
                if wait > FIRST_WAIT_S:
                    self._tell("it goes on")
                return True

    def _away(self, error: Exception, wait: float) -> None:
        said = str(error).splitlines()[0] if isinstance(error, StoreUnavailable) else "the database does not answer"
        self._tell(f"{said}; trying again in {wait:.1f} s")
        self._disconnect()
        if self._stop.is_set:
            time.sleep(wait)
        else:
            self._stop.rest(wait)

    def _disconnect(self) -> None:
        # of a connection that is broken, even its end may fail
        with suppress(psycopg.Error, StoreUnavailable):
            self._opened.close()
        self._connection = self._run = None
