"""Invented traffic at ports: whole months, one value each, at places of the exercise's own."""

from datetime import date

import polars as pl
import pytest

from watchfloor.data.exercise.places import Places
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.traffic import KIND, make_traffic


@pytest.mark.parametrize("until", [date(2026, 7, 1), date(2026, 7, 31), date(2024, 2, 29)])
def test_every_series_has_each_whole_month_of_the_world_and_no_other(until: date) -> None:
    plan = Plan(7, 0.1, until)
    places, values = make_traffic(plan, Places.shipped())

    months = values["starts"].unique().sort()
    assert months[0] >= plan.day(0)
    assert values["ends"].max() == until.replace(day=1)
    assert (values["starts"].dt.offset_by("1mo") == values["ends"]).all()
    assert values.group_by("measure", "place_code").len()["len"].unique().to_list() == [len(months)]
    assert set(values["place_code"]) == set(places["code"])


def test_invented_counts_never_stand_at_a_place_of_the_gazetteer() -> None:
    gazetteer = Places.shipped()
    places, values = make_traffic(Plan(7, 1.0, date(2026, 7, 1)), gazetteer)

    assert not set(places["code"]) & set(gazetteer.codes)
    assert set(values["place_kind"]) == {KIND}
    assert places["name"].str.ends_with("(exercise)").all()
    assert values.filter(pl.col("value") < 0).is_empty()
