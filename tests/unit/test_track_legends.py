"""The legend of tracks: what moved, how much of it is drawn, and why the rest is not, without contradicting itself."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from watchfloor.dashboards.readings import read_layer, wish_of
from watchfloor.dashboards.state import State
from watchfloor.geo.craft_categories import CRAFT_CATEGORIES
from watchfloor.geo.period import Period
from watchfloor.layers.track_legends import TracksShown, tracks_legend


def shown(*, marked: int = 0, waiting: int = 0, **sound: int) -> TracksShown:
    by_category = np.zeros(16, np.int64)
    for name, n in sound.items():
        by_category[CRAFT_CATEGORIES.index(name)] = n
    by_category[8] = marked
    n = int(by_category.sum())
    return TracksShown(by_category, n + waiting, n, 40, 0.0)


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (shown(cargo=80), "80 of 80 positions drawn"),
        (shown(cargo=80, marked=20), "80 of 100 positions drawn, without 20 marked by cleaning"),
        (shown(cargo=80, waiting=5), "80 of 85 positions drawn, without 5 not in the derived files yet"),
        (
            shown(cargo=80, marked=20, waiting=1005),
            "80 of 1,105 positions drawn, without 20 marked by cleaning and 1,005 not in the derived files yet",
        ),
    ],
)
def test_what_is_left_out_is_never_counted_as_drawn(of: TracksShown, said: str) -> None:
    assert tracks_legend(of, "dark").lines[0] == said


def test_what_is_left_out_is_told_by_reason_the_most_frequent_first() -> None:
    by_category = np.append(np.zeros(8, np.int64), [0, 0, 0, 0, 0, 12, 1_003, 0])
    said = tracks_legend(TracksShown(by_category, 1_015, 1_015, 40, 0.0), "dark").lines
    assert said[1] == "left out: 1,003 duplicate, 12 impossible speed"


def test_vessels_on_land_are_counted_beside_what_is_drawn() -> None:
    said = tracks_legend(shown(cargo=80)._replace(on_land=3), "dark").lines
    assert said[:2] == ("80 of 80 positions drawn", "3 of vessels on land, far from any water: drawn all the same")


def test_of_nothing_left_out_nothing_is_said() -> None:
    assert not [line for line in tracks_legend(shown(cargo=80), "dark").lines if "left out" in line]


@pytest.mark.parametrize(
    ("of", "unit"),
    [
        (shown(cargo=1, fishing=2), "vessels by kind"),
        (shown(aircraft=3), "aircraft by kind"),
        (shown(tug=1, aircraft=3), "vessels and aircraft by kind"),
        (shown(), "craft by kind"),
    ],
)
def test_tracks_are_named_by_what_moved(of: TracksShown, unit: str) -> None:
    assert tracks_legend(of, "dark").unit == unit


@pytest.mark.parametrize(("zoom", "most"), [(2.6, 480 >> 3), (5.4, 480 >> 5)])
def test_full_light_is_told_as_the_tiles_of_that_zoom_have_it(zoom: float, most: int) -> None:
    view = SimpleNamespace(
        by_category=lambda: np.zeros(16, np.int64),
        n_fixes=1,
        n_drawn=1,
        built_s=0.0,
        on_land=lambda: 0,
        busiest=lambda z, _measure: 480 >> z,
    )
    store: Any = SimpleNamespace(tracks=lambda _asker, _query: view)
    state = State(period=Period(date(2026, 1, 1), date(2026, 2, 1)), layers={"tracks": 80}, zoom=zoom)
    legend = read_layer("tracks", store, None, wish_of("tracks", state, sees_health=False)).legend  # type: ignore[arg-type]

    assert legend is not None
    assert f"full light from {most} on a pixel" in legend.lines[1]
