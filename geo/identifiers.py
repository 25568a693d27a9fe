"""Exact identifiers: which ones name one object and no other, and how each is written.

Two records name the same object only if scheme, area and canonical value are equal; nothing here is fuzzy. A number
that is unique only within a state, a country or a bank has no canonical writing without it.
Sources: IMO Res. A.1117(30); ITU-R M.585 (MMSI); ICAO Annex 10 (24-bit addresses); ISO 3779 and 49 CFR 565.15 (VIN);
ITU-T E.164.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 64
_SCHEME = re.compile(r"^([a-z0-9 ]+?)(?: \(([^()]{1,60})\))?$")
_FORMS = {
    "imo": re.compile(r"^(?:IMO)?([0-9]{7})$"),
    "mmsi": re.compile(r"^(?:MMSI)?([0-9]{9})$"),
    "icao24": re.compile(r"^([0-9A-F]{6})$"),
    "vin": re.compile(r"^([A-HJ-NPR-Z0-9]{17})$"),
    "phone": re.compile(r"^(\+[1-9][0-9]{6,14})$"),
    "plate": re.compile(r"^([A-Z0-9]{1,10})$"),
    "passport": re.compile(r"^([A-Z0-9]{5,15})$"),
    "account": re.compile(r"^([A-Z0-9]{4,34})$"),
}
_NEEDS_AREA = {"plate", "passport", "account"}
_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_SEPARATORS = re.compile(r"[\s.\-/()]+")
# zeros and one digit throughout are fillers, not numbers
_FILLER = re.compile(r"^\+?(.)\1*$")


@dataclass(frozen=True, slots=True)
class ExactIdentifier:
    """One object's identifier as it is compared.

    area: the state, country or bank within which it is unique, or empty. is_checked: whether its check digit is
    right; None if it has none. A wrong one makes an IMO number no identifier; VINs outside North America bear none.
    """

    scheme: str
    area: str
    value: str
    is_checked: bool | None = None


def exact_identifier(scheme: str, text: str) -> ExactIdentifier | None:
    """The identifier as it is compared, or None if it names no single object.

    scheme: as the store writes it, `mmsi`, or `passport (Mexico)` with the area within which the number is unique.
    """
    named = _SCHEME.match(scheme.strip().lower()) if len(scheme) <= LONGEST else None
    if named is None or named[1] not in _FORMS or len(text) > LONGEST:
        return None
    kind, area = named[1], " ".join((named[2] or "").split())
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text).upper())
    found = _FORMS[kind].match(plain)
    if found is None or not plain.isascii() or _FILLER.match(found[1]) or (kind in _NEEDS_AREA and not area):
        return None
    value = found[1].lower() if kind == "icao24" else found[1]
    if kind == "imo" and not _imo_is_right(value):
        return None
    return ExactIdentifier(kind, area if kind in _NEEDS_AREA else "", value, _is_checked(kind, value))


def _is_checked(kind: str, value: str) -> bool | None:
    if kind == "imo":
        return _imo_is_right(value)
    return _vin_is_right(value) if kind == "vin" else None


def _imo_is_right(value: str) -> bool:
    return sum(int(digit) * weight for digit, weight in zip(value, range(7, 1, -1), strict=False)) % 10 == int(value[6])


def _vin_is_right(value: str) -> bool:
    total = sum(
        (int(sign) if sign.isdigit() else _VIN_VALUES[sign]) * weight
        for sign, weight in zip(value, _VIN_WEIGHTS, strict=True)
    )
    return value[8] == "0123456789X"[total % 11]
