"""Files that were handed in on the intake page: each private to one sign-in, bounded, and gone soon."""

import os
import secrets
import shutil
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from watchfloor.app.intake_kinds import form_of
from watchfloor.data.ingest.report import RunReport, Step
from watchfloor.geo.errors import BadFile, BadQuestion, Refused

if TYPE_CHECKING:
    from watchfloor.data.mappings import Kept
    from watchfloor.data.mappings_fit import Fit

MOST_BYTES = 256 << 20
# a file that nobody has looked at for so long is deleted
KEPT_S = 3600.0
MOST_TICKETS = 20
_AGAIN_S = 60.0

type Cancel = Callable[[], None]
type Later = Callable[[float, Callable[[], None]], Cancel]


@dataclass(slots=True)
class Ticket:
    """One file in hand: whose it is, what was answered, how far its run is.

    fits: kept mappings that fit its columns, None until they were looked for. base: the one that the draft begins
    with. shown: what the filled fields of the form held. kept, label: what was kept of the mapping, and under which
    label it was published.
    """

    key: str
    seal: str
    folder: Path
    name: str
    form: str
    since: float
    answers: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    fits: "list[Fit] | None" = None
    base: "Kept | None" = None
    kept: "Kept | None" = None
    label: str = ""
    explore: str = "/explore"
    is_own_to_see: bool = True
    step: Step | None = None
    report: RunReport | None = None
    fault: str = ""
    is_running: bool = False
    cancel: Cancel | None = None

    @property
    def path(self) -> Path:
        """Where the file lies; under its own name, which is shown and kept as that of the source file."""
        return self.folder / self.name


def later(seconds: float, act: Callable[[], None]) -> Cancel:
    """Do it after so many seconds, in a thread of its own, unless it is cancelled or the server ends."""
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()
    return timer.cancel


class Tickets:
    """The files in hand of one server, under a folder that only its account reads.

    Each has one timer, which deletes it when nobody has looked at it for `kept_s` seconds.
    """

    def __init__(
        self,
        home: Path,
        *,
        kept_s: float = KEPT_S,
        timer: Later = later,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = home / "intake"
        self._tickets: dict[str, Ticket] = {}
        self._lock = threading.Lock()
        self._kept_s, self._timer, self._clock = kept_s, timer, clock

    def open(self, name: str, seal: str) -> Ticket:
        """A new ticket, in place of the one that this sign-in had.

        Raises BadQuestion for a name without a suffix of a table; Refused if too many files are in hand.
        """
        bare = os.path.basename(name.replace("\\", "/").replace("\0", ""))[-120:].strip(". ") or "table"
        form = form_of(bare)
        with self._lock:
            for other in [ticket for ticket in self._tickets.values() if ticket.seal == seal]:
                if not other.is_running:
                    self.close(other)
            if len(self._tickets) >= MOST_TICKETS:
                raise Refused("too many files are in hand at the moment: try again later")
            key = secrets.token_urlsafe(18)
            folder = self._folder / key
            folder.mkdir(mode=0o700, parents=True)
            ticket = Ticket(key, seal, folder, bare, form, self._clock())
            self._tickets[key] = ticket
            ticket.cancel = self._timer(self._kept_s, lambda: self._expire(ticket))
        return ticket

    def of(self, key: str, seal: str) -> Ticket:
        """The ticket of that key, if it belongs to this sign-in; it is kept for its time from now on.

        Raises BadQuestion if there is none.
        """
        ticket = self._tickets.get(key)
        if ticket is None or ticket.seal != seal:
            raise BadQuestion("that file is no longer in hand: hand it in again")
        ticket.since = self._clock()
        return ticket

    def drop_file(self, ticket: Ticket) -> None:
        """Delete the file; what became of it can still be shown."""
        shutil.rmtree(ticket.folder, ignore_errors=True)

    def close(self, ticket: Ticket) -> None:
        """Delete the file and forget it."""
        if ticket.cancel is not None:
            ticket.cancel()
        self.drop_file(ticket)
        self._tickets.pop(ticket.key, None)

    def clear(self) -> None:
        """Delete what a server before this one left behind."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _expire(self, ticket: Ticket) -> None:
        """Close a ticket whose time is over; one that is looked at or published meanwhile has more of it."""
        with self._lock:
            left = self._kept_s - (self._clock() - ticket.since)
            if left <= 0 and not ticket.is_running:
                self.close(ticket)
            elif ticket.key in self._tickets:
                ticket.cancel = self._timer(max(left, _AGAIN_S), lambda: self._expire(ticket))


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
