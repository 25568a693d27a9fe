"""An asker who kept every answer of every release, one after another, learns no small count from their differences."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.geo.cells import cells_at
from watchfloor.geo.releases import next_release, until_month
from watchfloor.geo.suppression import Atoms, Persons, default_steps, placed

FIRST, MONTHS = 600, 24
STEPS = default_steps(2)
PLACES = np.array([(-72.67, 41.77), (-72.66, 41.77), (-72.0, 41.5), (10.0, 50.0)])
PERIODS = [(FIRST, FIRST + 23), (FIRST, FIRST + 11), (FIRST + 12, FIRST + 23)]
PERIODS += [(FIRST + month, FIRST + month) for month in range(MONTHS)]
ROW = st.tuples(
    st.integers(0, 2),
    st.sampled_from(range(len(PLACES))),
    st.sampled_from([2, 4, 5, 9]),
    st.sampled_from([0, 1, 11, 12, 23]),
    st.integers(0, 3),
    st.integers(1, 6),
)


def persons_of(table: np.ndarray) -> Persons:
    place, resolution, month, classes = table.T
    return Persons(cells_at(*PLACES[place].T, resolution), month + FIRST, classes)


def released(table: np.ndarray, batch: np.ndarray, *, k: int, least_more: int) -> list[list[Atoms]]:
    """What stands released after each of three loads."""
    waits = np.zeros(batch.size, bool)
    standing: list[Atoms] = []
    history = []
    for load in range(3):
        waits |= batch == load
        atoms = next_release(
            persons_of(table[waits]), STEPS, is_first=not standing, k=k, least_more=least_more
        )  # fmt: skip
        if atoms is not None:
            standing = [*standing, atoms]
            waits[:] = False
        history.append(standing)
    return history


def answers(standing: list[Atoms]) -> dict[tuple[object, ...], int]:
    """Every number that can be asked for."""
    told: dict[tuple[object, ...], int] = {}
    for atoms, level, (first, last), substance in product(standing, (0, 2, 4, 5, 9), PERIODS, (None, 0, 1)):
        answer = placed(atoms, resolution=level, first_month=first, last_month=last, substance=substance)
        for cell, n in zip(answer.cells.tolist(), answer.n.tolist(), strict=True):
            question = (level, first, last, substance, cell)
            told[question] = told.get(question, 0) + n
    return told


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, min_size=2, max_size=12), st.integers(2, 6), st.sampled_from([0, 12, 30]))
def test_no_difference_of_two_moments_is_a_small_count(
    groups: list[tuple[int, int, int, int, int, int]], k: int, least_more: int
) -> None:
    table = np.repeat(np.array([group[:5] for group in groups]), [group[5] for group in groups], axis=0)
    moments = [answers(standing) for standing in released(table[:, 1:], table[:, 0], k=k, least_more=least_more)]

    for earlier, later in ((0, 1), (1, 2), (0, 2)):
        questions = {*moments[earlier], *moments[later]}
        grown = {moments[later].get(each, 0) - moments[earlier].get(each, 0) for each in questions}
        assert all(n == 0 or n >= k for n in grown), "nothing shrinks, and nothing grows by 1 to k-1"
        assert all(n >= k for n in moments[later].values())


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, min_size=2, max_size=12), st.integers(2, 6))
def test_what_was_released_stands_as_it_was(groups: list[tuple[int, int, int, int, int, int]], k: int) -> None:
    table = np.repeat(np.array([group[:5] for group in groups]), [group[5] for group in groups], axis=0)
    first, second, third = released(table[:, 1:], table[:, 0], k=k, least_more=k)
    assert second[: len(first)] == first
    assert third[: len(second)] == second
    assert all(atoms.n.min() >= k for atoms in third)


@pytest.mark.parametrize(("waiting", "is_first", "is_released"), [
    (4, True, False), (5, True, True), (99, False, False), (100, False, True),
])  # fmt: skip
def test_few_wait_until_they_are_enough(waiting: int, is_first: bool, is_released: bool) -> None:
    atoms = next_release(persons_of(np.tile([0, 9, 0, 0], (waiting, 1))), STEPS, is_first=is_first)
    assert (atoms is not None) is is_released
    assert atoms is None or atoms.n.sum() == waiting


def test_the_rule_is_needed_one_more_person_in_a_release_made_anew_would_show() -> None:
    before, after = (persons_of(np.tile([0, 9, 0, 0], (n, 1))) for n in (20, 21))
    told = [answers([atoms]) for each in (before, after) if (atoms := next_release(each, STEPS, is_first=True))]
    assert {told[1][question] - told[0][question] for question in told[0]} == {1}


def test_the_year_so_far_is_answered_though_the_year_has_not_passed() -> None:
    atoms = next_release(persons_of(np.tile([0, 9, 1, 0], (20, 1))), STEPS[:2], is_first=True)
    assert atoms is not None
    asked = {"resolution": 2, "first_month": FIRST, "last_month": FIRST + 4}
    assert placed(atoms, **asked).n.sum() == 0
    assert placed(until_month(atoms, FIRST + 5), **asked).n.sum() == 20
