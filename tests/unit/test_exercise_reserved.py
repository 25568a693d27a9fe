"""Identifiers of the exercise: none of them can belong to anybody."""

import re

import numpy as np
import pytest

from watchfloor.data.exercise import reserved
from watchfloor.data.exercise.cast import AGENCIES

RNG = np.random.default_rng
RESERVED_PHONES = re.compile(
    r"\+1[2-9]\d\d55501\d\d|\+44207946\d{4}|\+447700900\d{3}|\+33(19900|26191|35301|46571|53649|63998)\d{4}"
)


@pytest.mark.parametrize("n", [1, 50, 3_000, 20_000])
def test_telephone_numbers_lie_in_ranges_reserved_for_fiction(n: int) -> None:
    numbers = reserved.phone_numbers(RNG(1), n)

    assert len(set(numbers)) == n
    assert all(RESERVED_PHONES.fullmatch(number) for number in numbers)


def test_the_agencies_telephones_are_reserved_too() -> None:
    assert all(re.fullmatch(r"\+1 \d{3}-555-01\d\d", agency.watch_phone) for agency in AGENCIES)


def test_plates_have_the_invented_pattern_and_differ() -> None:
    plates = reserved.plates(RNG(1), 5_000)

    assert len(set(plates)) == 5_000
    assert all(re.fullmatch(r"EX-[A-Z]{3} \d{3}", plate) for plate in plates)


def test_ship_numbers_begin_with_digits_that_no_country_has() -> None:
    assert {mmsi[:3] for mmsi in reserved.mmsi_numbers(500)} == {"799"}
    assert {len(mmsi) for mmsi in reserved.mmsi_numbers(500)} == {9}


def test_imo_numbers_have_a_wrong_check_digit() -> None:
    for number in reserved.imo_numbers(2_000):
        right = sum(int(digit) * weight for digit, weight in zip(number[:6], range(7, 1, -1), strict=True)) % 10
        assert int(number[6]) != right


def test_container_numbers_have_a_wrong_check_digit() -> None:
    values = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (v for v in range(10, 39) if v % 11), strict=True))
    for number in reserved.container_numbers(2_000):
        digits = [values[c] if c.isalpha() else int(c) for c in number[:10]]
        assert int(number[10]) != sum(d << k for k, d in enumerate(digits)) % 11 % 10


def test_call_signs_begin_with_a_letter_that_is_never_assigned() -> None:
    signs = reserved.call_signs(5_000)

    assert len(set(signs)) == 5_000
    assert {sign[0] for sign in signs} == {"Q"}
