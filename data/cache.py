"""Answers kept in memory, keyed by scope first, bounded in bytes, computed once for all who wait."""

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Set
from concurrent.futures import Future
from contextlib import suppress
from itertools import islice
from typing import cast

import numpy as np

from watchfloor.geo.errors import Refused

_MEASURED = 1000


class AnswerCache:
    """Least recently used answers; equal keys asked at the same time are computed once (single flight).

    Keys begin with what the asker may see, so that unequal scopes never share an answer. An error is kept for nobody,
    but told to all who wait; what one asker is refused is theirs alone, and another of them computes.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._under_way: dict[Hashable, Future[object]] = {}
        self._lock = threading.Lock()

    def get[Answer](self, scope: Hashable, question: Hashable, compute: Callable[[], Answer]) -> Answer:
        """The kept answer, that of the thread which is computing it, or a fresh one."""
        key = (scope, question)
        while True:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return cast("Answer", self._kept[key][0])
                waiting = self._under_way.get(key)
                if waiting is None:
                    mine = self._under_way[key] = Future()
                    break
            # a sign-in that has ended, or rights that have changed, say nothing of who waits
            with suppress(Refused):
                return cast("Answer", waiting.result())
        return self._computed(key, mine, compute)

    def _computed[Answer](self, key: Hashable, mine: Future[object], compute: Callable[[], Answer]) -> Answer:
        try:
            answer = compute()
        except BaseException as error:
            with self._lock:
                del self._under_way[key]
            mine.set_exception(error)
            raise
        self._keep(key, answer)
        mine.set_result(answer)
        return answer

    def at_hand(self, scope: Hashable, question: Hashable) -> object:
        """The kept answer, None if there is none."""
        with self._lock:
            kept = self._kept.get((scope, question))
            if kept is None:
                return None
            self._kept.move_to_end((scope, question))
            return kept[0]

    def clear(self) -> None:
        """Forget all answers."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _keep(self, key: Hashable, answer: object) -> None:
        size = size_of(answer)
        with self._lock:
            del self._under_way[key]
            if size > self._max_bytes:
                return
            self._kept[key] = (answer, size)
            self._bytes += size
            while self._bytes > self._max_bytes:
                _, (_, gone) = self._kept.popitem(last=False)
                self._bytes -= gone


def size_of(answer: object) -> int:
    """Bytes of an answer: as it tells itself, else by its parts, and a flat guess for what has none.

    Of many parts the first thousand are measured, and the rest is taken to be as large.
    """
    if answer is None or isinstance(answer, bytes | str | int | float):
        return sys.getsizeof(answer)
    if isinstance(answer, np.ndarray):
        return int(answer.nbytes) + 200
    told = getattr(answer, "held_bytes", None)
    if isinstance(told, int):
        # what is mapped from a file is the file's, not ours
        return told + 200
    estimated = getattr(answer, "estimated_size", None)
    if callable(estimated):
        # a frame of columns
        return int(estimated()) + 200
    slots = getattr(type(answer), "__slots__", None)
    if slots:
        return 200 + sum(size_of(getattr(answer, slot, None)) for slot in slots)
    if isinstance(answer, Mapping):
        return _size_of_parts(answer.items(), len(answer))
    if isinstance(answer, list | tuple | Set):
        return _size_of_parts(answer, len(answer))
    return 200


def _size_of_parts(parts: Iterable[object], n: int) -> int:
    measured = sum(size_of(one) for one in islice(parts, _MEASURED))
    return 100 + measured * max(n, _MEASURED) // _MEASURED
