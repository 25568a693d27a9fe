"""Undo and redo of the choices of a page."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from watchfloor.dashboards.history import MOST, History
from watchfloor.dashboards.state import State
from watchfloor.geo.narrowing import Narrowing
from watchfloor.geo.period import Period
from watchfloor.geo.query import Measured


class Clock:
    """Goes on by a second each time it is asked, unless it is held."""

    def __init__(self) -> None:
        self.at, self.step = 0.0, 1.0

    def __call__(self) -> float:
        self.at += self.step
        return self.at


def test_what_was_chosen_is_taken_back_and_chosen_again() -> None:
    state = State()
    history = History(state, Clock())
    state.substances = ("cocaine",)
    state.only = Narrowing(least_kg=5.0)

    history.undo()
    assert (state.substances, bool(state.only)) == (("cocaine",), False)
    history.undo()
    assert state.substances == ()
    assert (history.can_undo, history.can_redo) == (False, True)
    history.redo()
    history.redo()
    assert state.only == Narrowing(least_kg=5.0)
    assert (history.can_undo, history.can_redo) == (True, False)


def test_to_choose_something_else_forgets_what_was_taken_back() -> None:
    state = State()
    history = History(state, Clock())
    state.substances = ("cocaine",)
    history.undo()
    state.measured = Measured.KILOGRAMS
    assert not history.can_redo
    history.redo()
    assert state.substances == ()


def test_panning_is_no_choice_and_stays_where_it_is() -> None:
    state = State()
    history = History(state, Clock())
    state.substances = ("cocaine",)
    state.look_at(10.0, 20.0, 7.0)
    history.undo()
    assert (state.lon, state.lat, state.zoom) == (10.0, 20.0, 7.0)
    assert not history.can_undo


def test_what_a_hand_draws_without_pause_is_one_choice() -> None:
    state, clock = State(), Clock()
    history = History(state, clock)
    before = state.period
    clock.step = 0.1
    for days in range(1, 20):
        state.period = Period(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days))
    history.undo()
    assert state.period == before
    assert not history.can_undo


def test_two_kinds_of_choice_are_two_however_fast() -> None:
    state, clock = State(), Clock()
    history = History(state, clock)
    clock.step = 0.01
    state.substances = ("cocaine",)
    state.measured = Measured.KILOGRAMS
    history.undo()
    assert (state.substances, state.measured) == (("cocaine",), Measured.COUNT)


def test_what_the_page_itself_chose_is_not_taken_back() -> None:
    state = State()
    history = History(state, Clock())
    state.substances = ("cocaine",)
    history.forget()
    history.undo()
    assert state.substances == ("cocaine",)


def test_no_more_is_remembered_than_is_bounded() -> None:
    state = State()
    history = History(state, Clock())
    for number in range(MOST + 20):
        state.only = Narrowing(least_kg=float(number + 1))
    undone = 0
    while history.can_undo:
        history.undo()
        undone += 1
    assert undone == MOST


CHOICES = st.lists(
    st.one_of(
        st.sampled_from([(), ("cocaine",), ("fentanyl",)]).map(lambda one: {"substances": one}),
        st.sampled_from(Measured).map(lambda one: {"measured": one}),
        st.integers(1, 9).map(lambda one: {"only": Narrowing(least_kg=float(one))}),
    ),
    max_size=12,
)


@given(CHOICES)
def test_undoing_all_and_redoing_all_comes_back_to_the_same_choices(choices: list[dict[str, object]]) -> None:
    state = State()
    begun, history = state.chosen(), History(state, Clock())
    for choice in choices:
        state.param.update(**choice)
    ended = state.chosen()
    while history.can_undo:
        history.undo()
    assert state.chosen() == begun
    while history.can_redo:
        history.redo()
    assert state.chosen() == ended
