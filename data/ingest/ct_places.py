"""Where a Connecticut death is put: the place of injury if it is usable, else the place of death, else the state.

What readers look for is where the drug was taken: that is the place of injury, while people also die in the hospital
that they were brought to. The state's centroid, which the office writes where it does not know the place of death, is
never drawn as a place; the record then says that its place of death is known to the state only.

The office's geographical columns hold a text of two lines, `TOWN, ST` and `(lat, lon)`: the centre of a town,
never an address. Two markers stand for "somewhere in the state". Every name was looked up in Connecticut, also
those of other states (Port Chester, New York, is put near Meriden): the point of an injury in another state
is not usable. One town has up to two points: it gets one.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from watchfloor.data.gazetteer import Entry, entries_of
from watchfloor.data.ingest.reported_points import is_placed, middle
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.precision import PlacePrecision

INJURY, DEATH = "InjuryCityGeo", "DeathCityGeo"
COLUMNS = (INJURY, DEATH, "Injury State", "Injury County", "Death State")
# radius that covers all but the largest of Connecticut's 169 towns
TOWN_M = 8_000.0
# coordinates differ by this much between the office's two rounds of looking up
ROUNDING_M = 1_000.0
MOST_TOWNS = 50_000
_TEXT = re.compile(r"^(?:(?P<town>.*), *)?(?P<state>[A-Z]{2})\s*\((?P<lat>-?[\d.]+), *(?P<lon>-?[\d.]+)\)$", re.S)
_STATES = {"NY": "New York", "MA": "Massachusetts", "RI": "Rhode Island", "NJ": "New Jersey", "NH": "New Hampshire"}
_COUNTIES = {
    **dict.fromkeys(("WESTCHESTER", "PUTNAM", "DUTCHESS", "SUFFOLK", "BRONX", "NASSAU"), "NY"),
    **dict.fromkeys(("WORCESTER", "HAMPDEN", "BERKSHIRE", "HAMPSHIRE"), "MA"),
    **dict.fromkeys(("WASHINGTON", "KENT", "PROVIDENCE"), "RI"),
}
_HOME = "Connecticut"
_CENTROID = "the state's centroid"
_TOWN_OF_INJURY = f"place of death is {_CENTROID}, drawn at the town of injury"
_NO_TOWN = f"place of death is {_CENTROID}, no town of injury either"
_SHAPE = {
    "lon": pl.Float64,
    "lat": pl.Float64,
    "uncertainty_m": pl.Float64,
    "place_precision": pl.Int16,
    "place_name": pl.String,
    "place_of": pl.String,
    "place_of_death": pl.String,
}
STATE_ONLY = "known to the state only"


@dataclass(frozen=True, slots=True)
class _Town:
    lon: float
    lat: float
    uncertainty_m: float
    name: str


@dataclass(slots=True)
class Towns:
    """The points that a file has for its towns, and then one point for each."""

    counted: Counter[tuple[str, float, float]] = field(default_factory=Counter)
    _settled: dict[str, _Town] = field(default_factory=dict)

    def add(self, written: pl.Series) -> None:
        """Count the points of one column of some rows."""
        for text, rows in zip(*written.drop_nulls().value_counts().get_columns(), strict=True):
            if found := _parsed(text):
                self.counted[found] += rows

    @property
    def is_too_many(self) -> bool:
        """Whether there are more points than a state can have towns."""
        return len(self.counted) > MOST_TOWNS

    def settle(self) -> int:
        """Give each town one point; how many towns had more."""
        points: dict[str, list[tuple[float, float, int]]] = {}
        for (name, lon, lat), rows in self.counted.items():
            points.setdefault(name, []).append((lon, lat, rows))
        for name, several in points.items():
            placed = np.array(several, np.float64)
            lon, lat, spread = middle(placed)
            self._settled[name] = _Town(lon, lat, max(TOWN_M, spread + ROUNDING_M), f"{name.title()}, {_HOME}")
        return sum(len(several) > 1 for several in points.values())

    def find(self, written: str | None) -> _Town | None:
        """The town that a geographical text names; None for no text, for the state's markers, for nonsense."""
        found = _parsed(written) if written else None
        return self._settled.get(found[0]) if found else None


def placed(frame: pl.DataFrame, towns: Towns) -> tuple[pl.DataFrame, Counter[str]]:
    """Columns of place for each row, `place_of` telling which place it is; and what was met."""
    states = entries_of("state")
    notes: Counter[str] = Counter()
    rows = [_place(row, towns, states, notes) for row in frame.select(COLUMNS).iter_rows()]
    return pl.DataFrame(rows, schema=_SHAPE, orient="row"), notes


def _place(
    row: tuple[str | None, ...], towns: Towns, states: dict[str, Entry], notes: Counter[str]
) -> tuple[object, ...]:
    injury, death, injury_state, county, _ = row
    abroad = _other_state(injury_state, county)
    _note_markers(injury, death, notes)
    found = _found(row, towns, abroad, notes) or _in_state(states[_STATES[abroad] if abroad else _HOME])
    marker = _marker(death)
    if marker == _CENTROID:
        notes[_NO_TOWN if found[-1] == "state" else _TOWN_OF_INJURY] += 1
    return *found, STATE_ONLY if marker else None


def _found(
    row: tuple[str | None, ...], towns: Towns, abroad: str | None, notes: Counter[str]
) -> tuple[object, ...] | None:
    injury, death, _, _, death_state = row
    if abroad:
        notes["injury in another state"] += 1
        notes["injury in another state, looked up in Connecticut"] += towns.find(injury) is not None
    town, place_of = (None if abroad else towns.find(injury)), "injury"
    if town is None and _other_state(death_state, None) is None:
        town, place_of = towns.find(death), "death"
    if town is not None:
        notes[f"placed at the town of {place_of}"] += 1
        town_code = PLACE_CODES[PlacePrecision.TOWN]
        return town.lon, town.lat, town.uncertainty_m, town_code, town.name, place_of
    notes["known to the state only"] += 1
    return None


def _in_state(state: Entry) -> tuple[object, ...]:
    return state.lon, state.lat, state.uncertainty_m, PLACE_CODES[PlacePrecision.STATE], state.name, "state"


def _other_state(state: str | None, county: str | None) -> str | None:
    written = (state or "").upper()
    return written if written in _STATES else _COUNTIES.get((county or "").upper())


def _note_markers(injury: str | None, death: str | None, notes: Counter[str]) -> None:
    notes["place of injury is not given"] += injury is None
    for name, written in (("injury", injury), ("death", death)):
        if marker := _marker(written):
            notes[f"place of {name} is {marker}"] += 1


def _marker(written: str | None) -> str | None:
    """Which of the points that stand for the whole state a geographical text holds, if any."""
    found = _TEXT.match(written.strip()) if written else None
    if found is None or found["town"]:
        return None
    is_centroid = found["lat"].startswith("41.5735") and found["lon"].startswith("-72.7383")
    return _CENTROID if is_centroid else "another point for the whole state"


def _parsed(written: str) -> tuple[str, float, float] | None:
    found = _TEXT.match(written.strip())
    if found is None or not found["town"]:
        return None
    try:
        lon, lat = float(found["lon"]), float(found["lat"])
    except ValueError:
        return None
    return (found["town"].upper(), lon, lat) if is_placed(np.array([lon]), np.array([lat]))[0] else None
