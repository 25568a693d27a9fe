"""What a page opens on where no single seizure is known: something, said in one sentence."""

import uuid
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from watchfloor.dashboards.first_look import first_look
from watchfloor.dashboards.state import State
from watchfloor.data.repository import Asker
from watchfloor.geo.answers import Trend
from watchfloor.geo.facts import FactKind
from watchfloor.geo.period import Period

ASKER = Asker("token", uuid.UUID(int=1))
YEARS = Period(date(2018, 10, 1), date(2020, 4, 1))
NONE = Trend([], np.zeros(0, np.int64), np.zeros(0), "m")
MARCH = Trend([date(2013, 3, 1)], np.array([5]), np.zeros(1), "m")


def store(*reported: str, overdoses: Trend = NONE, tracks: Trend = NONE) -> Any:
    return SimpleNamespace(
        reported_spans=lambda _: dict.fromkeys(reported, YEARS),
        overdose_trend=lambda *_: overdoses,
        track_trend=lambda *_: tracks,
    )


@pytest.mark.parametrize(
    ("there", "layers", "fact", "said"),
    [
        (
            store("trucks", "seizures_reported", overdoses=MARCH),
            ["hexagons", "seizures"],
            FactKind.REPORTED,
            "reported seizures of 2019-04-01 to 2020-03-31",
        ),
        (store("trucks", overdoses=MARCH), ["overdoses"], FactKind.EVENTS, "overdoses of 2013-03-01 to 2013-03-31"),
        (
            store("trucks", "overdose_deaths_12m"),
            ["overdoses"],
            FactKind.REPORTED,
            "reported overdose deaths of 2019-04-01 to 2020-03-31",
        ),
        (store("vessel_calls"), ["ports"], FactKind.EVENTS, "reported vessel calls of 2019-04-01 to 2020-03-31"),
        (store(tracks=MARCH), ["tracks"], FactKind.EVENTS, "tracks of craft of 2013-03-01 to 2013-03-31"),
    ],
)
def test_the_first_layer_that_has_something_is_shown_and_named(
    there: Any, layers: list[str], fact: FactKind, said: str
) -> None:
    look = first_look(there, ASKER)

    assert look is not None
    assert look.sentence == f"No single seizure is known that you may see: {said} are shown."
    state = State(**look.choices)
    assert (list(state.layers), state.fact, str(state.period)) == (layers, fact, said.rpartition(" of ")[2])


def test_ports_are_measured_by_what_is_reported_of_them() -> None:
    look = first_look(store("vessel_calls"), ASKER)

    assert look is not None
    assert State(**look.choices).measure == "vessel_calls"


def test_of_a_store_without_anything_nothing_is_said() -> None:
    assert first_look(store("deaths_12m"), ASKER) is None
