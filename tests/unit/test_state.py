"""Choices of a map page and the links that carry them."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.dashboards.choices import LAYERS, Mark
from watchfloor.dashboards.map_bokeh import OPENS_ON
from watchfloor.dashboards.state import State
from watchfloor.geo.facts import FactKind
from watchfloor.geo.measures import BY_CODE as MEASURES
from watchfloor.geo.narrowing import Narrowing, NearPorts
from watchfloor.geo.period import Hours, Period
from watchfloor.geo.query import Layer, Measured
from watchfloor.geo.spot import Spot, SpotKind
from watchfloor.geo.substances import BY_CODE as SUBSTANCES


@st.composite
def marks(draw: st.DrawFn) -> Mark:
    kind = draw(st.sampled_from(SpotKind))
    cells, names = st.integers(0, 2**63 - 1).map(lambda cell: f"{cell:x}"), st.text("0123456789abcdef:.,-", min_size=1)
    areas = st.sampled_from(["disc:-80.5,25,1200", "box:170,-10,-170,5", "poly:0,0;10,0;5.00001,8"])
    own = {SpotKind.CELL: cells, SpotKind.PIXEL: areas, SpotKind.AREA: areas}
    name = draw(own.get(kind, names))
    layer = draw(st.sampled_from([layer.code for layer in LAYERS]))
    return Mark(layer, Spot(kind, name), draw(st.none() | st.integers(0, 9)))


MOMENTS = st.integers(0, 2**30).map(lambda second: datetime.fromtimestamp(second, UTC))


@st.composite
def narrowings(draw: st.DrawFn) -> Narrowing:
    return Narrowing(
        least_kg=draw(st.none() | st.floats(0, 50).map(lambda one: round(one, 3))),
        conveyances=tuple(draw(st.lists(st.sampled_from(["vessel", "a, b & c", "-", ""]), max_size=2))),
        near=draw(st.none() | st.builds(NearPorts, st.floats(1, 500).map(lambda one: round(one, 1)), st.just("gulf"))),
        text=draw(st.sampled_from(["", "100% <b>", "red   falcon"])),
    )


@st.composite
def periods(draw: st.DrawFn) -> Period:
    since = draw(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
    period = Period(since, since + timedelta(days=draw(st.integers(1, 3) | st.integers(1, 3650))))
    until = draw(st.integers(1, 24))
    hours = Hours(draw(st.integers(0, until - 1)), until)
    return replace(period, hours=hours) if period.days <= 3 and draw(st.booleans()) else period


@st.composite
def states(draw: st.DrawFn) -> State:
    state = State(
        period=draw(periods()),
        substances=tuple(sorted(draw(st.sets(st.sampled_from(sorted(SUBSTANCES)))))),
        fact=draw(st.sampled_from(FactKind)),
        measured=draw(st.sampled_from(Measured)),
        measure=draw(st.sampled_from(sorted(MEASURES))),
        resolution=draw(st.none() | st.integers(0, 9)),
        mark=draw(st.none() | marks()),
        theme=draw(st.sampled_from(["dark", "light"])),
        only=draw(narrowings()),
        known_at=draw(st.none() | MOMENTS),
        layers={},
    )
    for code, share in draw(st.dictionaries(st.sampled_from([x.code for x in LAYERS]), st.integers(0, 100))).items():
        state.switch(code, share)
    state.look_at(draw(st.floats(-720, 720)), draw(st.floats(-90, 90)), draw(st.floats(0, 20)))
    return state


@given(states())
def test_a_link_leads_back_to_the_same_choices(state: State) -> None:
    address = urlencode(state.as_link())
    again, faults = State.from_link(dict(parse_qsl(address, keep_blank_values=True)))
    assert again == state
    assert faults == ()


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from([*State().as_link(), "substances", "resolution", "mark", "other"]), st.text()))
def test_hostile_parameters_give_a_state_and_never_an_exception(given_parameters: dict[str, str]) -> None:
    state, faults = State.from_link(given_parameters)
    assert isinstance(state, State)
    assert all(fault.isprintable() and len(fault) < 300 for fault in faults)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("zoom", "nan"),
        ("lon", "1e999"),
        ("layers", "hexagons:101"),
        ("layers", "hexagons,<script>"),
        ("resolution", "٣"),
        ("substances", "cocaine,' OR 1=1"),
        ("mark", "hexagons/cell/zz"),
        ("fact", "both"),
        ("known_at", "2999-01-01T00:00Z"),
        ("known_at", "2020-01-01"),
        ("hours", "02-05"),
    ],
)
def test_an_unusable_part_takes_its_default_and_says_so(name: str, value: str) -> None:
    state, faults = State.from_link({name: value})
    assert state.as_link() == State().as_link()
    assert len(faults) == 1
    assert name in faults[0]


def test_an_unknown_layer_takes_none_of_the_others_away() -> None:
    state, faults = State.from_link({"layers": "ports:40,atlantis,hexagons:55,<b>:3"})
    assert dict(state.layers) == {"hexagons": 55, "ports": 40}
    assert faults == ("“layers” in the link cannot be used as a whole: there is no layer “atlantis”, “<b>”",)


def test_a_condition_that_cannot_be_read_takes_none_of_the_others_away() -> None:
    state, faults = State.from_link({"least_kg": "5", "near": "50:atlantis", "label": "<b>", "conveyance": "vessel"})
    assert state.only == Narrowing(least_kg=5.0, conveyances=("vessel",))
    assert len(faults) == 2


def test_conditions_are_put_to_single_seizures_only() -> None:
    state = State(only=Narrowing(least_kg=5.0))
    assert state.query(Layer.SEIZURES).only
    assert not state.query(Layer.OVERDOSES).only
    state.fact = FactKind.REPORTED
    assert not state.query(Layer.SEIZURES).only


def test_the_moment_is_put_to_every_layer() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    state = State(known_at=at)
    assert {state.query(layer).known_at for layer in Layer} == {state.plain_query(Layer.PORTS).known_at} == {at}


def test_a_period_that_ends_before_it_begins_is_named() -> None:
    state, faults = State.from_link({"since": "2026-02-01", "until": "2026-01-01"})
    assert state.period == State().period
    assert "period" in faults[0]


@pytest.mark.parametrize("hours", ["5-2", "02", "<b>", "02-05 OR 1=1", "0-25"])
def test_hours_that_cannot_be_used_leave_their_days(hours: str) -> None:
    state, faults = State.from_link({"since": "2026-02-01", "until": "2026-02-02", "hours": hours})
    assert state.period == Period(date(2026, 2, 1), date(2026, 2, 2))
    assert len(faults) == 1
    assert faults[0].startswith("“hours” in the link cannot be used")


def test_substances_are_put_to_what_knows_them() -> None:
    state = State(substances=("fentanyl",))

    assert state.query(Layer.OVERDOSES).substances == ("fentanyl",)
    assert state.query(Layer.PORTS).substances == state.query(Layer.ROUTES).substances == ()


def test_hours_are_put_to_tracks_alone() -> None:
    night = Period(date(2026, 2, 1), date(2026, 2, 2), Hours(2, 5))
    state = State(period=night)
    assert state.plain_query(Layer.TRACKS).period == state.query(Layer.TRACKS).period == night
    others = [layer for layer in Layer if layer is not Layer.TRACKS]
    assert {state.query(layer).period for layer in others} == {night.whole} == {state.asked_period}


def test_under_an_earlier_moment_hours_end_with_its_day() -> None:
    weekend = Period(date(2026, 2, 1), date(2026, 2, 4), Hours(22, 5))
    state = State(period=weekend, known_at=datetime(2026, 2, 2, 9, tzinfo=UTC))
    assert state.tracks_period == Period(date(2026, 2, 1), date(2026, 2, 3), Hours(22, 24))
    state.known_at = datetime(2026, 2, 3, 1, tzinfo=UTC)
    assert state.tracks_period == weekend


def test_reported_aggregates_are_asked_of_seizures_only() -> None:
    state = State(fact=FactKind.REPORTED, measured=Measured.KILOGRAMS)
    assert state.query(Layer.SEIZURES).fact is FactKind.REPORTED
    assert state.query(Layer.TRACKS).fact is FactKind.EVENTS
    assert state.query(Layer.TRACKS).measured is Measured.COUNT


def test_layers_keep_their_order_on_the_map_however_they_are_switched() -> None:
    state = State(layers={})
    state.switch("ports", 90)
    state.switch("tracks", 40)
    state.switch("hexagons", 55)
    state.switch("tracks", None)
    assert list(state.layers) == ["hexagons", "ports"]


def test_the_state_knows_nothing_of_panel() -> None:
    code = "import sys, watchfloor.dashboards.state; sys.exit('panel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_under_an_earlier_moment_no_later_day_is_asked_about_but_what_is_planned() -> None:
    year = Period(date(2026, 1, 1), date(2027, 1, 1))
    state = State(period=year, known_at=datetime(2026, 3, 15, 9, 30, tzinfo=UTC))
    assert state.query(Layer.SEIZURES).period == Period(date(2026, 1, 1), date(2026, 3, 16))
    assert state.plain_query(Layer.OPERATIONS).period == year
    state.known_at = datetime(2025, 3, 15, tzinfo=UTC)
    assert state.query(Layer.SEIZURES).period == year
    assert State(period=year).asked_period == year


def test_the_map_comes_back_to_where_the_page_opens() -> None:
    state = State()
    assert (state.lon, state.lat, state.zoom) == OPENS_ON
