"""What one tile shall show, as its address says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.period import Hours, Period
from watchfloor.geo.query import Layer, Query
from watchfloor.layers.palettes import Theme
from watchfloor.layers.tilegrid import Tile

MOST_LAYERS: Final = 8
# names on a wall
LARGEST: Final = 2
NAMES: Final = ("ground", "tracks", "overdoses", "density", "hexagons", "change", "lines", "seizures")


@dataclass(frozen=True, slots=True)
class TileOrder:
    """Place, layers with their opacities from the lowest to the highest, question and theme.

    against: the other period of a map of change; changed: the layer whose change it is. hours: of tracks. swell: how
    much larger than usual names are.
    """

    tile: Tile
    layers: tuple[tuple[str, int], ...]
    query: Query
    pinned: int | None
    theme: Theme
    against: Period | None = None
    changed: Layer = Layer.SEIZURES
    hours: Hours | None = None
    swell: int = 1

    @classmethod
    def of(cls, tile: Tile, given: Mapping[str, str]) -> "TileOrder":
        """The order that an address's parameters name. Raises BadQuestion."""
        theme: Theme = "light" if given.get("theme") == "light" else "dark"
        pinned = given.get("resolution", "")
        # only tracks have hours: the question of all other layers is of whole days
        asked = {**given, "layer": Layer.SEIZURES.value, "resolution": pinned or "3", "hours": ""}
        query = Query.from_parameters(asked)
        hours = _hours(given.get("hours", ""), query.period)
        layers, against = _layers(given.get("layers", "ground,lines")), _against(given.get("against", ""))
        if any(name == "change" for name, _ in layers) and against is None:
            raise BadQuestion("a map of change needs the other period, as against=2024-01-01..2025-01-01")
        changed = Layer.OVERDOSES if given.get("changed") == Layer.OVERDOSES else Layer.SEIZURES
        swell = LARGEST if given.get("swell") == str(LARGEST) else 1
        return cls(tile, layers, query, int(pinned) if pinned else None, theme, against, changed, hours, swell)

    @property
    def tracks(self) -> Query:
        """What is asked about tracks."""
        return Query(Layer.TRACKS, replace(self.query.period, hours=self.hours), known_at=self.query.known_at)


def _hours(text: str, days: Period) -> Hours | None:
    return replace(days, hours=Hours.parse(text)).hours if text else None


def _against(text: str) -> Period | None:
    since, _, until = text.partition("..")
    return Period.parse(since, until) if text else None


def _layers(text: str) -> tuple[tuple[str, int], ...]:
    found = []
    for part in text.split(",")[:MOST_LAYERS]:
        name, _, percent = part.partition(":")
        if name not in NAMES or (percent and not (percent.isdecimal() and int(percent) <= 100)):
            raise BadQuestion(f"there is no layer {part[:40]!r} to draw; there are: {', '.join(NAMES)}")
        found.append((name, int(percent) if percent else 100))
    return tuple(found)
