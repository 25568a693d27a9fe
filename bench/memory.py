"""How much memory a piece of work holds at most, without the files that are mapped."""

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Final, Self

EACH_S: Final = 0.05


def anonymous_gb(pid: int | None = None) -> float:
    """Memory of a process (this one) that no file stands behind, RssAnon, in GB; 0 if it has ended.

    Files that are mapped count as memory of a process, too, but are given back as soon as somebody needs it.
    """
    try:
        told = Path(f"/proc/{pid or os.getpid()}/status").read_text()
    except FileNotFoundError:
        return 0.0
    return sum(int(line.split()[1]) for line in told.splitlines() if line.startswith("RssAnon:")) / 2**20


def family(pid: int) -> list[int]:
    """A server's process, and those of its children that draw for it; not its database, nor a build."""
    found = [pid]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and b"watchfloor.app.drawing" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


class Memory:
    """Samples what this process holds while its block runs; children are none of it."""

    def __init__(self) -> None:
        self.most_gb = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        while True:
            self.most_gb = max(self.most_gb, anonymous_gb())
            if self._stop.wait(EACH_S):
                return
