"""Exact identifiers are compared in one writing; what names no single object has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.geo.identifiers import exact_identifier

SCHEMES = ("imo", "mmsi", "icao24", "vin", "phone", "plate (Arizona)", "passport (Mexico)", "account (Bank)")


@pytest.mark.parametrize(
    ("scheme", "text", "value"),
    [
        ("imo", "IMO 9074729", "9074729"),
        ("imo", "9074729", "9074729"),
        ("mmsi", "366 999 712", "366999712"),
        ("icao24", "A1B2C3", "a1b2c3"),
        ("vin", "1M8GDM9AXKP042788", "1M8GDM9AXKP042788"),
        ("phone", "+1 (520) 555-0142", "+15205550142"),
        ("plate (Arizona)", "abc-1234", "ABC1234"),
        ("passport (Mexico)", "g 1234567", "G1234567"),
        ("mmsi", "\uff13\uff16\uff16999712", "366999712"),
    ],
)
def test_one_object_has_one_writing(scheme: str, text: str, value: str) -> None:
    found = exact_identifier(scheme, text)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        ("imo", "9074728"),
        ("imo", "0000000"),
        ("mmsi", "000000000"),
        ("mmsi", "36699971"),
        ("mmsi", "003669997"),
        ("mmsi", "036699971"),
        ("mmsi", "799000001"),
        ("mmsi", "123456789"),
        ("icao24", "ffffff"),
        ("icao24", "000000"),
        ("icao24", "1234567"),
        ("vin", "1M8GDM9AXKP04278O"),
        ("phone", "520-555-0142"),
        ("plate", "ABC1234"),
        ("passport", "G1234567"),
        ("alias", "El Halcon"),
        ("mmsi", "366999712\x00"),
        ("mmsi", "'; DROP TABLE entity; --"),
        ("mmsi", "\u0663\u0666\u0666\u0669\u0669\u0669\u0667\u0661\u0662"),
        ("mmsi", "3" * 2_000_000),
        ("mmsi (" + "x" * 100 + ")", "366999712"),
    ],
)
def test_what_names_no_single_object_has_no_writing(scheme: str, text: str) -> None:
    assert exact_identifier(scheme, text) is None


def test_the_same_number_of_two_countries_is_two_identifiers() -> None:
    assert exact_identifier("passport (Mexico)", "G1234567") != exact_identifier("passport (Guatemala)", "G1234567")


def test_a_wrong_check_digit_of_a_vin_is_noted_and_no_hindrance() -> None:
    right, wrong = (exact_identifier("vin", text) for text in ("1M8GDM9AXKP042788", "1M8GDM9A1KP042788"))
    assert (right and right.is_checked, wrong and wrong.is_checked) == (True, False)


@given(st.sampled_from(SCHEMES), st.text(max_size=80))
def test_any_text_is_read_or_refused_and_a_writing_stays_itself(scheme: str, text: str) -> None:
    found = exact_identifier(scheme, text)
    if found is not None:
        assert found.value.isascii()
        assert exact_identifier(scheme, found.value) == found
