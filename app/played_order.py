"""What an address asks to be played: where, which steps of which period, under which theme."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.played_steps import PlayedSteps
from watchfloor.geo.query import Layer, Query
from watchfloor.layers.palettes import Theme
from watchfloor.layers.played_tracks import Frame

MOST_STEPS: Final = 16
_DIGITS: Final = 7


@dataclass(frozen=True, slots=True)
class PlayedOrder:
    """Steps of a period from `first` on, `n` at most, in a frame of the map."""

    query: Query
    frame: Frame
    first: int
    n: int
    theme: Theme

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """The order that an address's parameters name. Raises BadQuestion."""
        asked = {name: given[name] for name in ("since", "until", "hours", "known_at") if name in given}
        query = Query.from_parameters({**asked, "layer": Layer.TRACKS.value})
        first, n = (_whole(given.get(name, ""), name) for name in ("first", "n"))
        if not 1 <= n <= MOST_STEPS:
            raise BadQuestion(f"from 1 to {MOST_STEPS} steps are asked for at a time")
        theme: Theme = "light" if given.get("theme") == "light" else "dark"
        return cls(query, Frame.parse(given.get("frame", "")), first, n, theme)

    @property
    def steps(self) -> PlayedSteps:
        """All steps of its period."""
        return PlayedSteps.of(self.query.period)


def _whole(text: str, name: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise BadQuestion(f"a number of steps is missing: {name}=8")
    return int(text)
