"""Passwords: long and not expected are taken, whatever signs they are made of."""

import pytest

from watchfloor.data.passwords import LEAST, MOST, check_password
from watchfloor.geo.errors import BadInput


@pytest.mark.parametrize(
    "password",
    ["violet tram under lantern", "короткий трамвай под мостом", "a" * 9 + " bcdef ghij", "Tr0ub4dor&3 Tr0ub4"],
)
def test_a_long_password_of_any_signs_is_taken(password: str) -> None:
    check_password(password, "ada")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "0 characters"),
        ("x7#kQ2!mZ9" + "a" * (LEAST - 11), "14 characters"),
        ("ab cd" * MOST, "characters"),
        ("aaaaaaaaaaaaaaaaaaaaaaa", "repeats"),
        ("abcdefghijklmnopqrstuvwxyz", "neighbours"),
        ("watchfloor-password", "expected"),
        ("ada.lovelace-NTF-1", "expected"),
        ("violet tram under\nlantern", "typed again"),
    ],
)
def test_a_password_that_is_easily_found_is_not_taken(password: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        check_password(password, "ada.lovelace", "NTF")


def test_the_refusal_does_not_repeat_the_password() -> None:
    with pytest.raises(BadInput) as refused:
        check_password("hunter2", "ada")

    assert "hunter2" not in str(refused.value)
