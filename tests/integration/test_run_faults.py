"""The database stops, or its disk fills up, while a run is under way: one sentence, and the next run makes all good."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress, PrivateCluster
from watchfloor.data.cluster_files import locate
from watchfloor.data.ingest.catalogue import FORMATS
from watchfloor.data.ingest.database_faults import FULL, GONE
from watchfloor.data.ingest.pipeline import Order, Step, ingest
from watchfloor.data.registry import PUBLIC
from watchfloor.data.store import upgrade
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import StoreUnavailable

from .store_contents import held

MIB = 2**20
# beyond the usual: how often each way is tried
ROUNDS = max(1, int(os.environ.get("WATCHFLOOR_INTERRUPTIONS", "2")) // 2)
ROWS = 30_000
TABLE = "mmsi,timestamp,lat,lon\n" + "".join(
    f"36600{n % 90:04},2024-01-{n // 24 % 28 + 1:02}T{n % 24:02}:{n // 672 % 60:02}:00Z,{n % 60}.5,{n % 90}.5\n"
    for n in range(ROWS)
)
STARTER = """
import sys
from pathlib import Path
from watchfloor.data.cluster import PrivateCluster

PrivateCluster(Path(sys.argv[1])).start(keep=True)
"""
ORDER = Order(FORMATS["ais-csv"], PUBLIC, "tests")


@dataclass
class Durable:
    """A cluster of its own that keeps what it promised, and may be stopped as one likes."""

    home: Path
    address: ClusterAddress

    def stop(self, how: signal.Signals) -> None:
        """Fast (SIGINT) or immediate (SIGQUIT), as `pg_ctl stop` has it; returns when it is down."""
        cluster = PrivateCluster(self.home)
        pid = cluster.status().pid
        assert pid is not None
        os.kill(pid, how)
        while cluster.is_running:
            time.sleep(0.01)

    def start(self) -> None:
        """Up again, recovered if need be."""
        started(self.home)

    def scalar(self, question: str) -> object:
        with psycopg.connect(self.address.conninfo(Role.OWNER)) as owner:
            row = owner.execute(question.encode()).fetchone()
        return row and row[0]


def started(home: Path) -> ClusterAddress:
    """Where the cluster of this home is reached: started by a program that ends, and so nobody's child."""
    subprocess.run([sys.executable, "-c", STARTER, str(home)], check=True, stdout=subprocess.DEVNULL)
    address = PrivateCluster(home).status().address
    assert address is not None
    return address


@contextmanager
def durable(home: Path) -> Iterator[Durable]:
    try:
        address = started(home)
        upgrade(address, StoreKind.EXERCISE)
        yield Durable(home, address)
    finally:
        PrivateCluster(home).remove()


@pytest.fixture(scope="module")
def own() -> Iterator[Durable]:
    with tempfile.TemporaryDirectory(prefix="wff-") as home, durable(Path(home)) as running:
        yield running


def faulted(address: ClusterAddress, path: Path, progress: Callable[[Step], None]) -> threading.Thread:
    """A run in a thread of its own; what it raised stands in `told` of the thread."""

    def work() -> None:
        try:
            ingest(address, ORDER, [path], progress)
        except StoreUnavailable as error:
            thread.told = str(error)  # type: ignore[attr-defined]

    thread = threading.Thread(target=work)
    thread.told = None  # type: ignore[attr-defined]
    thread.start()
    return thread


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("file") / "file.csv"
    file.write_text(TABLE)
    return file


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "immediate"])
@pytest.mark.parametrize("is_publishing", [False, True], ids=["staging", "publishing"])
def test_a_run_whose_database_is_restarted_has_loaded_all_or_nothing(own: Durable, path, how, is_publishing) -> None:
    moments = random.Random(f"{how} {is_publishing}")
    own.address = fresh(own.address, f"restart_{how.value}_{is_publishing:d}")
    empty = held(own.address)
    seen = []
    for _ in range(ROUNDS):
        begun = threading.Event()
        run = faulted(own.address, path, lambda step, b=begun: b.set() if step.is_publishing is is_publishing else None)
        assert begun.wait(60)
        time.sleep(moments.uniform(0, 0.4) if is_publishing else moments.uniform(0, 0.02))
        own.stop(how)
        run.join(60)
        assert not run.is_alive()
        own.start()
        assert run.told in (None, GONE)
        seen.append(held(own.address))
    report = ingest(own.address, ORDER, [path])
    whole = held(own.address)

    assert all(found in (empty, whole) for found in seen)
    assert own.scalar("SELECT count(*) FROM watchfloor.fix") == report.totals()["read"]
    assert own.scalar("SELECT count(*) FROM watchfloor.run WHERE status = 'running'") == 0
    # what a killed server leaves of temporary tables goes when a session takes its place, or autovacuum passes
    assert own.scalar("SELECT count(*) FROM pg_class WHERE relname LIKE 'stage%' AND relpersistence <> 't'") == 0
    assert ingest(own.address, ORDER, [path]).totals()["loaded"] == 0


def fresh(address: ClusterAddress, name: str) -> ClusterAddress:
    """An empty store of that name, copied from the upgraded one."""
    with psycopg.connect(replace(address, database="postgres").conninfo(Role.OWNER), autocommit=True) as owner:
        # copied by its journal, a sequence would count again after a crash what it had counted before
        owner.execute(f"CREATE DATABASE {name} TEMPLATE watchfloor STRATEGY file_copy".encode())
        owner.execute(f"GRANT TEMPORARY ON DATABASE {name} TO watchfloor_intake".encode())
    return replace(address, database=name)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own with little room; only root may mount one."""
    with tempfile.TemporaryDirectory(prefix="wfd-") as name:
        folder = Path(name)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m,mode=755", "tmpfs", name], check=False)
        if done.returncode:
            pytest.skip("a small disk of its own cannot be mounted here: root's right to mount is needed")
        try:
            (folder / "home").mkdir()
            yield folder
        finally:
            subprocess.run(["umount", name], check=True)


@contextmanager
def filled(folder: Path, free: int) -> Iterator[None]:
    """A file system with so many bytes left."""
    ballast = folder / "ballast"
    space = os.statvfs(folder)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, space.f_bavail * space.f_frsize - free))
    try:
        yield
    finally:
        ballast.unlink()


def test_a_run_whose_disk_fills_up_says_so_and_loads_once_there_is_room(small_disk, path) -> None:
    with durable(small_disk / "home") as own:
        # an open file keeps what a program writes of its log from counting
        assert locate(own.home).data.is_relative_to(small_disk)
        empty = held(own.address)
        told = []
        for free in (256 * 1024, 6 * MIB):
            with filled(small_disk, free), suppress(StoreUnavailable):
                try:
                    ingest(own.address, ORDER, [path])
                except StoreUnavailable as error:
                    told.append(str(error))
                    raise
            await_answer(own)
            assert held(own.address) == empty
        ingest(own.address, ORDER, [path])

        assert told[0] == FULL
        assert set(told) <= {FULL, GONE}
        assert own.scalar("SELECT count(*) FROM watchfloor.fix") == ROWS
        assert own.scalar("SELECT count(*) FROM watchfloor.run WHERE status = 'running'") == 0


def await_answer(own: Durable) -> None:
    """A server that ran out of room for its journal ends itself: it is started again, as an operator would."""
    own.start()
