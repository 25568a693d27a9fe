"""Files that were handed in on the intake page: each private to one sign-in, bounded, and gone soon."""

import os
import secrets
import shutil
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from watchfloor.data.ingest.report import RunReport, Step
from watchfloor.geo.errors import BadFile, BadQuestion, Refused

MOST_BYTES = 256 << 20
KEPT_S = 3600.0
MOST_TICKETS = 20
FORMATS = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".gz": "csv", ".xlsx": "xlsx", ".ods": "ods"}


@dataclass(slots=True)
class Ticket:
    """One file in hand: whose it is, what was answered, how far its run is."""

    key: str
    seal: str
    folder: Path
    name: str
    form: str
    since: float
    answers: dict[str, str] = field(default_factory=dict)
    step: Step | None = None
    report: RunReport | None = None
    fault: str = ""
    is_running: bool = False

    @property
    def path(self) -> Path:
        """Where the file lies; under its own name, which is shown and kept as that of the source file."""
        return self.folder / self.name


class Tickets:
    """The files in hand of one server, under a folder that only its account reads."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "intake"
        self._tickets: dict[str, Ticket] = {}
        self._lock = threading.Lock()

    def open(self, name: str, seal: str) -> Ticket:
        """A new ticket, in place of the one that this sign-in had.

        Raises BadQuestion for a name without a suffix of a table; Refused if too many files are in hand.
        """
        bare = os.path.basename(name.replace("\\", "/").replace("\0", ""))[-120:].strip(". ") or "table"
        form = FORMATS.get(Path(bare).suffix.lower())
        if form is None:
            raise BadQuestion(f"{bare[:60]}: hand in csv, tsv, txt, xlsx or ods")
        with self._lock:
            self._sweep(seal)
            if len(self._tickets) >= MOST_TICKETS:
                raise Refused("too many files are in hand at the moment: try again later")
            key = secrets.token_urlsafe(18)
            folder = self._folder / key
            folder.mkdir(mode=0o700, parents=True)
            ticket = Ticket(key, seal, folder, bare, form, time.monotonic())
            self._tickets[key] = ticket
        return ticket

    def of(self, key: str, seal: str) -> Ticket:
        """The ticket of that key, if it belongs to this sign-in.

        Raises BadQuestion if there is none.
        """
        ticket = self._tickets.get(key)
        if ticket is None or ticket.seal != seal:
            raise BadQuestion("that file is no longer in hand: hand it in again")
        return ticket

    def drop_file(self, ticket: Ticket) -> None:
        """Delete the file; what became of it can still be shown."""
        shutil.rmtree(ticket.folder, ignore_errors=True)

    def close(self, ticket: Ticket) -> None:
        """Delete the file and forget it."""
        self.drop_file(ticket)
        self._tickets.pop(ticket.key, None)

    def clear(self) -> None:
        """Delete what a server before this one left behind."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _sweep(self, seal: str) -> None:
        for ticket in list(self._tickets.values()):
            is_old = time.monotonic() - ticket.since > KEPT_S
            if not ticket.is_running and (is_old or ticket.seal == seal):
                self.close(ticket)


async def received(ticket: Ticket, chunks: AsyncIterator[bytes]) -> None:
    """Write a request's body into the ticket's file, as it comes.

    Raises BadFile if it grows beyond what a page takes, or is empty.
    """
    size = 0
    with os.fdopen(os.open(ticket.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > MOST_BYTES:
                raise BadFile(f"{ticket.name}: is larger than {MOST_BYTES >> 20} MB: load it by `watchfloor ingest`")
            file.write(chunk)
    if not size:
        raise BadFile(f"{ticket.name}: is empty (0 bytes)")
