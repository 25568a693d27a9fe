"""The seizures' layers on the page: what a tap asks, how a link restores it, where the tiles show it."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from watchfloor.dashboards.choices import Mark
from watchfloor.dashboards.readings import read_layer, wish_of
from watchfloor.dashboards.state import State
from watchfloor.dashboards.taps import aim, dense_mark, outline_of
from watchfloor.dashboards.tile_address import tile_layers
from watchfloor.geo.period import Period
from watchfloor.geo.place_symbols import place_symbols
from watchfloor.geo.seizure_places import SeizurePlaces
from watchfloor.geo.sphere import distance_m, vectors
from watchfloor.geo.spot import Spot, SpotKind
from watchfloor.layers.vectors import Touch

PERIOD = Period(date(2026, 1, 1), date(2027, 1, 1))
SPOT = Spot(SpotKind.PLACE, "6_179.900000_10.000000_6000_90000")
KNOWN = SeizurePlaces(
    np.array([10.0]), np.array([20.0]), np.array([300_000.0]), np.array([1]), np.array([7]), np.array([2.0]),
    np.array([0]), n_unplaced=3,
)  # fmt: skip


class Places:
    """A store of one place."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def seizure_symbols(self, _asker: object, _query: object, zoom: int) -> Any:
        return place_symbols(KNOWN, zoom)

    def seizure_places(self, *_given: object) -> SeizurePlaces:
        return KNOWN

    def symbol_at(self, *given: Any) -> Spot:
        self.asked.append(given)
        return SPOT


def test_a_tap_asks_for_the_symbol_of_the_zoom_that_was_tapped() -> None:
    store = Places()
    state = State(period=PERIOD, layers={"seizures": 95}, zoom=4.0)
    found = dense_mark(store, None, aim(state, Touch(1.0, 2.0, 6.4)))  # type: ignore[arg-type]

    assert found == Mark("seizures", SPOT)
    ((_, query, zoom, at, _),) = store.asked
    assert (query.period, zoom, at) == (PERIOD, 6, (1.0, 2.0))


@pytest.mark.parametrize("zoom", [3.6, 4.4])
def test_a_legend_is_of_the_zoom_that_the_tiles_show(zoom: float) -> None:
    state = State(period=PERIOD, layers={"seizures": 95, "density": 75}, zoom=zoom)
    lines = {
        code: read_layer(code, Places(), None, wish_of(code, state, sees_health=False)).legend.lines  # type: ignore[arg-type, union-attr]
        for code in ("seizures", "density")
    }

    assert wish_of("seizures", state, sees_health=False).zoom == 4
    assert lines["seizures"][:2] == (
        "7 of 10 shown", "7 on areas only: a framed number, with a circle of how far off the place may be",
    )  # fmt: skip
    assert lines["density"] == (
        "0 of 10 shown", "7 on areas only: known less finely than the blur is wide", "3 without a place",
    )  # fmt: skip


def test_a_selected_symbol_and_its_layers_come_back_from_a_link() -> None:
    state = State(period=PERIOD, layers={"density": 60, "seizures": 80}, mark=Mark("seizures", SPOT))
    again, faults = State.from_link(state.as_link())

    assert (again, faults) == (state, ())


def test_the_ring_of_a_symbol_holds_all_of_it_and_runs_on_over_the_antimeridian() -> None:
    ((lon, lat),) = outline_of(Mark("seizures", SPOT))
    away = distance_m(vectors(np.array(lon), np.array(lat)), vectors(np.array([179.9]), np.array([10.0])))

    assert away == pytest.approx(90_000)
    assert np.abs(np.diff(lon)).max() < 1
    assert max(lon) > 180


def test_what_may_lie_half_a_world_away_is_ringed_on_the_screen() -> None:
    ((lon, _),) = outline_of(Mark("seizures", Spot(SpotKind.PLACE, "4_0.000000_0.000000_9700000_9700000")))

    assert max(lon) < 5


def test_seizures_lie_above_the_names_and_density_below() -> None:
    on = {"density": 75, "hexagons": 55, "seizures": 95, "ports": 90}

    assert tile_layers(on) == "ground,density:75,hexagons:55,lines,seizures:95"
