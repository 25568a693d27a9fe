"""Arrays of the database as NumPy's, without a Python object for each element."""

from typing import Any, Final

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

# of an array without nulls and of one dimension, these many bytes come before its elements; each begins with its length
_HEAD: Final = 20
_SIZE: Final = ">i4"
_KINDS: Final = {"int2": ">i2", "int4": ">i4", "int8": ">i8", "float4": ">f4", "float8": ">f8", "timestamptz": ">i8"}
_BEGINS_S: Final = 946_684_800
"""Moments are told from 2000 on, in microseconds."""


def arrays_as_numpy(cursor: psycopg.Cursor[Any]) -> None:
    """From now on this cursor gives arrays of numbers as NumPy's, shape (n,); it must ask for binary answers.

    Moments are microseconds since 2000: `seconds_of` says them as seconds since 1970. Arrays hold no null.
    """
    for name, kind in _KINDS.items():
        found = cursor.adapters.types[name]
        cursor.adapters.register_loader(found.array_oid, _loader(kind))


def seconds_of(moments: NDArray[np.int64]) -> NDArray[np.int64]:
    """The seconds since 1970 in which moments of such an array lie: rounded down."""
    return np.asarray(np.floor_divide(moments.astype(np.int64), 1_000_000) + _BEGINS_S)


def _loader(kind: str) -> type[Loader]:
    element = np.dtype([("size", _SIZE), ("value", kind)])

    class ArrayLoader(Loader):
        format = Format.BINARY

        def load(self, data: Buffer) -> NDArray[Any]:
            # what comes is gone with the next row
            return np.frombuffer(bytes(data), element, offset=_HEAD)["value"]

    return ArrayLoader
