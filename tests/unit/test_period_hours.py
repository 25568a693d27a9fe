"""Hours within a period: how they are written, what they belong to, and what they are played in."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.app.played_order import PlayedOrder
from watchfloor.app.tile_order import TileOrder
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.export_order import ExportOrder
from watchfloor.geo.handing_on import Form
from watchfloor.geo.period import MOST_DAYS_WITH_HOURS, Hours, Period
from watchfloor.geo.played_steps import PlayedSteps
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.spot import Spot, SpotKind
from watchfloor.layers.tilegrid import Tile

NIGHT = Period(date(2026, 11, 14), date(2026, 11, 15), Hours(2, 5))
OVER_MIDNIGHT = Period(date(2026, 11, 14), date(2026, 11, 16), Hours(22, 5))
MIDNIGHT = datetime(2026, 11, 14, tzinfo=UTC)
HOURS = st.integers(-500_000, 1_000_000)
LENGTHS = st.integers(1, (MOST_DAYS_WITH_HOURS - 1) * 24 + 1)


@given(HOURS, LENGTHS)
def test_hours_counted_from_1970_are_days_and_hours_of_them(first: int, length: int) -> None:
    period = Period.between(first, first + length)

    assert period.hours_since_1970 == (first, first + length)
    since, until = period.moments
    assert until - since == timedelta(hours=length)
    assert period.since == since.date()
    assert period.last == (until - timedelta(seconds=1)).date()


def test_all_hours_of_a_day_are_the_day() -> None:
    whole = Period(NIGHT.since, NIGHT.until)

    assert Period(NIGHT.since, NIGHT.until, Hours(0, 24)) == whole == NIGHT.whole
    assert whole.moments == (MIDNIGHT, MIDNIGHT + timedelta(days=1))
    assert whole != NIGHT


def test_hours_of_several_days_are_one_stretch() -> None:
    assert OVER_MIDNIGHT.moments == (MIDNIGHT + timedelta(hours=22), MIDNIGHT + timedelta(hours=29))
    assert str(OVER_MIDNIGHT) == "2026-11-14 22:00 to 2026-11-15 05:00"
    assert str(NIGHT) == "2026-11-14 02:00 to 05:00"


@pytest.mark.parametrize("text", ["5-2", "2-2", "24-24", "0-25", "02", "-1-5", "a-b", "٢-5", "1-2-3", "02:00-05:00"])
def test_what_is_no_hours_of_a_day_is_refused(text: str) -> None:
    with pytest.raises(BadQuestion):
        Period.parse("2026-11-14", "2026-11-15", text)


def test_hours_belong_to_few_days() -> None:
    with pytest.raises(BadQuestion, match="at most 3 days"):
        Period.parse("2026-11-14", "2026-11-18", "02-05")


@pytest.mark.parametrize("layer", [layer for layer in Layer if layer is not Layer.TRACKS])
def test_only_tracks_are_asked_about_by_hours(layer: Layer) -> None:
    with pytest.raises(BadQuestion, match="known by days"):
        Query(layer, NIGHT)


def test_a_question_says_its_hours_and_is_another_without_them() -> None:
    query = Query(Layer.TRACKS, NIGHT)
    asked = {name: str(value) for name, value in query.subject().items()}

    assert asked["hours"] == "02-05"
    assert Query.from_parameters(asked) == query
    assert query.digest() != Query(Layer.TRACKS, NIGHT.whole).digest()
    assert "hours" not in Query(Layer.TRACKS, NIGHT.whole).subject()


def test_a_tile_asks_tracks_by_hours_and_all_else_by_days() -> None:
    given_parameters = {"since": "2026-11-14", "until": "2026-11-15", "hours": "02-05", "layers": "tracks,hexagons"}
    order = TileOrder.of(Tile(0, 0, 0), given_parameters)

    assert order.tracks.period == NIGHT
    assert order.query.period == NIGHT.whole
    assert order != TileOrder.of(Tile(0, 0, 0), given_parameters | {"hours": "02-06"})
    with pytest.raises(BadQuestion):
        TileOrder.of(Tile(0, 0, 0), given_parameters | {"hours": "<b>"})


def test_hours_are_played_hour_by_hour() -> None:
    address = urlencode({"since": "2026-11-14", "until": "2026-11-16", "hours": "22-05", "first": 0, "n": 8,
                         "frame": "3/1/2/2/2"})  # fmt: skip
    steps = PlayedOrder.of(dict(parse_qsl(address))).steps

    assert (steps.n, steps.is_by_hour) == (7, True)
    assert steps.span(6)[1] == int(OVER_MIDNIGHT.moments[1].timestamp())
    three = Period(NIGHT.since, NIGHT.since + timedelta(days=3))
    assert not PlayedSteps.of(three).is_by_hour
    assert PlayedSteps.of(replace(three, hours=Hours(1, 24))).n == 71


def test_a_file_says_between_which_hours_its_positions_are() -> None:
    order = ExportOrder(Form.CSV, Query(Layer.TRACKS, NIGHT), spot=Spot(SpotKind.CRAFT, "7"))

    assert "2026-11-14 02:00Z until before 2026-11-14 05:00Z" in order.words
    assert order.as_json()["hours"] == "02-05"


@pytest.mark.parametrize(
    "days", [("0001-01-01", "2020-01-01"), ("2020-01-01", "9999-12-31"), ("1899-12-31", "1900-01-02")]
)
def test_periods_that_nobody_can_mean_are_refused(days: tuple[str, str]) -> None:
    with pytest.raises(BadQuestion, match="periods lie between 1900-01-01 and 2200-01-01"):
        Period.parse(*days)
