"""How facts are written for a reader: moments by their precision, places by theirs, weights with units."""

from datetime import datetime

from watchfloor.geo.facts import PLACE_PRECISIONS
from watchfloor.geo.precision import TimePrecision

_FORMATS = {
    TimePrecision.SECOND: "%Y-%m-%d %H:%M:%SZ",
    TimePrecision.MINUTE: "%Y-%m-%d %H:%MZ",
    TimePrecision.DAY: "%Y-%m-%d",
    TimePrecision.MONTH: "%B %Y",
    TimePrecision.YEAR: "%Y",
}


def moment(at: datetime, precision: int) -> str:
    """A UTC moment, no finer than it is known."""
    return at.strftime(_FORMATS[TimePrecision(precision)])


def place_precision(code: int) -> str:
    """Precision of a place in words."""
    return PLACE_PRECISIONS[code].value.replace("_", " ")


def written_kilograms(kilograms: float) -> str:
    """A weight with its unit, to three figures."""
    if kilograms >= 1000:
        return f"{kilograms / 1000:,.3g} t"
    return f"{kilograms:,.3g} kg"
