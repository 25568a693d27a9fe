"""Reported overdoses on the map: one circle for each area, nothing of single events, nothing added up."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from watchfloor.dashboards.readings import wish_of
from watchfloor.dashboards.state import State
from watchfloor.dashboards.taps import aim
from watchfloor.geo.facts import FactKind
from watchfloor.geo.reported_values import ALL_DRUGS, LatestValue, all_drugs
from watchfloor.layers.overdoses import reported_circles, reported_legend, written_series
from watchfloor.layers.vectors import Touch

CT = LatestValue(
    "US-CT", "Connecticut", -72.7, 41.6, "all substances", (("basis", "reported"), ("indicator", ALL_DRUGS)),
    date(2016, 7, 1), date(2017, 7, 1), 1038.0, "public", "VSRR",
)  # fmt: skip
HEROIN = replace(CT, substance="Heroin", dimensions=(("basis", "reported"), ("indicator", "Heroin (T40.1)")), value=474)
OPIOIDS = replace(CT, dimensions=(("basis", "reported"), ("indicator", "Opioids")), value=900)
PREDICTED = replace(CT, dimensions=(("basis", "predicted"), ("indicator", ALL_DRUGS)), value=1100)
NATION = replace(CT, place_code="840", place="United States of America", value=67_000)
NOWHERE = replace(CT, place_code="US-XX", lon=None, lat=None)
MAINE = replace(CT, place_code="US-ME", place="Maine", lon=-69.2, lat=45.3, value=2_038)


def test_a_map_shows_the_whole_of_each_area_and_neither_classes_nor_predictions_nor_the_nation() -> None:
    assert all_drugs([HEROIN, OPIOIDS, PREDICTED, NATION, NOWHERE, CT, MAINE]) == (CT, MAINE)


def test_of_two_sources_the_newest_value_is_shown() -> None:
    later = replace(CT, ends=date(2017, 9, 1), value=1_001.0)

    assert all_drugs([CT, later]) == all_drugs([later, CT]) == (later,)


def test_circles_grow_with_deaths_and_say_which_twelve_months() -> None:
    marks = reported_circles([CT, MAINE], "dark")

    assert marks.names == ("US-ME", "US-CT")
    assert marks.columns["size"][0] > marks.columns["size"][1]
    assert marks.columns["months"] == ["2016-07 to 2017-06"] * 2
    assert np.asarray(marks.columns["deaths"]).tolist() == ["2,038", "1,038"]


def test_no_values_make_no_circles() -> None:
    assert reported_circles([], "light").names == ()
    assert reported_legend([], "light").kind == "reported aggregates"


def test_a_value_is_written_with_its_series_and_its_months() -> None:
    assert written_series(HEROIN) == "Heroin (T40.1): 474 reported, 2016-07 to 2017-06."


def test_the_footnote_of_a_value_stands_with_it() -> None:
    told = written_series(replace(HEROIN, footnote="Underreported due to incomplete data"))

    assert told.endswith("2016-07 to 2017-06 (Underreported due to incomplete data).")


@pytest.mark.parametrize("fact", list(FactKind))
def test_the_layer_asks_for_the_kind_of_fact_that_was_chosen(fact: FactKind) -> None:
    assert wish_of("overdoses", State(fact=fact), sees_health=False).query.fact is fact


def test_a_tap_finds_single_overdoses_only_where_they_are_shown() -> None:
    touch = Touch(-72.7, 41.6, 6.0)
    tapped = {fact: aim(State(fact=fact), touch).cells for fact in FactKind}

    assert "overdoses" in tapped[FactKind.EVENTS]
    assert "overdoses" not in tapped[FactKind.REPORTED]
    assert "hexagons" in tapped[FactKind.REPORTED]
