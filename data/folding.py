"""Texts as search compares them: small Latin letters and digits, words parted by one blank.

The same as `watchfloor.folded` in data/sql/search.sql; a test compares the two.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache

from anyascii import anyascii

# the plane in which living scripts stand; what is beyond are signs and seldom written forms
_LAST_LETTER = 0xFFFF
_IDEOGRAPHS = range(0x3400, 0xA000)
_WRITTEN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_SILENT = frozenset("'`’‘´")
MOST_SIGNS = 200
# eyes take these for each other
CONFUSED = str.maketrans("oi", "01")


@cache
def latin_of(sign: str) -> str:
    """The small Latin letters of one sign; empty for a mark, a blank for what parts words."""
    code = ord(sign)
    if sign in _SILENT:
        return ""
    if code < 0x80:
        return sign.lower() if sign.isalnum() else " "
    # what is no letter, mark or digit for this library's scripts parts words
    latin = "".join(letter for letter in anyascii(sign).lower() if letter in _WRITTEN) if is_letter(sign) else " "
    return f" {latin} " if code in _IDEOGRAPHS else latin


def is_letter(sign: str) -> bool:
    """Whether search knows a sign beyond ASCII as a letter, mark or digit."""
    return 0x80 <= ord(sign) <= _LAST_LETTER and unicodedata.category(sign)[0] in "LMN"


def latin_letters() -> Iterator[tuple[str, str]]:
    """Letters, marks and digits beyond ASCII, each with its small Latin letters."""
    signs = (chr(code) for code in range(0x80, _LAST_LETTER + 1))
    return ((sign, latin_of(sign)) for sign in signs if is_letter(sign))


def folded(text: str) -> str:
    """A text as search compares it; what is behind the first 200 signs does not count."""
    return " ".join("".join(latin_of(sign) for sign in text[:MOST_SIGNS]).split())


def folded_from(text: str) -> tuple[str, list[int]]:
    """Small letters and digits without blanks, and of each the place of the sign in the text that it comes from."""
    parts = [(letter, at) for at, sign in enumerate(text[:MOST_SIGNS]) for letter in latin_of(sign) if letter != " "]
    return "".join(letter for letter, _ in parts), [at for _, at in parts]


def plain_code(text: str) -> str:
    """A number or plate as search compares it: no separators; O and 0, I and 1 are one."""
    return folded(text).replace(" ", "").translate(CONFUSED)
