"""Files mapped into memory without a descriptor kept open: thousands of them are read at once.

Python's own mapping keeps its file open as long as it lives, and a process may have a thousand open files.
"""

import ctypes
import mmap
import os
import weakref
from pathlib import Path
from typing import Final

import numpy as np

from watchfloor.geo.track_bucket import Bytes, sealed

_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_LIBC.mmap.restype = ctypes.c_void_p
_LIBC.mmap.argtypes = (
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_longlong,
)
_LIBC.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
_FAILED: Final = ctypes.c_void_p(-1).value


def mapped(path: Path) -> Bytes:
    """The bytes of a file, read where they lie, until nobody holds them any more. Raises OSError."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if not size:
            return sealed(np.zeros(0, np.uint8))
        at = _LIBC.mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, file.fileno(), 0)
    if at is None or at == _FAILED:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(path))
    held = (ctypes.c_ubyte * size).from_address(at)
    weakref.finalize(held, _LIBC.munmap, at, size)
    return sealed(np.frombuffer(held, np.uint8))
