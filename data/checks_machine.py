"""What can be wrong with the machine and with a home, found without starting or changing anything."""

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from watchfloor.data.checks import Finding
from watchfloor.data.cluster_files import SOCKET_PATH_BYTES, ClusterFiles, locate
from watchfloor.data.cluster_locks import is_free
from watchfloor.data.cluster_process import read_postmaster, works_in
from watchfloor.data.cluster_programs import Programs, find_programs
from watchfloor.geo.errors import MissingTool, StoreUnavailable

OLDEST_PYTHON = (3, 12)
GIB = 1 << 30
LEAST_FREE = 2 * GIB
SCARCE_FREE = 10 * GIB
# no release of this program is older
EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
OTHERS = stat.S_IRWXO


def python_version(version: tuple[int, ...] = tuple(sys.version_info[:2])) -> Iterator[Finding]:
    """The interpreter."""
    if version < OLDEST_PYTHON:
        yield Finding(
            "python",
            f"this is Python {'.'.join(map(str, version))}",
            "install Python 3.12 or newer, then `make setup PYTHON=/path/to/python3.12`",
        )


def clock(now: datetime) -> Iterator[Finding]:
    """The clock, as far as it can be known to be wrong."""
    if now < EARLIEST:
        yield Finding("clock", f"the clock says {now:%Y-%m-%d}, which is past long since", "set the machine's clock")


def programs(home: Path, find: Callable[[int | None], Programs] = find_programs) -> Iterator[Finding]:
    """PostgreSQL with PostGIS for the private cluster, of the version that its data need."""
    version = locate(home).data / "PG_VERSION"
    try:
        find(int(version.read_text()) if version.is_file() else None)
    except MissingTool as error:
        yield Finding("postgresql", str(error), "install it as said, or set WATCHFLOOR_DATABASE_URL")


def disk_space(folder: Path, least: int = LEAST_FREE, scarce: int = SCARCE_FREE) -> Iterator[Finding]:
    """Room where the data stand, in bytes."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < scarce:
        yield Finding(
            "disk",
            f"{free / GIB:.1f} GiB are free on the disk of {folder}",
            "make room, or move the store to a larger disk (`watchfloor db backup`, then restore there)",
            is_fault=free < least,
        )


def permissions(home: Path, me: int | None = None) -> Iterator[Finding]:
    """Whose the home is, and who else may look or write into it."""
    if not home.exists():
        return
    me, found = os.geteuid() if me is None else me, home.stat()
    if me not in {0, found.st_uid}:
        yield Finding(
            "home", f"{home} belongs to user number {found.st_uid}, not to you", "run as that user, or choose a home"
        )
        return
    if found.st_mode & OTHERS_WRITE:
        yield Finding("home", f"others may write into {home}", f"chmod go-w {home}")
    for folder in (home / "log", home / "cluster"):
        if folder.exists() and folder.stat().st_mode & OTHERS:
            yield Finding("home", f"others may look into {folder}", f"chmod o-rwx {folder}")


def socket_path(home: Path) -> Iterator[Finding]:
    """Where the socket stands if the home's own path is too long for one."""
    files = locate(home)
    beside = files.base / "socket"
    if files.socket_dir != beside:
        yield Finding(
            "socket",
            f"the path of {home} is too long (over {SOCKET_PATH_BYTES} bytes) or too odd for a socket, "
            f"which stands in {files.socket_dir} instead",
            "nothing, unless that folder is swept: then choose a shorter WATCHFLOOR_HOME",
            is_fault=False,
        )


def processes(home: Path) -> Iterator[Finding]:
    """Servers, or children of servers, that somebody who was killed has left behind."""
    files = locate(home)
    if not files.is_created:
        return
    if read_postmaster(files.data) is None:
        left = _working_in(files)
        if left:
            yield Finding(
                "processes",
                f"processes of a killed database server still work in {files.data}: {', '.join(map(str, left))}",
                "end them: `watchfloor db stop`; the next start does so too",
            )
    elif not files.kept.exists() and is_free(files.use_lock):
        yield Finding(
            "processes",
            "the private cluster runs, but the program that used it is gone",
            "end it: `watchfloor db stop`; or go on, the next program uses it and ends it",
            is_fault=False,
        )


def check_home(home: Path, *, is_external: bool) -> list[Finding]:
    """All that is wrong with the machine and with this home."""
    found = [*python_version(), *clock(datetime.now(UTC)), *permissions(home)]
    try:
        folder = home if is_external else locate(home).base
        found += disk_space(folder)
        if not is_external:
            found += [*programs(home), *socket_path(home), *processes(home)]
    except (StoreUnavailable, MissingTool) as error:
        found.append(Finding("home", str(error), "do as said"))
    return found


def _working_in(files: ClusterFiles) -> list[int]:
    if not Path("/proc/self").exists():
        return []
    numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return sorted(number for number in numbers if works_in(number, files.data))
