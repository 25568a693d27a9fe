"""Conditions on single seizures: written in links and the audit, read back, and refused where they mean nothing."""

import uuid
from datetime import UTC, date
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.data.narrowed import conditions_of
from watchfloor.data.statements import asked, filters_of
from watchfloor.geo.cells import cells_of, parent, range_key
from watchfloor.geo.coasts import COASTS
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import FactKind
from watchfloor.geo.grading import Reliability, Validity
from watchfloor.geo.narrowing import NOTHING, Narrowing, NearPorts
from watchfloor.geo.period import Period
from watchfloor.geo.port_reach import port_reach, reach_resolution
from watchfloor.geo.precision import PlacePrecision
from watchfloor.geo.query import Layer, Query

PERIOD = Period(date(2026, 7, 1), date(2026, 10, 1))
WORDS = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20), max_size=3).map(tuple)
KM = st.integers(1, 500).map(float)
NEAR = st.builds(NearPorts, KM, st.sampled_from(["", "pacific", "gulf"]), st.sampled_from(["", "US", "MX"]))
WEIGHTS = st.none() | st.integers(0, 50).map(float)


@st.composite
def narrowings(draw: st.DrawFn) -> Narrowing:
    least, most = draw(WEIGHTS), draw(st.none() | st.integers(50, 5_000).map(float))
    return Narrowing(
        least_kg=least,
        most_kg=most,
        conveyances=draw(WORDS) + draw(st.sampled_from([(), ("-",), ("(none)", "")])),
        concealments=draw(WORDS),
        agencies=draw(st.lists(st.sampled_from(["A", "B"]), max_size=2).map(tuple)),
        labels=draw(st.lists(st.integers(1, 300), max_size=3).map(tuple)),
        reliability=draw(st.none() | st.sampled_from(Reliability)),
        validity=draw(st.none() | st.sampled_from(Validity)),
        precision=draw(st.none() | st.sampled_from(PlacePrecision)),
        case=draw(st.none() | st.uuids()),
        near=draw(st.none() | NEAR),
        text=draw(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=30)),
        arrived=draw(st.none() | st.datetimes(timezones=st.just(UTC))),
    )


@given(narrowings())
def test_conditions_come_back_from_an_address_as_they_were(only: Narrowing) -> None:
    address = urlencode(only.as_parameters())
    assert Narrowing.from_parameters(dict(parse_qsl(address, keep_blank_values=True))) == only


@given(narrowings(), narrowings())
def test_unequal_conditions_never_share_a_digest(one: Narrowing, other: Narrowing) -> None:
    digests = [Query(Layer.SEIZURES, PERIOD, only=only).digest() for only in (one, other)]
    assert (one == other) == (digests[0] == digests[1])


@given(narrowings())
def test_what_is_audited_names_every_condition(only: Narrowing) -> None:
    plain = Query(Layer.SEIZURES, PERIOD).subject()
    said = Query(Layer.SEIZURES, PERIOD, only=only).subject()
    assert len(said) == len(plain) + len(only.given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("least_kg", "nan"),
        ("least_kg", "-1"),
        ("most_kg", "1e12"),
        ("label", "1,x"),
        ("label", "99999"),
        ("reliability", "excellent"),
        ("precision", "about"),
        ("case", "not-a-case"),
        ("near", "50:atlantis"),
        ("near", "0.1"),
        ("near", "50:pacific:usa"),
        ("near", "50:pacific:US:x"),
        ("text", "x" * 101),
        ("conveyance", ",".join(f"v{i}" for i in range(41))),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadQuestion):
        Narrowing.from_parameters({name: value})


def test_more_at_least_than_at_most_is_refused() -> None:
    with pytest.raises(BadQuestion, match="cannot both be"):
        Narrowing(least_kg=6.0, most_kg=5.0)


@pytest.mark.parametrize("given_", [{"layer": Layer.TRACKS}, {"layer": Layer.SEIZURES, "fact": FactKind.REPORTED}])
def test_what_no_layer_can_honour_is_refused_and_never_ignored(given_: dict[str, object]) -> None:
    with pytest.raises(BadQuestion, match="only single seizures"):
        Query(period=PERIOD, only=Narrowing(least_kg=5.0), **given_)  # type: ignore[arg-type]


def test_a_statement_without_a_place_for_conditions_is_never_asked_with_them() -> None:
    given_ = filters_of(Query(Layer.SEIZURES, PERIOD, only=Narrowing(least_kg=5.0)))
    with pytest.raises(LookupError, match="cannot be narrowed"):
        asked("cells_reported", given_)


def test_nothing_given_leaves_a_statement_as_it_is() -> None:
    query = Query(Layer.SEIZURES, PERIOD)
    assert conditions_of(NOTHING) == {"narrowed": ()}
    assert b"= 'infinity'" in asked("cells_everywhere", filters_of(query))


def test_what_is_looked_for_stands_in_no_statement() -> None:
    hostile = "'; DROP TABLE event; --"
    only = Narrowing(conveyances=(hostile,), text="100% _sure_")
    given_ = filters_of(Query(Layer.SEIZURES, PERIOD, only=only))
    assert b"DROP" not in asked("cells_everywhere", given_)
    assert given_["patterns"] == ["%100\\%%", "%\\_sure\\_%"]


def test_conditions_are_taken_away_one_by_one() -> None:
    only = Narrowing(least_kg=5.0, case=uuid.UUID(int=7))
    assert only.given == ("least_kg", "case")
    assert only.without("case") == Narrowing(least_kg=5.0) == only.only("least_kg")
    assert not only.without("case", "least_kg")


@pytest.mark.parametrize(
    ("port", "coast"),
    [
        ((-118.27, 33.74), "pacific"),
        ((-79.57, 8.95), "pacific"),
        ((-79.9, 9.35), "caribbean"),
        ((-97.4, 25.95), "gulf"),
        ((-82.45, 27.95), "gulf"),
        ((-80.17, 25.78), "atlantic"),
        ((-76.57, 39.26), "atlantic"),
        ((-66.1, 18.45), "caribbean"),
        ((-87.6, 41.85), "great_lakes"),
    ],
)
def test_a_port_lies_on_one_coast(port: tuple[float, float], coast: str) -> None:
    lon, lat = np.array([port[0]]), np.array([port[1]])
    assert [one.code for one in COASTS if one.holds(lon, lat)[0]] == [coast]


@pytest.mark.parametrize("km", [1.0, 10.0, 50.0, 200.0])
def test_what_lies_at_a_port_is_near_it_and_what_lies_twice_as_far_is_not(km: float) -> None:
    lon, lat = np.array([179.95, -118.27]), np.array([-17.0, 33.74])
    reach = port_reach(lon, lat, km * 1000)
    away = 2 * km / 111.2
    for level in range(reach_resolution(km * 1000), 10):
        assert reach.holds(range_key(cells_of(lon, lat, level))).all()
        assert not reach.holds(range_key(cells_of(lon, lat + away, level))).any()
    assert not reach.holds(range_key(parent(cells_of(lon, lat, 9), 0))).any()


def test_without_ports_nothing_is_near_one() -> None:
    reach = port_reach(np.zeros(0), np.zeros(0), 50_000.0)
    assert not reach.holds(range_key(cells_of(np.array([0.0]), np.array([0.0]), 9))).any()
