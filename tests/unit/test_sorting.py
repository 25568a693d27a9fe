"""Whole numbers sorted digit by digit, as NumPy sorts them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.geo.sorting import order_of, sort

SIZES = st.sampled_from([0, 1, 2, 1_999, 2_000, 5_000])
# few numbers stand often; many bits take every digit
TOPS = st.sampled_from([1, 2, 1_000, 2**22, 2**31, 2**32 - 1])


@settings(max_examples=40)
@given(SIZES, TOPS, st.integers(0, 2**32))
def test_numbers_are_sorted_where_they_lie(n: int, top: int, seed: int) -> None:
    numbers = np.random.default_rng(seed).integers(0, top, n, endpoint=True).astype(np.uint32)
    for given_ in (numbers, numbers.astype(np.uint64) << np.uint64(20)):
        wanted = np.sort(given_)
        sort(given_)
        np.testing.assert_array_equal(given_, wanted)


@settings(max_examples=40)
@given(SIZES, TOPS, st.integers(0, 2**32))
def test_an_order_keeps_equal_numbers_as_they_stand(n: int, top: int, seed: int) -> None:
    numbers = np.random.default_rng(seed).integers(0, top, n, endpoint=True).astype(np.uint32)

    np.testing.assert_array_equal(order_of(numbers), np.argsort(numbers, kind="stable"))


@pytest.mark.parametrize("n", [10, 10_000])
def test_a_part_is_sorted_and_nothing_beside_it(n: int) -> None:
    whole = np.arange(3 * n, dtype=np.uint64)[::-1].copy()
    sort(whole[n : 2 * n])

    np.testing.assert_array_equal(whole[n : 2 * n], np.arange(n, 2 * n))
    assert whole[0] == 3 * n - 1
    assert whole[-1] == 0
