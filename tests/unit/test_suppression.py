"""Claims about what a release of health counts shows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.geo.cells import cells_at, parent, resolution_of
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.suppression import (
    NO_MONTH,
    Atoms,
    Direction,
    Persons,
    Step,
    classes_of,
    default_steps,
    divide,
    placed,
    release,
)

JANUARY_2020 = 600
HARTFORD, BOSTON, TOKYO = (-72.67, 41.77), (-71.06, 42.36), (139.7, 35.7)


def people(*groups: tuple[int, tuple[float, float], int, int, int]) -> Persons:
    """Persons from (how many, place, resolution, month after January 2020, class)."""
    rows = [group[1:] for group in groups for _ in range(group[0])]
    lon, lat = (np.array([row[0][axis] for row in rows], float) for axis in (0, 1))
    resolution, month, classes = (np.array([row[i] for row in rows], np.int64) for i in (1, 2, 3))
    return Persons(cells_at(lon, lat, resolution), month + JANUARY_2020, classes)


def rows(atoms: Atoms) -> set[tuple[int, int, int, int, int, int]]:
    columns = (resolution_of(atoms.cell), atoms.first_month - JANUARY_2020, atoms.n_months)
    return set(zip(*(column.tolist() for column in (*columns, atoms.known, atoms.value, atoms.n)), strict=True))


def test_less_than_k_persons_release_nothing() -> None:
    atoms = release(people((4, HARTFORD, 9, 0, 0)), default_steps(0))

    assert atoms.n.size == 0


def test_no_persons_release_nothing() -> None:
    assert release(people(), default_steps(0)).n.size == 0


def test_k_persons_alike_are_shown_as_finely_as_the_lattice_goes() -> None:
    atoms = release(people((5, HARTFORD, 9, 0, 1)), default_steps(1))

    assert rows(atoms) == {(9, 0, 1, 1, 1, 5)}


def test_persons_are_not_shown_more_finely_than_they_are_known() -> None:
    atoms = release(people((5, HARTFORD, 5, 0, 0)), default_steps(0))

    assert rows(atoms) == {(5, 0, 1, 0, 0, 5)}


def test_a_small_place_is_pooled_with_the_smallest_that_would_do() -> None:
    steps = [Step(Direction.SPACE, 4)]

    atoms = release(people((9, HARTFORD, 9, 0, 0), (30, BOSTON, 9, 0, 0), (2, TOKYO, 9, 0, 0)), steps)

    assert rows(atoms) == {(-1, 0, 12, 0, 0, 11), (4, 0, 12, 0, 0, 30)}


def test_one_person_without_a_place_does_not_cost_the_others_theirs() -> None:
    cities = people((9, HARTFORD, 9, 0, 0), (60, BOSTON, 9, 0, 0), (1, TOKYO, -1, 0, 0))

    atoms = release(cities, [Step(Direction.SPACE, 4)])

    assert (4, 0, 12, 0, 0, 60) in rows(atoms)


def test_small_neighbours_are_pooled_in_the_cell_above_them() -> None:
    near = [(HARTFORD[0] + east, HARTFORD[1]) for east in (0.0, 0.1, 0.2, 0.3)]
    persons = people(*((3, place, 9, 0, 0) for place in near), (40, TOKYO, 9, 0, 0))

    atoms = release(persons, [Step(Direction.SPACE, 7)])

    pools = atoms.take(np.flatnonzero(resolution_of(atoms.cell) < 7))
    assert pools.n.sum() == 12
    assert (resolution_of(pools.cell) >= 2).all()


def test_pooled_years_are_not_split_into_months() -> None:
    steps = [Step(Direction.YEAR), Step(Direction.MONTH)]

    atoms = release(people((20, HARTFORD, 9, 0, 0), (3, HARTFORD, 9, 12, 0), (3, HARTFORD, 9, 24, 0)), steps)

    assert rows(atoms) == {(-1, 0, 1, 0, 0, 20), (-1, 0, 36, 0, 0, 6)}


def test_persons_without_a_month_stay_in_the_whole_span() -> None:
    known = people((9, HARTFORD, 9, 0, 0), (6, HARTFORD, 9, 13, 0))
    month = np.where(known.month == JANUARY_2020 + 13, NO_MONTH, known.month)

    atoms = release(Persons(known.cell, month, known.classes), [Step(Direction.MONTH)])

    assert rows(atoms) == {(-1, 0, 1, 0, 0, 9), (-1, 0, 12, 0, 0, 6)}


def test_a_substance_is_told_apart_only_if_both_sides_are_large_enough() -> None:
    steps = [Step(Direction.SUBSTANCE, 0), Step(Direction.SUBSTANCE, 1)]

    atoms = release(people((6, HARTFORD, 9, 0, 0b01), (4, HARTFORD, 9, 0, 0b10), (5, HARTFORD, 9, 0, 0)), steps)

    assert rows(atoms) == {(-1, 0, 12, 0b11, 0b01, 6), (-1, 0, 12, 0b01, 0b00, 9)}


def test_a_split_that_serves_too_few_is_refused() -> None:
    persons = people((6, HARTFORD, 9, 0, 0), *((3, HARTFORD, 9, month, 0) for month in range(1, 12)))
    by_month = [Step(Direction.MONTH)]

    assert len(rows(release(persons, by_month, worth=0.5))) == 1
    assert len(rows(release(persons, by_month, worth=0.1))) == 2


def test_an_early_substance_comes_before_the_month() -> None:
    kinds = [step.direction for step in default_steps(2, early=1)]

    assert kinds.index(Direction.SUBSTANCE) < kinds.index(Direction.MONTH)
    assert len(kinds) == len(set(default_steps(2, early=1)))


def test_classes_keep_the_main_substances_and_drop_the_others() -> None:
    cocaine, heroin, fentanyl = 1, 2, 3
    masks = np.array([1 << fentanyl, 1 << fentanyl | 1 << cocaine, 1 << heroin, 0])

    assert classes_of(masks, [fentanyl, cocaine]).tolist() == [0b01, 0b11, 0, 0]


@pytest.mark.parametrize(("k", "steps"), [(1, ()), (5, (Step(Direction.YEAR), Step(Direction.YEAR)))])
def test_an_unsafe_release_is_refused(k: int, steps: tuple[Step, ...]) -> None:
    with pytest.raises(BadQuestion):
        release(people((9, HARTFORD, 9, 0, 0)), steps, k=k)


PLACES = st.tuples(st.floats(-72.9, -72.3), st.floats(41.5, 41.9))
GROUP = st.tuples(st.integers(1, 9), PLACES, st.sampled_from([-1, 3, 5, 9]), st.integers(0, 30), st.integers(0, 3))


@settings(deadline=None)
@given(st.lists(GROUP, min_size=1, max_size=25), st.integers(2, 6), st.randoms())
def test_atoms_hold_every_person_once_and_k_at_least_in_any_order(
    groups: list[tuple[int, tuple[float, float], int, int, int]], k: int, random: object
) -> None:
    persons = people(*groups)
    order = np.arange(persons.cell.size)
    random.shuffle(order)  # type: ignore[attr-defined]
    mixed = Persons(persons.cell[order], persons.month[order], persons.classes[order])

    atoms, atom = divide(persons, default_steps(2), k=k, worth=0.5)
    again = release(mixed, default_steps(2), k=k)

    assert rows(atoms) == rows(again)
    if persons.cell.size >= k:
        assert atoms.n.sum() == persons.cell.size
        assert atoms.n.min() >= k
        within = atoms.take(atom)
        assert (parent(persons.cell, 0) == parent(within.cell, 0))[within.cell != 0].all()
        assert (persons.classes & within.known == within.value).all()
        assert (persons.month >= within.first_month).all()
        assert (persons.month < within.first_month + within.n_months).all()


def test_placed_sums_the_cells_and_counts_what_is_known_more_widely() -> None:
    persons = people((8, HARTFORD, 9, 0, 1), (7, BOSTON, 9, 14, 0), (5, HARTFORD, 9, 20, 1), (6, BOSTON, 9, 14, 1))
    atoms = release(persons, default_steps(1))

    year = placed(atoms, resolution=4, first_month=JANUARY_2020, last_month=JANUARY_2020 + 11)
    half = placed(atoms, resolution=4, first_month=JANUARY_2020 + 12, last_month=JANUARY_2020 + 17)
    substance = placed(atoms, resolution=0, first_month=0, last_month=10_000, substance=0)

    assert (year.n.tolist(), year.n_wider) == ([8], 0)
    assert resolution_of(year.cells).tolist() == [4]
    assert half.n.sum() + half.n_wider >= 13
    assert substance.n.sum() + substance.n_wider >= 19


def test_placed_shows_a_coarse_atom_at_its_own_cell() -> None:
    atoms = release(people((9, HARTFORD, 3, 0, 0)), default_steps(0))

    shown = placed(atoms, resolution=7, first_month=0, last_month=10_000)

    assert resolution_of(shown.cells).tolist() == [3]
