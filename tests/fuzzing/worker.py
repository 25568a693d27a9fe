"""Cases of one format, in a process of its own with bounded memory: mutate, read or load, look whether all holds."""

import faulthandler
import json
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType
from typing import TextIO

from watchfloor.data.address import ExternalAddress
from watchfloor.data.ingest.format import Format, Options

from .container_mutations import mutated
from .feedback import WATCHED, Feedback
from .loading import Store
from .reading import BrokenPromiseError, Read, configured, peak_mb, read_case, reset_peak
from .real_seeds import real_seeds
from .seeds import SEEDS, Seed

MOST_MB = 500
# what may be reserved, which is more than what is used: the machine shall survive a fault
MOST_ADDRESSES = 8 << 30
SLOWEST_SECONDS = 60
# of the processor: the clock on the wall says how busy the machine is
MOST_CPU_SECONDS = 10
MOST_KEPT, LARGEST_KEPT = 400, 512 * 1024


class TooSlowError(BaseException):
    """A case took longer than any file of its size may; no reader shall catch it."""


@dataclass(slots=True)
class Tally:
    """What came of the cases of one format."""

    form: str
    seed: int
    cases: int = 0
    refused: int = 0
    with_rejects: int = 0
    fresh_lines: int = 0
    kept: int = 0
    seconds: float = 0
    idle_mb: float = 0
    peak_mb: float = 0
    slowest: float = 0
    faults: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Worker:
    """Mutates seeds of one format and keeps what reaches new lines."""

    form: str
    chance: Random
    out: Path
    store: Store | None
    tally: Tally
    pool: list[Seed]
    frames: TextIO
    feedback: Feedback = field(default_factory=Feedback)
    configured: dict[str | None, tuple[Format, Options]] = field(default_factory=dict)

    def run(self, seconds: float, most: int) -> None:
        """The seeds themselves, then mutations of them, for so long or so many."""
        begun = time.monotonic()
        for one in list(self.pool):
            self._case(one)
        self.tally.idle_mb = peak_mb()
        while time.monotonic() - begun < seconds and self.tally.cases < most:
            base = self.chance.choice(self.pool)
            content = base.content
            for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
                content = mutated(content, base.name, self.chance)
            case = base.of(content)
            if self._case(case) and len(self.pool) < MOST_KEPT and len(content) < LARGEST_KEPT:
                self.pool.append(case)
                self.tally.kept += 1
        self.tally.seconds = time.monotonic() - begun

    def _case(self, case: Seed) -> bool:
        """Whether the case reached lines that none before it did, and was no file that is refused at once."""
        # if this process dies, the file is still there
        path = self.out / "running" / case.name
        path.write_bytes(case.content)
        (self.out / "running" / "map.toml").write_text(case.mapping or "")
        self.tally.cases += 1
        refused_before = self.tally.refused
        begun, cpu_begun = time.monotonic(), time.process_time()
        reset_peak()
        signal.setitimer(signal.ITIMER_REAL, SLOWEST_SECONDS)
        # where a case hangs in native code no exception will ever be raised: its frames are written down
        faulthandler.dump_traceback_later(SLOWEST_SECONDS / 4, file=self.frames)
        try:
            self._count(self._read(case, path))
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            self._fault(case, error)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            faulthandler.cancel_dump_traceback_later()
        self.tally.slowest = max(self.tally.slowest, time.monotonic() - begun)
        if (cpu := time.process_time() - cpu_begun) > MOST_CPU_SECONDS:
            self._fault(case, BrokenPromiseError(f"took more than {MOST_CPU_SECONDS} s of the processor: {cpu:.0f}"))
        self._look_at_memory(case)
        path.unlink()
        fresh = self.feedback.fresh()
        self.tally.fresh_lines += fresh
        # what is refused stays refused however it is changed further
        return fresh > 0 and self.tally.refused == refused_before

    def _read(self, case: Seed, path: Path) -> Read:
        if case.mapping not in self.configured:
            self.configured[case.mapping] = configured(case.form, case.mapping)
        form, options = self.configured[case.mapping]
        return self.store.load(form, options, path) if self.store else read_case(form, options, path)

    def _count(self, read: Read) -> None:
        self.tally.refused += read.refusal is not None
        self.tally.with_rejects += read.rejects > 0

    def _look_at_memory(self, case: Seed) -> None:
        peak = peak_mb()
        if peak > MOST_MB >= self.tally.peak_mb:
            self._fault(case, BrokenPromiseError(f"took {peak:,.0f} MB of memory"))
        self.tally.peak_mb = max(self.tally.peak_mb, peak)

    def _fault(self, case: Seed, error: BaseException) -> None:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if WATCHED in str(Path(f.filename).resolve())]
        where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "outside of the readers"
        key = f"{type(error).__name__} at {where}" + ("" if frames else f": {str(error)[:120]}")
        self.tally.faults[key] += 1
        if self.tally.faults[key] == 1:
            keep_fault(self.out, case, key, "".join(traceback.format_exception(error)))


def keep_fault(out: Path, case: Seed, key: str, trace: str) -> Path:
    """Write a failing case, and how it is replayed, to a folder of its own."""
    number = len(list(out.glob("fault-*")))
    folder = out / f"fault-{number:03}-{case.form}"
    folder.mkdir()
    (folder / case.name).write_bytes(case.content)
    if case.mapping:
        (folder / "map.toml").write_text(case.mapping)
    replay = f"python -m tests.fuzzing --replay {folder} --format {case.form}"
    (folder / "why.txt").write_text(f"{key}\nreplay: {replay}\n\n{trace}")
    sys.stderr.write(f"FAULT {case.form}: {key} -> {folder}\n")
    sys.stderr.flush()
    return folder


def _too_slow(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlowError(f"took more than {SLOWEST_SECONDS} s")


def main() -> None:
    """Run as the job, one JSON argument, says; the last line tells what came of it."""
    job = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, MOST_ADDRESSES))
    signal.signal(signal.SIGALRM, _too_slow)
    out = Path(job["out"])
    (out / "running").mkdir(parents=True, exist_ok=True)
    form = job["form"]
    store = Store(ExternalAddress(job["store"])) if job["store"] else None
    pool = [one for one in SEEDS if one.form == form] + real_seeds(form)
    with (out / "slow.txt").open("a") as frames:
        chance = Random(f"{job['seed']}/{form}/{bool(store)}")
        worker = Worker(form, chance, out, store, Tally(form, job["seed"]), pool, frames)
        worker.run(job["seconds"], job["cases"])
    tally = worker.tally
    said = {name: getattr(tally, name) for name in tally.__slots__}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
