"""The kinds of fact, and the small numbers under which the store keeps precisions."""

from enum import StrEnum

from watchfloor.geo.precision import PlacePrecision


class FactKind(StrEnum):
    """The two kinds that are never mixed in one number."""

    EVENTS = "events"
    REPORTED = "reported"


PLACE_CODES: dict[PlacePrecision, int] = {p: i for i, p in enumerate(PlacePrecision)}
PLACE_PRECISIONS: dict[int, PlacePrecision] = {i: p for p, i in PLACE_CODES.items()}
