"""A period played on the map: a button, and what the browser needs to play it by itself."""

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
from watchfloor.geo.query import Layer, Measured
from watchfloor.layers.legends import UNITS
from watchfloor.layers.played import shades

# hexagons no finer than this: a screen of finer ones is more than a browser draws ten times a second
FINEST_PLAYED = 6
OPACITY = 0.8


class PlayBoard:
    """Switches playing on and off; on_change is called when what lies below changes with it."""

    def __init__(self, desk: Desk, map_view: MapView) -> None:
        self._desk, self._map = desk, map_view
        self._stamp: Stamp | None = None
        self.on_change: Callable[[], None] = _nothing
        self.button = pn.widgets.Toggle(label="▶ Play", stylesheets=[WIDGETS], margin=0)
        self.button.param.watch(lambda _: self._switched(), "value")
        map_view.heed_played(self.stop)
        desk.state.param.watch(lambda *_: self._give(), [*ASKED, "theme", "zoom", "layers"], precedence=1)

    @property
    def plays(self) -> bool:
        """Whether a period is played."""
        return bool(self.button.value)

    def stop(self) -> None:
        """Play no longer."""
        self.button.value = False

    def show(self, stamp: Stamp) -> None:
        """The data or the reader's rights are these now."""
        self._stamp = stamp
        self._give()

    def _switched(self) -> None:
        self._give()
        self.on_change()

    def _give(self) -> None:
        if self._stamp is not None:
            desk = self._desk
            given = play_given(desk.state, self._stamp, desk.asker.view_id, sees_health=desk.sees_health)
            self._map.set_play(given if self.plays else {})


def played_layer(state: State) -> Layer:
    """What is played: seizures, unless overdoses alone are on."""
    on = state.layers.keys()
    is_overdoses = not {"hexagons", "seizures", "density"} & on and bool({"overdoses", "clusters"} & on)
    return Layer.OVERDOSES if is_overdoses else Layer.SEIZURES


def play_given(state: State, stamp: Stamp, view: UUID, *, sees_health: bool) -> dict[str, Any]:
    """Where the days of the period are asked for, and how they look."""
    layer = played_layer(state)
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
        "title": f"{layer.value.capitalize()}, {state.period}",
        "unit": unit,
        "grain": "m" if is_suppressed else "d",
        "colours": shades("health" if is_suppressed else FactKind.EVENTS.value, state.theme),
        "opacity": OPACITY,
    }


def below_play(state: State) -> State:
    """The same choices without the dense layers: what is played takes their place."""
    kept = {code: share for code, share in state.layers.items() if code not in _DENSE}
    return State(**state.chosen() | {"layers": kept})


def _nothing() -> None:
    """Nobody heeds it."""


_DENSE = frozenset(code for code, layer in BY_CODE.items() if layer.drawn is Drawn.TILES) - {"tracks"}
