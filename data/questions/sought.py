"""What somebody typed into search, read: words, fragments of numbers, the kind of number that is named, coordinates."""

import math
import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from watchfloor.data.folding import CONFUSED, folded
from watchfloor.data.ingest.mapped_grids import dms_pair_of, mgrs_of, utm_text_of
from watchfloor.data.ingest.us_states import POSTAL

MOST_TEXT = 200
LEAST_LETTERS = 2
LEAST_CODE = 3
_MOST_CODE = 40
_MOST_WORDS = 6
# what people write before a number, and the schemes that they mean by it
_NAMED = {
    "imo": ("imo",), "mmsi": ("mmsi",), "icao": ("icao24",), "icao24": ("icao24",), "vin": ("vin",),
    "plate": ("plate",), "phone": ("phone",), "tel": ("phone",), "account": ("account",), "acct": ("account",),
    "iban": ("account",), "case": ("case",), "container": ("container",), "passport": ("passport",),
    "serial": ("serial",),
}  # fmt: skip
_STATES = frozenset(letters.lower() for letters in POSTAL.values())
_DECIMALS = re.compile(
    r"^\s*([+-]?\d{1,3}(?:[.,]\d+)?)\s*°?\s*([NS])?\s*[,;/\s]\s*([+-]?\d{1,3}(?:[.,]\d+)?)\s*°?\s*([EW])?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sought:
    """words: folded. codes: plain fragments, any of which will do. schemes: kinds of number that were named, or none.

    area: the state of a plate, such as `us-ca`, if it was named.
    """

    words: tuple[str, ...]
    codes: tuple[str, ...]
    schemes: tuple[str, ...] = ()
    area: str = ""


@dataclass(frozen=True, slots=True)
class Spotted:
    """Coordinates that were typed: the system they are written in, degrees, and how large the named square is."""

    system: str
    lon: float
    lat: float
    radius_m: float | None = None


def read_sought(text: str) -> Sought:
    """What is meant by a text; hostile, like everything from outside."""
    words = folded(text[:MOST_TEXT]).split()
    schemes = _NAMED.get(words[0], ()) if len(words) > 1 else ()
    numbered = words[1:] if schemes else words
    area, bare = _without_state(numbered)
    codes = dict.fromkeys([*_codes(bare), *_codes(numbered)] if area else _codes(numbered))
    return Sought(tuple(words[:_MOST_WORDS]), tuple(codes), schemes, f"us-{area}" if area else "")


def _without_state(words: list[str]) -> tuple[str, list[str]]:
    if len(words) > 1 and words[0] in _STATES:
        return words[0], words[1:]
    if len(words) > 1 and words[-1] in _STATES:
        return words[-1], words[:-1]
    return "", words


def _codes(words: list[str]) -> list[str]:
    plain = "".join(words).translate(CONFUSED)
    # several words without a digit are a name
    if not LEAST_CODE <= len(plain) <= _MOST_CODE or (len(words) > 1 and not any(map(str.isdigit, "".join(words)))):
        return []
    return [plain, *(short for short in _national(plain) if len(short) >= LEAST_CODE)]


def _national(digits: str) -> list[str]:
    """A phone number without what is dialled before it: 00, the 0 of a trunk line, the 1 of North America."""
    if not digits.isdecimal() or len(digits) < 7:
        return []
    if digits.startswith("00"):
        return [digits[2:]]
    return [digits[1:]] if digits.startswith("0") or (len(digits) == 11 and digits.startswith("1")) else []


def read_spots(text: str) -> tuple[Spotted, ...]:
    """The places that a text may name as coordinates: decimal, with minutes and seconds, UTM or MGRS."""
    text = text[:MOST_TEXT]
    found = [*_decimal(text), *_sexagesimal(text), *_utm(text), *_mgrs(text)]
    return tuple(spot for spot in found if abs(spot.lon) <= 180 and abs(spot.lat) <= 90)


def _decimal(text: str) -> list[Spotted]:
    match = _DECIMALS.match(text)
    if match is None:
        return []
    # a comma is a decimal point only if the two are parted by something else
    first, south, second, west = match.groups()
    lat, lon = (float(part.replace(",", ".")) for part in (first, second))
    lat, lon = _sided(lat, south, "S"), _sided(lon, west, "W")
    spots = [Spotted("latitude, longitude", lon, lat)]
    # without letters the other order is as good where the first number is no latitude
    return spots if abs(lat) <= 90 or south or west else [Spotted("longitude, latitude", lat, lon)]


def _sided(value: float, side: str | None, minus: str) -> float:
    return -abs(value) if side and side.upper() == minus else value


def _sexagesimal(text: str) -> list[Spotted]:
    if _DECIMALS.match(text) or not re.search(r"\d", text):
        return []
    lon, lat = (float(value[0]) for value in dms_pair_of(pl.Series([text]), "lat lon"))
    return [Spotted("degrees, minutes, seconds", lon, lat)] if math.isfinite(lon) and math.isfinite(lat) else []


def _utm(text: str) -> list[Spotted]:
    lon, lat = (float(value[0]) for value in utm_text_of(pl.Series([text]), is_band=True))
    return [Spotted("UTM", lon, lat)] if math.isfinite(lon) and math.isfinite(lat) else []


def _mgrs(text: str) -> list[Spotted]:
    lon, lat, radius = (float(value[0]) for value in mgrs_of(pl.Series([text])))
    # a zone, a band and two letters alone are a word as often as a square
    if not math.isfinite(lon) or not re.search(r"\d{2}\s*$", text) or np.isnan(lat):
        return []
    return [Spotted("MGRS", lon, lat, radius)]
