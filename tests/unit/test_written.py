"""Places and moments as they are written for a reader: never finer than they are known."""

import pytest

from watchfloor.data.questions.written import place_known, place_precision, place_words, within
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.precision import PlacePrecision


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (PlacePrecision.EXACT, "12.345 N, 071.234 W"),
        (PlacePrecision.STREET, "12.345 N, 071.234 W"),
        (PlacePrecision.TOWN, "near 12.35 N, 071.23 W"),
        (PlacePrecision.COUNTY, "near 12.3 N, 071.2 W"),
        (PlacePrecision.STATE, "near 12 N, 071 W"),
        (PlacePrecision.NONE, "no place given"),
    ],
)
def test_a_place_without_a_name_is_written_as_finely_as_it_is_known(known: PlacePrecision, words: str) -> None:
    assert place_words(None, PLACE_CODES[known], -71.2343, 12.3454) == words


def test_south_and_east_are_named_and_small_degrees_keep_their_zeros() -> None:
    assert place_words("", PLACE_CODES[PlacePrecision.EXACT], 5.5, -1.25) == "01.250 S, 005.500 E"


def test_a_name_goes_before_the_position_and_no_position_is_said() -> None:
    exact = PLACE_CODES[PlacePrecision.EXACT]
    assert place_words("Port of <b>Ada</b>", exact, 1.0, 2.0) == "Port of <b>Ada</b>"
    assert place_words(None, exact, None, None) == "no place given"


def test_every_precision_has_its_words() -> None:
    words = {place_precision(code) for code in PLACE_CODES.values()}
    assert len(words) == len(PlacePrecision)
    assert "exact position" in words


def test_a_precision_is_told_with_the_number_that_the_list_tells() -> None:
    exact, street, nothing = (PLACE_CODES[PlacePrecision(one)] for one in ("exact", "street", "none"))
    assert place_known(exact, 20.0) == "exact position, within 20 m"
    assert place_known(street, 150.0) == "known to the street, within 150 m"
    assert place_known(nothing, None) == "place not known"


def test_an_uncertainty_is_told_with_its_unit() -> None:
    assert [within(m) for m in (None, 20.0, 4_000.0, 250_000.0)] == [
        "place not known",
        "known within 20 m",
        "known within 4.0 km",
        "known within 250 km",
    ]
