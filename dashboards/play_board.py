"""A period played on the map, cells and tracks: a button, and what the browser needs to play it by itself.

The browser holds the time: it says when it plays and when it stands still, and the button says what a press does next.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import panel as pn

from watchfloor.dashboards.choices import BY_CODE, Drawn
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.readings import cells_query
from watchfloor.dashboards.state import ASKED, State
from watchfloor.dashboards.styles import WIDGETS
from watchfloor.dashboards.tile_address import Stamp
from watchfloor.geo.facts import FactKind
from watchfloor.geo.played_steps import PlayedSteps
from watchfloor.geo.query import Layer, Measured
from watchfloor.layers.legends import UNITS
from watchfloor.layers.played import shades

# hexagons no finer than this: a screen of finer ones is more than a browser draws ten times a second
FINEST_PLAYED = 6
OPACITY = 0.8


PLAY, PAUSE = "▶ Play", "❚❚ Pause"
"""What the button says that a press does."""


class PlayBoard:
    """One press plays, the next stands still; on_change is called when what lies below changes with it."""

    def __init__(self, desk: Desk, map_view: MapView) -> None:
        self._desk, self._map = desk, map_view
        self._stamp: Stamp | None = None
        self.on_change: Callable[[], None] = _nothing
        self._is_open = self._runs = False
        # the browser heeds what is wanted once: what it was told before is not wanted again with the next filter
        self._presses = 0
        self.button = pn.widgets.Button(label=PLAY, stylesheets=[WIDGETS], margin=0, min_width=86)
        self.button.on_click(lambda _: self._pressed())
        map_view.heed_played(self._heard)
        desk.state.param.watch(lambda *_: self._give(), [*ASKED, "theme", "zoom", "layers"], precedence=1)

    @property
    def plays(self) -> bool:
        """Whether a period is played, or stands still at one of its days."""
        return self._is_open

    def show(self, stamp: Stamp) -> None:
        """The data or the reader's rights are these now."""
        self._stamp = stamp
        self._give()

    def _pressed(self) -> None:
        was_open, self._is_open = self._is_open, True
        self._presses += 1
        self._turn(not self._runs)
        self._give()
        if not was_open:
            self.on_change()

    def _heard(self, runs: bool | None) -> None:
        if runs is not None:
            self._turn(runs and self._is_open)
        elif self._is_open:
            self._is_open = False
            self._turn(False)
            self._give()
            self.on_change()

    def _turn(self, runs: bool) -> None:
        self._runs = runs
        self.button.label = PAUSE if runs else PLAY

    def _give(self) -> None:
        if self._stamp is not None:
            desk = self._desk
            given = play_given(desk.state, self._stamp, desk.asker.view_id, sees_health=desk.sees_health)
            wanted = {"runs": self._runs, "press": self._presses}
            self._map.set_play(given | wanted if self.plays else {})


def played_layer(state: State) -> Layer | None:
    """Whose cells are played: seizures, unless overdoses or tracks alone are on."""
    on = state.layers.keys()
    if _SEIZURES & on:
        return Layer.SEIZURES
    if _OVERDOSES & on:
        return Layer.OVERDOSES
    return None if "tracks" in on else Layer.SEIZURES


def play_given(state: State, stamp: Stamp, view: UUID, *, sees_health: bool) -> dict[str, Any]:
    """Where steps of the period are asked for, and how they look: cells, and tracks while they are on."""
    layer = played_layer(state)
    cells = {} if layer is None else _cells_given(layer, state, stamp, view, sees_health=sees_health)
    tracks = _tracks_given(state, stamp, view) if "tracks" in state.layers else None
    titles = [*([] if layer is None else [layer.value]), *(["tracks"] if tracks else [])]
    period = state.tracks_period if tracks else state.asked_period
    if period.hours is not None and layer is not None:
        titles[0] += " of whole days"
    return {"title": f"{' and '.join(titles).capitalize()}, {period}", "tracks": tracks, "url": "", **cells}


def _cells_given(layer: Layer, state: State, stamp: Stamp, view: UUID, *, sees_health: bool) -> dict[str, Any]:
    query = cells_query(layer, state)
    is_weight = layer is Layer.SEIZURES and state.measured is Measured.KILOGRAMS
    asked = query.subject() | {
        "measured": (Measured.KILOGRAMS if is_weight else Measured.COUNT).value,
        "resolution": min(query.resolution, FINEST_PLAYED),
        "e": stamp.epoch,
        "v": stamp.versions.of(layer.value, query.period),
        "view": str(view),
    }
    unit = "overdoses" if layer is Layer.OVERDOSES else UNITS[Measured.KILOGRAMS if is_weight else Measured.COUNT]
    is_suppressed = layer is Layer.OVERDOSES and not sees_health
    return {
        "url": "/play/days?" + urlencode(asked, safe=",:"),
        "unit": unit,
        "grain": "m" if is_suppressed else "d",
        "colours": shades("health" if is_suppressed else FactKind.EVENTS.value, state.theme),
        "opacity": OPACITY,
    }


def _tracks_given(state: State, stamp: Stamp, view: UUID) -> dict[str, Any]:
    query = state.plain_query(Layer.TRACKS)
    asked = {
        "since": query.period.since.isoformat(),
        "until": query.period.until.isoformat(),
        "theme": state.theme,
        "e": stamp.epoch,
        "v": stamp.versions.of(Layer.TRACKS.value, query.period),
        "view": str(view),
    }
    if query.period.hours is not None:
        asked["hours"] = str(query.period.hours)
    if query.known_at is not None:
        asked["known_at"] = query.known_at.isoformat()
    steps = PlayedSteps.of(query.period)
    told = {"first_s": steps.first_s, "step_s": steps.step_s, "n": steps.n}
    return told | {"url": "/play/tracks?" + urlencode(asked, safe=",:"), "opacity": state.layers["tracks"] / 100}


def below_play(state: State) -> State:
    """The same choices without the dense layers: what is played takes their place."""
    kept = {code: share for code, share in state.layers.items() if code not in _DENSE}
    return State(**state.chosen() | {"layers": kept})


def _nothing() -> None:
    """Nobody heeds it."""


_DENSE = frozenset(code for code, layer in BY_CODE.items() if layer.drawn is Drawn.TILES)
_SEIZURES = frozenset({"hexagons", "seizures", "density"})
_OVERDOSES = frozenset({"overdoses", "clusters"})
