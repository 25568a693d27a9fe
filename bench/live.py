"""How soon a position that is sent is in a reader's answer, at 1,000 messages/s while ten readers ask; and at more.

Sender and listener are processes of their own; the readers are threads of this one, as the pages of a server are. The
moment of arrival is that of sending, on this machine's clock; a probe is visible when an answer holds it.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import uuid4

import numpy as np

from bench.live_child import PROBE_EVERY_S, PROBE_STEP_DEG
from bench.results import Result
from bench.stores import labels, new_store, token
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.repository import Asker, Repository

READERS = 10
ASK_EVERY_S = 0.7
LOOK_EVERY_S = 0.1
RATE, SECONDS = 1_000, 30.0
MORE, MORE_SECONDS = (2_000, 4_000, 8_000, 16_000), 8.0
WITHIN_S = 2.0
# how long after the last probe it is still looked for
PATIENCE_S = 20.0


def measure(address: ClusterAddress) -> list[Result]:
    """Latencies at RATE, and the highest rate that keeps within WITHIN_S."""
    store = new_store(address, "bench_live")
    labels(store)
    load = os.getloadavg()[0]
    with Repository(store) as repository, listener(store) as (port, totals), _readers(repository, token(store)):
        asker = Asker(token(store), uuid4())
        waited, sent = _sent(repository, asker, port, RATE, SECONDS)
        best = RATE if _p95(waited) <= WITHIN_S else 0
        for rate in MORE if best else ():
            further, _ = _sent(repository, asker, port, rate, MORE_SECONDS)
            print(f"  at {rate:,}/s: median {np.median(further):.2f} s, p95 {_p95(further):.2f} s", flush=True)
            if _p95(further) > WITHIN_S:
                break
            best = rate
    said = f"{sent['sent'] / sent['seconds']:,.0f} messages/s, {READERS} readers, load before {load:.1f}"
    p50, p95, most = np.percentile(waited, [50, 95, 100])
    return [
        Result(f"live: sent to visible, median ({said})", float(p50), "s"),
        Result("live: sent to visible, p95", float(p95), "s", "<= 2 s", bool(p95 <= WITHIN_S)),
        Result("live: sent to visible, greatest", float(most), "s", "<= 2 s", bool(most <= WITHIN_S)),
        Result(
            "live: most messages/s of which 95 of 100 are visible within 2 s", best, "1/s", ">= 1,000", best >= RATE
        ),
        Result("live: processor time of the listener for 1,000 messages", totals["cpu"] / totals["heard"] * 1e6, "ms"),
        Result("live: lines dropped", totals["dropped"], "lines", "0 at 1,000/s"),
    ]


def latencies(sent: Mapping[str, float], seen: Mapping[int, float]) -> np.ndarray:
    """Seconds until each probe, or one sent after it, was first seen; inf for one that never was.

    sent: moments by number, of which the last two are left out: nothing comes after them.
    """
    last = max(map(int, sent)) - 1
    return np.array(
        [
            min((at for number, at in seen.items() if number >= int(probe)), default=np.inf) - moment
            for probe, moment in sent.items()
            if int(probe) < last
        ]
    )


def _p95(seconds: np.ndarray) -> float:
    return float(np.percentile(seconds, 95, method="higher"))


def _sent(
    repository: Repository, asker: Asker, port: int, rate: int, seconds: float
) -> tuple[np.ndarray, dict[str, float]]:
    """Seconds until each probe was visible; inf for one that never was. What the sender says it sent."""
    command = [sys.executable, "-m", "bench.live_child", "send", str(port), str(rate), str(seconds)]
    seen: dict[int, float] = {}
    lat = -rate / 1_000
    command += [str(lat)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sender:
        last = int(seconds / PROBE_EVERY_S)
        ends = time.time() + seconds + PATIENCE_S
        while time.time() < ends and (sender.poll() is None or max(seen, default=0) < last - 2):
            _look(repository, asker, lat, seen)
            time.sleep(LOOK_EVERY_S)
        assert sender.stdout is not None
        said = json.loads(sender.stdout.read())
    return latencies(said["probes"], seen), said


def _look(repository: Repository, asker: Asker, lat: float, seen: dict[int, float]) -> None:
    """Note when the newest probe was first in an answer."""
    newest = repository.newest_positions(asker)
    # probes of each rate stand on a parallel of their own
    for row in np.flatnonzero(np.abs(newest.lat - lat) < 1e-4):
        seen.setdefault(round(float(newest.lon[row]) / PROBE_STEP_DEG), time.time())


@contextmanager
def _readers(repository: Repository, signed_in: str) -> Iterator[None]:
    """Readers who ask as a page does, each of its own."""
    stop = threading.Event()

    def ask() -> None:
        asker, known = repository.settled(Asker(signed_in, uuid4())), -1
        while not stop.wait(ASK_EVERY_S):
            if repository.live_change(asker) != known:
                known = repository.newest_positions(asker).change

    threads = [threading.Thread(target=ask) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@contextmanager
def listener(store: ClusterAddress) -> Iterator[tuple[int, dict[str, float]]]:
    """A listener; its port, and once it has ended what came of it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    url = f"postgresql://watchfloor_owner@/{store.database}?host={store.socket_dir}&port={store.port}"
    command = [sys.executable, "-m", "bench.live_child", "listen", url, f"tcp-listen://127.0.0.1:{port}"]
    totals: dict[str, float] = {}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        try:
            yield port, totals
        finally:
            child.stdin.close()
            totals |= json.loads(child.stdout.readline() or "{}")
