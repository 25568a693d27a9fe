"""How facts are written for a reader: moments by their precision, places by theirs, weights with units."""

from datetime import datetime

from watchfloor.geo.areas import written_metres
from watchfloor.geo.facts import PLACE_PRECISIONS
from watchfloor.geo.precision import PlacePrecision, TimePrecision

_FORMATS = {
    TimePrecision.SECOND: "%Y-%m-%d %H:%M:%SZ",
    TimePrecision.MINUTE: "%Y-%m-%d %H:%MZ",
    TimePrecision.DAY: "%Y-%m-%d",
    TimePrecision.MONTH: "%B %Y",
    TimePrecision.YEAR: "%Y",
}
_KNOWN = {
    PlacePrecision.EXACT: "exact position",
    PlacePrecision.STREET: "known to the street",
    PlacePrecision.TOWN: "known to the town",
    PlacePrecision.COUNTY: "known to the county",
    PlacePrecision.AREA_OF_RESPONSIBILITY: "known to the area of responsibility",
    PlacePrecision.STATE: "known to the state",
    PlacePrecision.COUNTRY: "known to the country",
    PlacePrecision.NONE: "place not known",
}
# decimals of a degree that such a position can bear: a third is 111 m, none 111 km
_DECIMALS = {
    PlacePrecision.EXACT: 3,
    PlacePrecision.STREET: 3,
    PlacePrecision.TOWN: 2,
    PlacePrecision.COUNTY: 1,
    PlacePrecision.AREA_OF_RESPONSIBILITY: 0,
    PlacePrecision.STATE: 0,
    PlacePrecision.COUNTRY: 0,
}
_EVERYWHERE_EXACT = {PlacePrecision.EXACT, PlacePrecision.STREET}


def moment(at: datetime, precision: int) -> str:
    """A UTC moment, no finer than it is known."""
    return at.strftime(_FORMATS[TimePrecision(precision)])


def place_precision(code: int) -> str:
    """How well a place is known, in words."""
    return _KNOWN[PLACE_PRECISIONS[code]]


def place_words(name: str | None, precision: int, lon: float | None, lat: float | None) -> str:
    """A place by its name; without one by its position, no finer than it is known; or that none is given.

    lon, lat: EPSG:4326 degrees.
    """
    if name:
        return name
    known = PLACE_PRECISIONS[precision]
    if lon is None or lat is None or known not in _DECIMALS:
        return "no place given"
    decimals = _DECIMALS[known]
    written = f"{_degrees(lat, decimals, 2, 'NS')}, {_degrees(lon, decimals, 3, 'EW')}"
    return written if known in _EVERYWHERE_EXACT else f"near {written}"


def place_known(code: int, uncertainty_m: float | None) -> str:
    """How well a place is known: to what, and within how many metres of its point the true place lies."""
    words = place_precision(code)
    if uncertainty_m is None or PLACE_PRECISIONS[code] is PlacePrecision.NONE:
        return words
    return f"{words}, within {written_metres(uncertainty_m)}"


def within(uncertainty_m: float | None) -> str:
    """How well a place is known of which nothing is told but an uncertainty in metres."""
    return "place not known" if uncertainty_m is None else f"known within {written_metres(uncertainty_m)}"


def _degrees(value: float, decimals: int, whole: int, halves: str) -> str:
    width = whole + 1 + decimals if decimals else whole
    return f"{abs(value):0{width}.{decimals}f} {halves[value < 0]}"


def written_kilograms(kilograms: float) -> str:
    """A weight with its unit, to three figures."""
    if kilograms >= 1000:
        return f"{kilograms / 1000:,.3g} t"
    return f"{kilograms:,.3g} kg"
