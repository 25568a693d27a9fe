"""Flows of a box: the heaviest of those that end there, and how many there are, whatever flows elsewhere."""

from datetime import date

import numpy as np
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.data.address import Role
from watchfloor.data.questions.movement import routes
from watchfloor.geo.bbox import BBox
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query

YEARS = Period(date(2021, 6, 30), date(2026, 7, 1))
LON, LAT = st.floats(-180, 180), st.floats(-90, 90)
BOXES = st.builds(lambda west, east, *lats: BBox(west, min(lats), east, max(lats)), LON, LON, LAT, LAT)


@pytest.fixture(scope="module")
def owner(exercise):
    with psycopg.connect(exercise.conninfo(Role.OWNER)) as connection:
        yield connection


@pytest.fixture(scope="module")
def world(owner):
    """All flows of the exercise, as its owner reads them."""
    return routes(owner, Query(Layer.ROUTES, YEARS), at_most=None)


@settings(max_examples=60)
@given(bbox=BOXES, at_most=st.integers(1, 5))
def test_a_box_has_its_own_heaviest_flows(owner, world, bbox: BBox, at_most: int) -> None:
    ends = bbox.contains(world.from_lon, world.from_lat) | bbox.contains(world.to_lon, world.to_lat)
    expected = np.stack([world.from_place, world.to_place], axis=-1)[ends]

    found = routes(owner, Query(Layer.ROUTES, YEARS, bbox), at_most=at_most)

    assert found.n_known == len(expected)
    assert np.stack([found.from_place, found.to_place], axis=-1).tolist() == expected[:at_most].tolist()


def test_the_lightest_flow_is_found_where_it_ends(owner, world) -> None:
    lon, lat = float(world.to_lon[-1]), float(world.to_lat[-1])

    found = routes(owner, Query(Layer.ROUTES, YEARS, BBox(lon, lat, lon, lat)), at_most=1)

    assert world.n_known == len(world.from_name) > 1
    assert found.n_known >= 1
    assert world.to_place[-1] in (found.from_place[0], found.to_place[0])
