"""Folders for stores that live no longer than a test: in memory where there is room for them."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 8 << 30


@contextmanager
def temporary_home(like: Path | None = None) -> Iterator[Path]:
    """A new folder with a short name. A store is some 1,500 files: on a disk they take most of the time of a copy.

    like: a home whose cluster, at rest, the new one begins with.
    """
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM
    with tempfile.TemporaryDirectory(prefix="wf-", dir=MEMORY if has_room else None) as folder:
        if like is not None:
            subprocess.run(["cp", "-a", like / "cluster", folder], check=True)
        yield Path(folder)
