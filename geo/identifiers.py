"""Exact identifiers: which ones name one object and no other, and how each is written.

Two records name the same object only if scheme, area and canonical value are equal; nothing here is fuzzy. A number
that is unique only within a state, a country or a bank has no canonical writing without it. Numbers of the exercise
world are read apart: they are of ranges that nobody is given, and no real record can bear the same.
Sources: IMO Res. A.1117(30); ITU-R M.585 (MMSI); ICAO Annex 10 (24-bit addresses); ISO 3779 and 49 CFR 565.15 (VIN);
ITU-T E.164.
"""

import re
import unicodedata
from dataclasses import dataclass
from uuid import UUID, uuid5

from watchfloor.geo.issuers import plate_issuer

LONGEST = 64
# of what is one, no other ever bears it, and it bears no other of its kind; the rest are given anew in time
LIFELONG = frozenset({"imo", "vin"})
# how vessels and aircraft name themselves
OF_CRAFT = {"vessel": "mmsi", "aircraft": "icao24"}
_SCHEME = re.compile(r"^([a-z0-9 ]+?)(?: \(([^()]{1,60})\))?$")
_FORMS = {
    "imo": re.compile(r"^(?:IMO)?([0-9]{7})$"),
    # craft and devices: coast stations and groups of ships begin with 0; M.585 has countries from 201 to 775
    "mmsi": re.compile(
        r"^(?:MMSI)?(?=[0-9]{9}$)((?:8|98|99|111)?(?:20[1-9]|2[1-9][0-9]|[3-6][0-9]{2}|7[0-6][0-9]|77[0-5])[0-9]+"
        r"|97[024][0-9]{6})$"
    ),
    "icao24": re.compile(r"^([0-9A-F]{6})$"),
    "vin": re.compile(r"^([A-HJ-NPR-Z0-9]{17})$"),
    "phone": re.compile(r"^(\+[1-9][0-9]{6,14})$"),
    "plate": re.compile(r"^([A-Z0-9]{1,10})$"),
    "passport": re.compile(r"^([A-Z0-9]{5,15})$"),
    "account": re.compile(r"^([A-Z0-9]{4,34})$"),
}
# all schemes of which a value may name one object; and those that do so only with their area
EXACT = frozenset(_FORMS)
NEEDS_AREA = frozenset({"plate", "passport", "account"})
_INVENTED = {"mmsi": re.compile(r"^(799[0-9]{6})$"), "imo": re.compile(r"^(99[0-9]{5})$")}
_INVENTED_AREA = "exercise"
_NAMESPACE = UUID("6c5f0d3e-2f0a-5d0b-9d1e-8a6f3f7c1b42")
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

    @property
    def written(self) -> str:
        """As a person reads it."""
        area = f" ({self.area.upper() if self.area.startswith('us-') else self.area})" if self.area else ""
        return f"{self.scheme}{area} {self.value}"


def exact_identifier(scheme: str, text: str, *, is_invented: bool = False) -> ExactIdentifier | None:
    """The identifier as it is compared, or None if it names no single object.

    scheme: as the store writes it, `mmsi`, or `passport (Mexico)` with the area within which the number is unique.
    is_invented: whether it is of the exercise world, whose numbers have reserved forms and need no area.
    """
    named = _SCHEME.match(scheme.strip().lower()) if len(scheme) <= LONGEST else None
    if named is None or named[1] not in _FORMS or len(text) > LONGEST:
        return None
    kind, area = named[1], " ".join((named[2] or "").split())
    area = plate_issuer(area) if kind == "plate" else area
    if is_invented and not area:
        area = _INVENTED_AREA
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text).upper())
    forms = _INVENTED if is_invented and kind in _INVENTED else _FORMS
    found = forms[kind].match(plain)
    if found is None or not plain.isascii() or _FILLER.match(found[1]) or (kind in NEEDS_AREA and not area):
        return None
    value = found[1].lower() if kind == "icao24" else found[1]
    # the invented ones have a wrong check digit, so that nobody takes them for a ship's
    if kind == "imo" and _imo_is_right(value) is is_invented:
        return None
    return ExactIdentifier(kind, area if kind in NEEDS_AREA else "", value, _is_checked(kind, value))


def identity_key(exact: ExactIdentifier, *, is_invented: bool = False) -> UUID:
    """One key for one identifier, whoever says it: equal keys are equal identifiers, of one world.

    Worked out from the identifier alone: no row stands for it that somebody could see and another could not.
    """
    world = "exercise" if is_invented else "real"
    return uuid5(_NAMESPACE, f"{world}|{exact.scheme}|{exact.area}|{exact.value}")


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
