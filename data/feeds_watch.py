"""The watcher of a folder: looks, waits until a file is whole, loads one after the other, until it is told to stop."""

import itertools
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256

import psycopg
import structlog

from watchfloor.data.feeds_folder import Seen, WatchedFolder
from watchfloor.data.feeds_intake import FeedIntake, Settled
from watchfloor.data.feeds_store import Attempt, moment_of, note_failure, note_look
from watchfloor.geo.errors import BadInput, BadQuestion, StoreMismatch, StoreUnavailable, WatchfloorError

log = structlog.get_logger(__name__)

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
NOTED_EVERY_S = 60.0
SLICE_S = 0.2
LEAST_EVERY_S, LEAST_SETTLE_S, DAY_S = 1.0, 0.1, 86_400.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a folder is looked into, None for once; and after how long a file that has not changed is whole."""

    every_s: float | None = 10.0
    settle_s: float = 5.0

    def __post_init__(self) -> None:
        """Raises BadQuestion where a number is out of range."""
        if self.every_s is not None and not LEAST_EVERY_S <= self.every_s <= DAY_S:
            raise BadQuestion(f"--every {self.every_s:g} is out of range: from {LEAST_EVERY_S:g} to {DAY_S:g} seconds")
        if not LEAST_SETTLE_S <= self.settle_s <= DAY_S:
            raise BadQuestion(f"--settle {self.settle_s:g} is out of range: {LEAST_SETTLE_S:g} to {DAY_S:g} seconds")


class Stop:
    """Whether the watcher shall end; a pause ends with it."""

    def __init__(self) -> None:
        self.is_set = False

    def rest(self, seconds: float) -> None:
        """Wait so long, or until told to stop."""
        ends = time.monotonic() + seconds
        # in slices: a lock that a signal's handler took could be the one that its own thread waits with
        while not self.is_set and (left := ends - time.monotonic()) > 0:
            time.sleep(min(SLICE_S, left))


class Watcher:
    """Watches one folder. Looks again and again: a share in the network tells nobody what others write into it."""

    def __init__(
        self, folder: WatchedFolder, intake: FeedIntake, pace: Pace, stop: Stop, tell: Callable[[str], None]
    ) -> None:
        self._folder, self._intake, self._pace, self._stop, self._tell = folder, intake, pace, stop, tell
        self._noted = -NOTED_EVERY_S
        self._is_retired = False
        self._untaken: set[str] = set()

    def run(self) -> Iterator[Settled]:
        """Load what comes, one item for each file, until told to stop, or the feed is retired.

        Raises StoreUnavailable or BadInput if it shall look once and cannot; Refused if the account may load no longer.
        """
        for held in self._folder.held():
            yield from self._settled(held, is_again=True)
        while not self._stop.is_set and not self._is_retired:
            self._patiently(self._note_look)
            if not self._is_retired:
                yield from self._take_all()
            if self._pace.every_s is None:
                return
            self._stop.rest(self._pace.every_s)

    def _take_all(self) -> Iterator[Settled]:
        seen = self._patiently(self._folder.look) or []
        if not seen:
            return
        self._stop.rest(self._pace.settle_s)
        for one in self._patiently(lambda: self._folder.unchanged(seen)) or []:
            if self._stop.is_set or self._is_retired:
                return
            if held := self._taken(one):
                yield from self._settled(held)
            self._patiently(self._note_look)

    def _taken(self, one: Seen) -> Seen | None:
        try:
            return self._folder.take(one)
        except OSError as error:
            # that file alone: those behind it go on
            if one.name not in self._untaken:
                self._untaken.add(one.name)
                self._tell(f"{one.name} cannot be taken: {error.strerror}")
                attempt = Attempt(one.name, sha256(os.fsencode(one.name)).digest(), moment_of(one.written_ns / 1e9))
                self._note_fault(error, attempt)
            return None

    def _settled(self, held: Seen, *, is_again: bool = False) -> Iterator[Settled]:
        tries = itertools.count()

        def load() -> Settled | None:
            return self._intake.load(held, is_again=next(tries) > 0 or is_again, progress=lambda _: self._note_look())

        settled = self._patiently(load)
        if settled is not None:
            yield settled

    def _note_look(self) -> None:
        if time.monotonic() - self._noted >= NOTED_EVERY_S:
            self._is_retired = not note_look(self._intake.address, self._intake.feed)
            self._noted = time.monotonic()
            if self._is_retired:
                self._tell("the feed was retired: nothing more is loaded")

    def _patiently[Answer](self, do: Callable[[], Answer]) -> Answer | None:
        """Do it, and again at growing intervals while database or folder are away; None if told to stop meanwhile."""
        wait = FIRST_WAIT_S
        while True:
            try:
                done = do()
            except StoreMismatch:
                raise
            except (StoreUnavailable, psycopg.Error, OSError) as error:
                if self._pace.every_s is None:
                    raise _told(error) from error
                self._tell(f"{_sentence(error)}; trying again in {wait:.0f} s")
                self._note_fault(error)
                self._stop.rest(wait)
                if self._stop.is_set:
                    return None
                wait = min(2 * wait, LONGEST_WAIT_S)
            else:
                if wait > FIRST_WAIT_S:
                    self._tell("it goes on")
                return done

    def _note_fault(self, error: Exception, attempt: Attempt | None = None) -> None:
        """Tell the feed what the folder or the store lacks; a database that is away cannot be told."""
        if isinstance(error, StoreUnavailable | psycopg.OperationalError):
            return
        try:
            note_failure(self._intake.address, self._intake.feed, _sentence(error), attempt)
        except (StoreUnavailable, psycopg.Error) as fault:
            log.warning("fault not noted", error=type(fault).__name__)


def _sentence(error: Exception) -> str:
    if isinstance(error, WatchfloorError):
        return str(error)
    if isinstance(error, OSError):
        return f"the folder cannot be used: {error.strerror or type(error).__name__}"
    if isinstance(error, psycopg.OperationalError):
        return "the database does not answer"
    return f"the database cannot do it ({type(error).__name__})"


def _told(error: Exception) -> WatchfloorError:
    """What whoever called for one look is told."""
    if isinstance(error, WatchfloorError):
        return error
    return BadInput(_sentence(error)) if isinstance(error, OSError) else StoreUnavailable(_sentence(error))
