"""Answers kept for all who may see the same: computed once, and no asker's refusal is another's."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl
import pytest

from watchfloor.data.cache import AnswerCache, size_of
from watchfloor.data.versions import Versions
from watchfloor.geo.errors import NotSignedIn, StaleScope, StoreUnavailable, WatchfloorError

WAIT_S = 10


class Shared:
    """One asker who computes until told, and another who asks the same meanwhile."""

    def __init__(self) -> None:
        self.cache = AnswerCache(1_000)
        self.is_begun, self.may_end = threading.Event(), threading.Event()

    def asked_by_two(self, first: Callable[[], str], second: Callable[[], str]) -> tuple[object, object]:
        def slow() -> str:
            self.is_begun.set()
            self.may_end.wait(WAIT_S)
            return first()

        with ThreadPoolExecutor(2) as hands:
            one = hands.submit(self.cache.get, "scope", "question", slow)
            self.is_begun.wait(WAIT_S)
            two = hands.submit(self.cache.get, "scope", "question", second)
            threading.Event().wait(0.1)
            self.may_end.set()
            return tuple(future.exception(WAIT_S) or future.result() for future in (one, two))  # type: ignore[return-value]


def raising(error: WatchfloorError) -> Callable[[], str]:
    def ask() -> str:
        raise error

    return ask


def test_what_two_ask_at_once_is_computed_once() -> None:
    assert Shared().asked_by_two(lambda: "first", lambda: "second") == ("first", "first")


@pytest.mark.parametrize("error", [NotSignedIn("sign in again"), StaleScope("your rights changed")])
def test_what_one_asker_is_refused_reaches_no_other(error: WatchfloorError) -> None:
    shared = Shared()
    assert shared.asked_by_two(raising(error), lambda: "second") == (error, "second")
    assert shared.cache.get("scope", "question", lambda: "third") == "second"


def test_a_fault_of_the_store_is_told_to_all_who_wait_for_it() -> None:
    error = StoreUnavailable("the database does not answer")
    assert Shared().asked_by_two(raising(error), lambda: "second") == (error, error)


@pytest.mark.parametrize(
    ("answer", "least"),
    [
        ("x" * 10_000, 10_000),
        (dict.fromkeys(range(5000), "x" * 100), 5_000 * 100),
        (Versions({("seizures", region, 2026): region for region in range(3_000)}), 3_000 * 150),
        (pl.DataFrame({"key": np.arange(10_000)}), 80_000),
        (frozenset(range(1_000)), 28_000),
    ],
    ids=["text", "texts by number", "versions", "frame", "set"],
)
def test_what_is_kept_counts_for_what_it_takes(answer: object, least: int) -> None:
    assert least <= size_of(answer) < 5 * least
