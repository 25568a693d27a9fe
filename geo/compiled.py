"""Functions compiled by Numba: kept on disk where there is a place for it, free of the interpreter's lock."""

from collections.abc import Callable
from typing import Any, cast

import numba


def compiled[F: Callable[..., Any]](function: F) -> F:
    """The function, compiled at its first call for each kind of argument; sums keep their order."""
    try:
        return cast(F, numba.njit(nogil=True, cache=True)(function))
    except RuntimeError:
        # a read-only installation without a home has no place for compiled code: compile at each start
        return cast(F, numba.njit(nogil=True)(function))
