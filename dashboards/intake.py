"""The intake page's content: what was drafted of a file, as a template takes it; its places as a drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_POINTS = 500
_WIDTH, _HEIGHT, _EDGE = 640.0, 360.0, 24.0
_LONGEST = 60
# roles of columns that a person can correct, by the keys of the draft's answers
ROLES = (
    ("time.columns", "Date or time"),
    ("place.lat", "Latitude or northing"),
    ("place.lon", "Longitude or easting"),
    ("place.point", "Place in one column"),
    ("place.name", "Name of the place"),
    ("substances.column", "Substance"),
    ("quantity.column", "Quantity"),
    ("record.key", "Identifies a row"),
    ("value.column", "Counted value"),
)
TARGETS = ("seizures", "overdoses", "events", "reported", "places", "fixes")


@dataclass(frozen=True, slots=True)
class Drawing:
    """Points in the pixels of a drawing, names of known places beside them, and its frame in degrees."""

    width: float
    height: float
    points: list[tuple[float, float]]
    names: list[tuple[float, float, str]]
    frame: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a column: the answer's key, its label, which column has it now."""

    key: str
    label: str
    column: str


def drawing_of(lonlat: Sequence[tuple[float, float]], known: Sequence[tuple[float, float, str]]) -> Drawing | None:
    """Where rows would be, EPSG:4326, with the places of a gazetteer that lie in the frame; None without a point.

    The frame does not cross the antimeridian: points on both sides of it are drawn at both edges.
    """
    points = lonlat[:MOST_POINTS]
    if not points:
        return None
    west, east = (f(lon for lon, _ in points) for f in (min, max))
    south, north = (f(lat for _, lat in points) for f in (min, max))
    span = max((east - west) / _WIDTH, (north - south) / _HEIGHT, 2 / _WIDTH) * 1.3
    middle = ((west + east) / 2, (south + north) / 2)
    frame = (
        middle[0] - span * _WIDTH / 2, middle[1] - span * _HEIGHT / 2,
        middle[0] + span * _WIDTH / 2, middle[1] + span * _HEIGHT / 2,
    )  # fmt: skip

    def pixel(lon: float, lat: float) -> tuple[float, float]:
        return round((lon - frame[0]) / span, 1), round((frame[3] - lat) / span, 1)

    named = [(*pixel(lon, lat), name[:_LONGEST]) for lon, lat, name in known if _is_within(lon, lat, frame)]
    return Drawing(_WIDTH, _HEIGHT, [pixel(*point) for point in points], _apart(named), frame)


def roles_of(mapping: Mapping[str, Any]) -> list[Role]:
    """Every role, with the column that the draft gave it."""
    found = []
    for key, label in ROLES:
        section, name = key.split(".")
        value = (mapping.get(section) or {}).get(name, "")
        found.append(Role(key, label, " + ".join(value) if isinstance(value, list) else str(value)))
    return found


def shown(value: object) -> str:
    """A value in a cell of the page's tables."""
    text = "" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _is_within(lon: float, lat: float, frame: tuple[float, float, float, float]) -> bool:
    return frame[0] < lon < frame[2] and frame[1] < lat < frame[3]


def _apart(named: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """Names that do not lie over each other."""
    taken: list[tuple[float, float, str]] = []
    for x, y, name in named:
        inside = _EDGE < x < _WIDTH - 4 * _EDGE and _EDGE < y < _HEIGHT - _EDGE
        if inside and all(abs(x - a) > 110 or abs(y - b) > 16 for a, b, _ in taken):
            taken.append((x, y, name))
    return taken[:25]
