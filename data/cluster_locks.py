"""Locks that the operating system drops when their holder dies, however it dies."""

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watchfloor.geo.errors import StoreUnavailable

PAUSE_S = 0.02


def open_lock(path: Path, owner_uid: int) -> int:
    """A descriptor of the lock file, made if absent and given to its owner."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    found = os.fstat(descriptor)
    if stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and found.st_uid != owner_uid:
        os.fchown(descriptor, owner_uid, -1)
    return descriptor


def try_lock(descriptor: int, *, shared: bool = False) -> bool:
    """Takes the lock if that is possible at once."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_lock(descriptor: int, within_s: float, *, shared: bool = False) -> bool:
    """Takes the lock as soon as it is free; False if it was not within this time."""
    deadline = time.monotonic() + within_s
    while not try_lock(descriptor, shared=shared):
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE_S)
    return True


@contextmanager
def locked(path: Path, owner_uid: int, within_s: float) -> Iterator[None]:
    """Holds the lock for the block; StoreUnavailable if another keeps it for longer."""
    descriptor = open_lock(path, owner_uid)
    try:
        if not wait_lock(descriptor, within_s):
            raise StoreUnavailable(
                f"another watchfloor has been starting or stopping this store for {within_s:.0f} s: {path}"
            )
        yield
    finally:
        os.close(descriptor)


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock just now."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        return try_lock(descriptor)
    finally:
        os.close(descriptor)
