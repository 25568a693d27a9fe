"""Drafts of files in hand: from the kept mapping that fits, or guessed; read one at a time."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from watchfloor.app.identity import Visit
from watchfloor.app.intake_tickets import Ticket
from watchfloor.app.runtime import Runtime
from watchfloor.data.door import Asked
from watchfloor.data.mappings import Kept, list_mappings, newest
from watchfloor.geo.errors import BadFile, Busy

if TYPE_CHECKING:
    from watchfloor.data.ingest.mapping_draft import Begun
    from watchfloor.data.mappings_fit import Fit

ANEW = "anew"
# a draft takes seconds, a run perhaps an hour
WAITED_S: Final = 20.0
LOOKED_S: Final = 0.1
BUSY: Final = "a file is being published or read: this one waits untouched, ask for its draft again in a moment"


class Drafts:
    """Makes the drafts of one server; a draft or a run takes memory, so there is one at a time."""

    def __init__(self, runtime: Runtime, waited_s: float = WAITED_S) -> None:
        self._runtime = runtime
        self._waited_s = waited_s
        self._one_at_a_time = threading.Lock()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else drafts or publishes meanwhile; waits in a thread of the caller's own."""
        with self._one_at_a_time:
            yield

    async def take[Made](self, make: Callable[[], Made]) -> Made:
        """What is made while nobody else drafts or publishes; who waits holds no thread. Raises Busy before long."""
        ends = time.monotonic() + self._waited_s
        while not self._one_at_a_time.acquire(blocking=False):
            if time.monotonic() > ends:
                raise Busy(BUSY)
            await asyncio.sleep(LOOKED_S)
        try:
            return await run_in_threadpool(make)
        finally:
            self._one_at_a_time.release()

    def look_for_fits(self, ticket: Ticket, visit: Visit) -> None:
        """Find the kept mappings that fit, once; the draft begins with the likeliest if it is close."""
        if ticket.fits is not None:
            return
        ticket.fits = self._fits(ticket, visit)
        ticket.base = next((fit.kept for fit in ticket.fits if fit.is_close), None)

    def choose(self, ticket: Ticket, said: str) -> bool:
        """Begin with another kept mapping, or anew; whether that is a change. What was corrected is forgotten then."""
        chosen = next((fit.kept for fit in ticket.fits or () if str(fit.kept.id) == said), None)
        if (chosen is None and said != ANEW) or chosen == ticket.base:
            return False
        ticket.base = chosen
        ticket.answers.clear()
        return True

    def begun(self, ticket: Ticket) -> "Begun":
        """The draft as it stands. Raises BadFile if no table is found, or if the answers make no mapping."""
        from watchfloor.data.ingest.mapping_draft import begin_draft  # noqa: PLC0415 - takes a while to import

        return begin_draft(ticket.path, ticket.form, ticket.answers, ticket.base.text if ticket.base else None)

    def kept(self, visit: Visit) -> list[Kept]:
        """The kept mappings that this person may see."""
        with self._runtime.door.open(visit.token, Asked("page", {"page": "mappings"})) as (connection, _):
            return newest(list_mappings(connection))

    def _fits(self, ticket: Ticket, visit: Visit) -> "list[Fit]":
        from watchfloor.data.ingest.table_header import header_of  # noqa: PLC0415
        from watchfloor.data.mappings_fit import fitting  # noqa: PLC0415

        try:
            columns = header_of(ticket.path, ticket.form)
        except BadFile:
            # the draft says what is wrong with it
            return []
        asked = Asked("record", {"mappings fitting": ticket.name[:200]})
        with self._runtime.door.open(visit.token, asked) as (connection, scope):
            return fitting(connection, columns, scope.agency)
