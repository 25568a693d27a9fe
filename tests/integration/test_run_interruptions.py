"""A run that is cut off anywhere, of whatever format, and two runs at once: the end is as if each had run once.

The line to the database is cut before it is asked something, or while it does it: then nobody hears what came of it.
WATCHFLOOR_INTERRUPTIONS names how often each format is cut; above the usual, other points are drawn at each run.
"""

import os
import random
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.ingest import run_rows
from watchfloor.data.ingest.catalogue import FORMATS
from watchfloor.data.ingest.database_faults import GONE
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.geo.errors import StoreUnavailable

from ..copied_store import copied
from .store_contents import held
from .tiny_files import MADE, tiny

USUAL = 2
_STILL_AT_IT = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'watchfloor_intake'"
)
CUTS = int(os.environ.get("WATCHFLOOR_INTERRUPTIONS", USUAL))


class Cut(psycopg.Connection[Any]):
    """A connection whose line is lost at its n-th exchange with the database; at none if n is 0."""

    at: ClassVar[int] = 0
    is_sent: ClassVar[bool] = False
    seen: ClassVar[int] = 0

    def wait(self, gen: Any, *args: Any, **more: Any) -> Any:
        return super().wait(self._watched(gen), *args, **more)

    def _watched(self, gen: Any) -> Any:
        Cut.seen += 1
        is_now, wanted = Cut.seen == Cut.at, None
        if is_now and not Cut.is_sent:
            self._lose()
        try:
            wanted = next(gen)
            if is_now and Cut.is_sent:
                self._lose()
            while True:
                wanted = gen.send((yield wanted))
        except StopIteration as done:
            return done.value

    def _lose(self) -> None:
        with socket.socket(fileno=os.dup(self.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)


@contextmanager
def cut(at: int, *, is_sent: bool = False) -> Iterator[None]:
    """The next run's connection is lost at its n-th exchange: before it sends, or once it has sent."""
    Cut.seen, Cut.at, Cut.is_sent = 0, at, is_sent
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_rows.psycopg, "connect", Cut.connect)
        yield


@pytest.fixture
def twin(cluster: ClusterAddress, template: str) -> Iterator[ClusterAddress]:
    """A second empty store, to compare with."""
    with copied(cluster, template) as address:
        yield address


def statuses(store: ClusterAddress) -> set[str]:
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        return {status for (status,) in owner.execute("SELECT status FROM watchfloor.run")}


def points(form: str, last: int) -> list[tuple[int, bool]]:
    """Where to cut: once about the end, whose answer is not heard, else anywhere."""
    drawn = random.Random(form if CUTS <= USUAL else None)
    anywhere = [(drawn.randint(1, last), drawn.random() < 0.5) for _ in range(1, CUTS)]
    return [(last - drawn.randint(0, 4), True), *anywhere]


def interrupted(store: ClusterAddress, order: Order, path: Path) -> str | None:
    """What a run said that was cut off; None if it had ended before."""
    said = None
    try:
        ingest(store, order, [path])
    except StoreUnavailable as error:
        said = str(error)
    with psycopg.Connection.connect(store.conninfo(Role.OWNER), autocommit=True) as owner:
        # whom nobody hears any more ends once it notices
        while owner.execute(_STILL_AT_IT).fetchone() != (0,):
            time.sleep(0.01)
    return said


def test_every_format_has_a_tiny_file() -> None:
    assert set(MADE) == set(FORMATS)


@pytest.mark.parametrize("form", sorted(MADE))
def test_a_run_of_any_format_that_is_cut_off_anywhere_ends_as_if_it_had_run_once(store, twin, tmp_path, form) -> None:
    order, path = tiny(form, tmp_path)
    empty = held(store)
    with cut(0):
        ingest(twin, order, [path])
    whole = held(twin)
    assert whole != empty
    for at, is_sent in points(form, Cut.seen):
        with cut(at, is_sent=is_sent):
            assert interrupted(store, order, path) in (None, GONE)
        assert held(store) in (empty, whole), f"cut at {at} of {form}, sent: {is_sent}"
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: ingest(store, order, [path]), range(2)))

    assert held(store) == whole
    assert "running" not in statuses(store)


def test_files_of_all_formats_at_once_end_as_one_after_the_other(store, twin, tmp_path) -> None:
    orders = []
    for form in sorted(MADE):
        (folder := Path(tmp_path) / form).mkdir()
        orders.append(tiny(form, folder))
    for order, path in orders:
        ingest(twin, order, [path])
    random.Random(3).shuffle(orders)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: ingest(store, one[0], [one[1]]), orders))

    assert held(store) == held(twin)
