"""What search finds: records, places and coordinates, each with why it was found."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# what is beyond is called "more than 100"
MOST_COUNTED: Final = 100


class FindGroup(StrEnum):
    """Under which heading a find stands."""

    COORDINATES = "Coordinates"
    PLACES = "Places"
    ENTITIES = "Entities"
    CASES = "Cases"
    IDENTIFIERS = "Identifiers"


class FindOf(StrEnum):
    """What a find is, and so what choosing it opens."""

    POINT = "point"
    PLACE = "place"
    ENTITY = "entity"
    CASE = "case"
    OPERATION = "operation"
    CRAFT = "craft"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a text; is_match: it is what was searched for."""

    text: str
    is_match: bool = False


@dataclass(frozen=True, slots=True)
class Find:
    """One thing that was found.

    id: what it is known by among those of its kind. score: from 0 to 100, of this record alone, whatever else there is.
    why: the text by which it was found, in pieces; scheme: what kind of text that is. lon, lat: EPSG:4326 degrees, None
    without a place; radius_m: how well the place is known, or how large it is. measures: of a port or a crossing, codes
    of what is reported of its traffic. beside: what tells it from its namesakes, such as who bears a number.
    n_in_group: how many are found in its group, no more than MOST_COUNTED + 1; is_at_least: more were found than are
    looked at, so that there may be more of them.
    """

    group: FindGroup
    of: FindOf
    id: str
    title: str
    kind: str
    scheme: str
    why: tuple[Piece, ...]
    label: str
    score: float
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None
    measures: tuple[str, ...] = ()
    beside: str = ""
    n_in_group: int = 0
    is_at_least: bool = False


def marked(text: str, matches: list[int]) -> tuple[Piece, ...]:
    """A text in pieces, those at the places of matches marked. matches: places of signs in the text."""
    found, pieces = set(matches), list[Piece]()
    for at, sign in enumerate(text):
        is_match = at in found
        if pieces and pieces[-1].is_match == is_match:
            pieces[-1] = Piece(pieces[-1].text + sign, is_match)
        else:
            pieces.append(Piece(sign, is_match))
    return tuple(pieces)
