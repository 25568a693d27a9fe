"""Where a stated town and country lie: at the town if the gazetteer has it in that country, else in state or country.

Names are compared whole, without accents and case; nothing is guessed. Towns of Mexico and the United States often
share a name: there the stated state must be the town's, or the country alone is known.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from watchfloor.data.gazetteer import Entry, entries
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.precision import PlacePrecision
from watchfloor.geo.sphere import distance_m, vectors

_POST_CODE = re.compile(r"(?:^|\s+)(?:C\.?\s?P\.?\s*)?[A-Z0-9-]*\d[A-Z0-9-]*$|\s+C\.?P\.?$")
_STATES_OF_MEXICAN_TOWNS = {
    "cancun": "quintana roo",
    "chihuahua": "chihuahua",
    "ciudad juarez": "chihuahua",
    "culiacan": "sinaloa",
    "guadalajara": "jalisco",
    "hermosillo": "sonora",
    "leon": "guanajuato",
    "matamoros": "tamaulipas",
    "merida": "yucatan",
    "mexicali": "baja california",
    "mexico city": "distrito federal",
    "monterrey": "nuevo leon",
    "morelia": "michoacan",
    "nogales": "sonora",
    "nuevo laredo": "tamaulipas",
    "oaxaca": "oaxaca",
    "puebla": "puebla",
    "reynosa": "tamaulipas",
    "san luis potosi": "san luis potosi",
    "tapachula": "chiapas",
    "tijuana": "baja california",
}


@dataclass(frozen=True, slots=True)
class Stated:
    """A place as finely as it is stated; EPSG:4326 degrees, metres, a code of PLACE_CODES."""

    lon: float
    lat: float
    uncertainty_m: float
    precision: int


def locate(town: str | None, country: str | None) -> Stated | None:
    """The place of a town line such as `Zapopan, Jalisco 45030` in a country, or None if the country is not known."""
    found = _countries().get(folded(country or ""))
    if found is None:
        return None
    whole, letters = found
    name, _, state = _POST_CODE.sub("", town or "").partition(",")
    city = _cities().get((letters, folded(name)))
    if city is not None and city.lon is not None and city.lat is not None and _is_in(city, folded(_bare(state))):
        return Stated(city.lon, city.lat, city.uncertainty_m or 0.0, PLACE_CODES[PlacePrecision.TOWN])
    state_of_us = _us_states().get(folded(_bare(state))) if letters == "US" else None
    if state_of_us is not None and state_of_us.lon is not None and state_of_us.lat is not None:
        radius_m = state_of_us.uncertainty_m or 0.0
        return Stated(state_of_us.lon, state_of_us.lat, radius_m, PLACE_CODES[PlacePrecision.STATE])
    return whole


def folded(text: str) -> str:
    """Text in lower case without accents and outer blanks."""
    plain = unicodedata.normalize("NFKD", text[:200]).encode("ascii", "ignore").decode("ascii")
    return " ".join(plain.casefold().split())


def _bare(state: str) -> str:
    return _POST_CODE.sub("", state.strip())


def _is_in(city: Entry, state: str) -> bool:
    if city.country == "MX":
        return not state or state.startswith(_STATES_OF_MEXICAN_TOWNS.get(folded(city.name), "?"))
    if city.country != "US":
        return True
    whole = _us_states().get(state)
    if whole is None or whole.lon is None or whole.lat is None or city.lon is None or city.lat is None:
        return False
    ends = (vectors(np.array([at.lon]), np.array([at.lat])) for at in (city, whole))
    return float(distance_m(*ends)[0]) <= (whole.uncertainty_m or 0.0)


@cache
def _countries() -> dict[str, tuple[Stated, str]]:
    text = files("watchfloor.data.artefacts").joinpath("countries.csv").read_text(encoding="utf-8")
    precision = PLACE_CODES[PlacePrecision.COUNTRY]
    return {
        folded(row["name"]): (
            Stated(float(row["lon"]), float(row["lat"]), float(row["uncertainty_m"]), precision),
            row["letters"],
        )
        for row in csv.DictReader(text.splitlines())
    }


@cache
def _cities() -> dict[tuple[str, str], Entry]:
    return {(entry.country, folded(entry.name)): entry for entry in entries() if entry.kind == "city"}


@cache
def _us_states() -> dict[str, Entry]:
    return {entry.code.removeprefix("US-").lower(): entry for entry in entries() if entry.kind == "state"}
