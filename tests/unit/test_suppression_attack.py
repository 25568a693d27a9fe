"""An asker who puts every question to a release and works on the answers does not learn a small count."""

import os
from collections import defaultdict
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.geo.cells import cells_at, parent, resolution_of
from watchfloor.geo.pooling import counted, shown
from watchfloor.geo.precision import finest_resolution
from watchfloor.geo.suppression import Atoms, Persons, default_steps, divide, placed, release

FIRST = 600
MONTHS = 24
LEVELS = (-1, 0, 2, 4, 5, 9)
PERIODS = [
    (FIRST, FIRST + MONTHS - 1),
    *((FIRST + start, FIRST + start + 11) for start in (0, 12)),
    *((FIRST + start, FIRST + start) for start in range(MONTHS)),
    *((FIRST + start, FIRST + start + 2) for start in range(0, MONTHS, 4)),
]
SUBSTANCES = (None, 0, 1)

# a handful of places, some beside one another: many cells share parents, and some persons are known only coarsely
PLACES = np.array([(-72.67, 41.77), (-72.66, 41.77), (-72.5, 41.75), (-72.0, 41.5), (-71.0, 42.3), (10.0, 50.0)])
ROW = st.tuples(
    st.sampled_from(range(len(PLACES))),
    st.sampled_from([-1, 2, 4, 5, 9, 9, 9]),
    st.sampled_from([0, 1, 2, 11, 12, 13, 23]),
    st.integers(0, 3),
    st.integers(1, 7),
)


def persons_of(groups: list[tuple[int, int, int, int, int]]) -> Persons:
    table = np.repeat(np.array([group[:4] for group in groups]), [group[4] for group in groups], axis=0)
    place, resolution, month, classes = table.T
    return Persons(cells_at(*PLACES[place].T, resolution), month + FIRST, classes)


def answers(atoms: Atoms) -> dict[tuple[object, ...], int]:
    """Every number that can be asked for: by cells of each resolution, in each period, for each substance."""
    told = {}
    for level, (first, last), substance in product(LEVELS[1:], PERIODS, SUBSTANCES):
        answer = placed(atoms, resolution=level, first_month=first, last_month=last, substance=substance)
        told[level, first, last, substance, "wider"] = answer.n_wider
        for cell, n in zip(answer.cells.tolist(), answer.n.tolist(), strict=True):
            told[level, first, last, substance, cell] = n
    return told


def populations(persons: Persons) -> set[tuple[bool, ...]]:
    """Every population of the lattice that holds anyone, as a mask over the persons."""
    in_class = [np.ones(persons.cell.size, bool), *((persons.classes >> bit & 1) == 1 for bit in (0, 1))]
    in_class += [~each for each in in_class[1:]] + [in_class[1] & in_class[2]]
    masks = set()
    for level, (first, last), kind in product(LEVELS, PERIODS, in_class):
        known = resolution_of(persons.cell) >= level
        cells = parent(persons.cell, level) if level >= 0 else np.zeros_like(persons.cell)
        chosen = known & kind & (persons.month >= first) & (persons.month <= last)
        masks |= {tuple((chosen & (cells == cell)).tolist()) for cell in np.unique(cells[chosen])}
    return masks


@settings(max_examples=60, deadline=None)
@given(
    st.lists(ROW, min_size=2, max_size=14), st.integers(2, 6), st.sampled_from([0.0, 0.5]), st.permutations(range(6))
)
def test_no_combination_of_answers_fixes_a_small_count(
    groups: list[tuple[int, int, int, int, int]], k: int, worth: float, order: list[int]
) -> None:
    persons = persons_of(groups)
    steps = [default_steps(2)[i] for i in order]
    atoms, atom = divide(persons, steps, k=k, worth=worth)
    if atoms.n.size == 0:
        assert persons.cell.size < k
        return
    # which atoms an answer sums is seen by giving each its own power of two instead of its count
    marked = answers(replace(atoms, n=2 ** np.arange(atoms.n.size)))
    sums = np.array(sorted({*marked.values()} - {0}))
    over_atoms = (sums[:, None] >> np.arange(atoms.n.size)) & 1

    # the asker knows of each person whether he may exist: one unknown for each, nothing else is open
    over_persons = over_atoms[:, atom].astype(float)
    _, weight, basis = np.linalg.svd(over_persons, full_matrices=False)
    basis = basis[weight > 1e-9]

    for mask in populations(persons):
        wanted = np.array(mask, float)
        fixed = np.allclose(basis.T @ (basis @ wanted), wanted, atol=1e-7)
        assert not (fixed and 1 <= wanted.sum() < k)


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, min_size=2, max_size=14), st.integers(2, 6))
def test_no_answer_and_no_difference_of_nested_answers_is_small(
    groups: list[tuple[int, int, int, int, int]], k: int
) -> None:
    atoms = release(persons_of(groups), default_steps(2, early=1), k=k)

    told = answers(atoms)

    assert not {*told.values()} & {*range(1, k)}
    marked = answers(replace(atoms, n=2 ** np.arange(atoms.n.size)))
    distinct = {mark: told[question] for question, mark in marked.items()}
    for outer, inner in product(distinct, distinct):
        if inner & ~outer == 0:
            assert not 1 <= distinct[outer] - distinct[inner] < k


@pytest.mark.parametrize(("k", "children", "most"), [(3, 2, 20), (3, 3, 16), (3, 4, 13), (4, 3, 18), (5, 3, 20)])
@pytest.mark.parametrize("worth", [0.0, 0.5])
def test_who_knows_the_rule_cannot_fix_a_pooled_child(k: int, children: int, most: int, worth: float) -> None:
    filled = np.array([n for n in product(range(most + 1), repeat=children) if k <= sum(n) <= most])
    persons = np.repeat(np.arange(filled.size), filled.ravel())
    candidates, _ = counted(persons // children, persons % children, np.ones(len(filled), np.int64))

    own = shown(candidates, k=k, worth=worth)

    seen = np.full(filled.shape, -1)
    seen[candidates.family[own], candidates.number[own]] = candidates.n[own]
    looks_like = defaultdict(list)
    for visible, total, true in zip(seen.tolist(), filled.sum(1).tolist(), filled.tolist(), strict=True):
        looks_like[total, *visible].append(true)
    for possible in looks_like.values():
        for child in np.array(possible).T:
            assert not (child.min() == child.max() and 1 <= child[0] < k)


def connecticut() -> Persons:
    folder = os.environ.get("WATCHFLOOR_REAL_DATA")
    if not folder:
        pytest.skip("WATCHFLOOR_REAL_DATA is not set: the Connecticut file was not attacked")
    path = Path(folder) / "overdose/ct_accidental_drug_deaths_2012_2022.csv.gz"
    deaths = pl.read_csv(path, infer_schema_length=0)
    point = deaths["DeathCityGeo"].str.extract_groups(r"\((-?[\d.]+), (-?[\d.]+)\)")
    lat, lon = (point.struct.field(name).cast(pl.Float64).to_numpy() for name in ("1", "2"))
    # towns, but for the centroid of the state, which stands for "not known"
    uncertainty_m = np.where((np.abs(lat - 41.574) < 0.002) & (np.abs(lon + 72.738) < 0.001), 100_000.0, 6_000.0)
    uncertainty_m[np.isnan(lat)] = np.nan
    day = deaths["Date"].str.to_date("%m/%d/%Y").to_numpy()
    flags = [deaths[name].str.to_lowercase().str.starts_with("y").fill_null(value=False).to_numpy() for name in MAIN]
    classes = np.sum([flag.astype(np.int64) << bit for bit, flag in enumerate(flags)], axis=0)
    cells = cells_at(lon, lat, finest_resolution(uncertainty_m))
    return Persons(cells, day.astype("datetime64[M]").astype(np.int64), classes)


MAIN = ("Fentanyl", "Heroin", "Cocaine", "Ethanol")


def counts(*keys: np.ndarray, n: np.ndarray) -> dict[tuple[int, ...], int]:
    table: dict[tuple[int, ...], int] = defaultdict(int)
    for *key, count in zip(*(key.tolist() for key in keys), n.tolist(), strict=True):
        table[*key] += count
    return table


@pytest.mark.real
@pytest.mark.parametrize("early", [0, 1])
def test_no_small_count_of_the_connecticut_deaths_is_pinned_by_its_bounds(early: int) -> None:
    k = 5
    persons = connecticut()
    atoms = release(persons, default_steps(len(MAIN), early=early), k=k)
    ones = np.ones(persons.cell.size, np.int64)
    assert (persons.cell.size, atoms.n.sum(), atoms.n.min()) == (10_654, 10_654, k)

    small = 0
    for level, months, bit in product(range(6), (1, 12), range(-1, len(MAIN))):
        has = slice(None) if bit < 0 else (persons.classes >> bit & 1) == 1
        sure = (resolution_of(atoms.cell) >= level) & (atoms.n_months <= months)
        sure &= bit < 0 or (atoms.known & atoms.value) >> max(bit, 0) & 1 == 1
        true = counts(parent(persons.cell[has], level), persons.month[has] // months, n=ones[has])
        least = counts(parent(atoms.cell[sure], level), atoms.first_month[sure] // months, n=atoms.n[sure])
        for population, n in true.items():
            assert least.get(population, 0) <= n
            if 1 <= n < k:
                small += 1
                # nothing is placed there for sure, while the atoms around it allow for more than nobody
                assert population not in least
    assert small > 1_000


@pytest.mark.real
def test_most_connecticut_deaths_are_shown_by_county_sized_cell_and_year() -> None:
    persons = connecticut()

    atoms = release(persons, default_steps(len(MAIN)))

    fine = (resolution_of(atoms.cell) >= 4) & (atoms.n_months <= 12)
    known = (resolution_of(persons.cell) >= 4).sum()
    assert atoms.n[fine].sum() > 0.95 * known
