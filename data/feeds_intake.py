"""One file of a feed: through the pipeline of `ingest`, then to where it belongs, whatever cuts this off.

Each step can be done again: what a killed watcher had published is known by its digest and not loaded twice, a failure
of the same file counts once, and the folder moves each to the same name. So whoever starts again goes on from anywhere.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import IO

import psycopg
import structlog

from watchfloor.data.address import Address
from watchfloor.data.feeds_folder import Beside, Seen, WatchedFolder
from watchfloor.data.feeds_newest import Newest, newest_in, observed
from watchfloor.data.feeds_store import Attempt, moment_of, note_failure, note_success, published_run
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.ingest.report import Progress
from watchfloor.data.ingest.run_rows import intake_connection
from watchfloor.data.runs import Run, RunFile, find_run
from watchfloor.geo.errors import BadFile, BadInput, WatchfloorError

log = structlog.get_logger(__name__)

type Report = Callable[[IO[str], psycopg.Connection, int, RunFile], None]
"""Writes the rows of a run's file that were kept aside."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one file: where it lies now, the run that loaded it and its counts, or why it was refused."""

    file: str
    at: str
    run: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, slots=True)
class FeedIntake:
    """What it takes to load the files of one feed.

    order: what is loaded, under which label, by whom; asked anew for each file, because a right may be withdrawn.
    report: writes what was kept aside beside a file.
    """

    address: Address
    feed: int
    folder: WatchedFolder
    order: Callable[[str], Order]
    report: Report

    def load(self, held: Seen, *, is_again: bool = False, progress: Progress | None = None) -> Settled | None:
        """Load the file in hand and settle it; None if somebody writes it still, and then it lies where it lay.

        is_again: it was in hand before, when something cut its loading off. Raises StoreUnavailable, psycopg.Error or
        OSError for what is no fault of the file, and what `order` raises: then it stays in hand.
        """
        order = self.order(held.name)
        try:
            digest = self.folder.digest_of(held)
        except PermissionError as error:
            unread = Attempt(held.name, sha256(os.fsencode(held.name)).digest(), moment_of(held.written_ns / 1e9))
            return self._failed(held, unread, BadFile(f"{held.name}: cannot be read: {error.strerror}"))
        attempt = Attempt(held.name, digest, moment_of(held.written_ns / 1e9))
        if is_again and (run := published_run(self.address, self.feed, digest)) is not None:
            newest = newest_in(order.format, self.folder.path_of(held), order.options, order.label)
            return self._loaded(held, attempt, run, newest)
        return self._fresh(held, attempt, order, progress)

    def _fresh(self, held: Seen, attempt: Attempt, order: Order, progress: Progress | None) -> Settled | None:
        newest = Newest(datetime.now(UTC))
        options = replace(order.options, values={**order.options.values, "feed": self.feed})
        given = replace(order, format=observed(order.format, newest), options=options)
        try:
            run = ingest(self.address, given, [self.folder.path_of(held)], progress).run
        except Exception as error:
            # a file that meets a fault of ours must not stop those behind it: it is kept, and the log says where
            if not is_of_the_file(error):
                raise
            return self._failed(held, attempt, error)
        if not self.folder.is_unchanged(held):
            self.folder.put_back(held.name)
            return None
        return self._loaded(held, attempt, run, newest.at)

    def _loaded(self, held: Seen, attempt: Attempt, run: int, newest: datetime | None) -> Settled:
        note_success(self.address, self.feed, attempt, run, newest)
        with intake_connection(self.address) as connection:
            found = find_run(connection, run)
            beside = self._kept_aside(connection, found)
            at = self.folder.settle(held, attempt.sha256, is_good=True, beside=beside)
        return Settled(held.name, at, run, found.counts)

    def _kept_aside(self, connection: psycopg.Connection, run: Run) -> Beside:
        file = next((file for file in run.files if file.rejected), None)
        if file is None:
            return {}
        return {".quarantine.csv": lambda out: self.report(out, connection, run.id, file)}

    def _failed(self, held: Seen, attempt: Attempt, error: Exception) -> Settled | None:
        if not self.folder.is_unchanged(held):
            self.folder.put_back(held.name)
            return None
        said = str(error)
        if not isinstance(error, BadInput):
            log.error("file met a fault", feed=self.feed, exc_info=error)
            said = f"unexpected {type(error).__name__}: the log of the watcher says where"
        note_failure(self.address, self.feed, said, attempt)
        return self._refused(held, attempt, said)

    def _refused(self, held: Seen, attempt: Attempt, error: str) -> Settled:
        lines = f"{error}\nfile {held.name}\nsha256 {attempt.sha256.hex()}\nfeed {self.feed}\n"
        beside: Beside = {".reason.txt": lambda out: _write(out, lines)}
        return Settled(held.name, self.folder.settle(held, attempt.sha256, is_good=False, beside=beside), error=error)


def is_of_the_file(error: Exception) -> bool:
    """Whether another file could fare better: not if the store, the share or a right is what is lacking."""
    if isinstance(error, psycopg.Error):
        return isinstance(error, psycopg.IntegrityError)
    if isinstance(error, WatchfloorError):
        return isinstance(error, BadInput)
    # libraries raise OSError for damaged files too, but without a number of the operating system
    return not isinstance(error, OSError) or error.errno is None


def _write(out: IO[str], text: str) -> None:
    out.write(text)
