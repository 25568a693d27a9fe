"""Questions of a page: the latest wins, a fault becomes a state, nothing reaches a page that is gone."""

import threading
from collections.abc import Callable

import pytest

from watchfloor.dashboards.answers import Answers, state_of
from watchfloor.dashboards.pane_state import Condition, PaneState
from watchfloor.geo.errors import BadQuestion, NotSignedIn, Refused, StoreUnavailable, WatchfloorError

WAIT_S = 10


class Page:
    """Takes what is delivered, at once."""

    def __init__(self) -> None:
        self.got: list[object] = []
        self.told = threading.Event()

    def deliver(self, call: Callable[[], None]) -> None:
        call()
        self.told.set()

    def take(self, value: object) -> None:
        self.got.append(value)


@pytest.fixture
def page() -> Page:
    return Page()


def test_the_latest_question_of_a_place_wins(page: Page) -> None:
    answers, gate = Answers(page.deliver), threading.Event()

    def slow() -> str:
        gate.wait(WAIT_S)
        return "old"

    answers.ask("panel", slow, page.take, page.take)
    answers.ask("panel", lambda: "new", page.take, page.take)
    page.told.wait(WAIT_S)
    gate.set()
    answers._workers.shutdown(wait=True)
    assert page.got == ["new"]


def test_questions_of_different_places_do_not_cancel_each_other(page: Page) -> None:
    answers = Answers(page.deliver)
    answers.ask("a", lambda: 1, page.take, page.take)
    answers.ask("b", lambda: 2, page.take, page.take)
    answers._workers.shutdown(wait=True)
    assert sorted(page.got, key=str) == [1, 2]


def test_an_answer_that_is_void_when_it_is_delivered_reaches_nobody(page: Page) -> None:
    held: list[Callable[[], None]] = []
    answers = Answers(held.append)
    answers.ask("a", lambda: 1, page.take, page.take)
    answers._workers.shutdown(wait=True)
    answers.forget("a")
    held[0]()
    assert page.got == []


def test_a_closed_page_gets_nothing(page: Page) -> None:
    answers, gate = Answers(page.deliver), threading.Event()
    answers.ask("a", lambda: gate.wait(WAIT_S), page.take, page.take)
    answers.close()
    gate.set()
    answers._workers.shutdown(wait=True)
    answers.ask("a", lambda: 1, page.take, page.take)
    assert page.got == []


def test_a_fault_that_nobody_expected_becomes_a_failed_pane_without_its_words(page: Page) -> None:
    answers = Answers(page.deliver)

    def broken() -> None:
        raise ValueError("secret row")

    answers.ask("a", broken, page.take, page.take)
    answers._workers.shutdown(wait=True)
    (state,) = page.got
    assert isinstance(state, PaneState)
    assert state.condition is Condition.FAILED
    assert "secret" not in state.sentence


@pytest.mark.parametrize(
    ("error", "condition"),
    [
        (Refused("not for this role"), Condition.REFUSED),
        (NotSignedIn("x"), Condition.REFUSED),
        (BadQuestion("x"), Condition.FAILED),
        (StoreUnavailable("x"), Condition.FAILED),
    ],
)
def test_each_error_has_its_state(error: WatchfloorError, condition: Condition) -> None:
    assert state_of(error).condition is condition
    assert state_of(error).sentence
