"""The way of a craft runs through what cleaning keeps; company goes by the same, and what is left out is told apart."""

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from watchfloor.data.registry import PUBLIC
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.passages import Nearness
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query

from .track_world import fleet, load, rows

DAY = Query(Layer.TRACKS, Period(date(2024, 2, 28), date(2024, 2, 29)))
# 15 km in a minute: 250 m/s, which something could fly
SPIKE_LAT = 55.135
MINUTES = (10, 11, 12, 14, 15, 16, 17, 18)


@pytest.fixture
def asked(store: Any, people: Any) -> Iterator[tuple[Repository, Asker, int]]:
    spike = [fix._replace(lat=SPIKE_LAT) for fix in fleet(13)]
    beside_the_spike = [fix._replace(craft="b", lat=SPIKE_LAT) for fix in fleet(12, 13, 14)]
    beside_the_way = [fix._replace(craft="c") for fix in fleet(*MINUTES)]
    load(store, [*fleet(*MINUTES), *spike, *beside_the_spike, *beside_the_way])
    people.label(PUBLIC)
    ((craft,),) = rows(store, "SELECT id FROM watchfloor.craft WHERE identifier = 'a'")
    with Repository(store) as repository:
        yield repository, Asker(people.account("ana", "PUBLIC"), uuid.uuid4()), craft


def test_a_spike_that_cleaning_leaves_out_is_not_on_the_way(asked: tuple[Repository, Asker, int]) -> None:
    repository, asker, craft = asked
    line = repository.track(asker, DAY, craft).line
    cleaned = repository.cleaned_way(asker, DAY, craft)

    assert (len(line.at_s), line.total) == (len(MINUTES), len(MINUTES) + 1)
    assert line.y.max() - line.y.min() < 1.0
    assert cleaned.left_out.lat.tolist() == [pytest.approx(SPIKE_LAT)]


def test_who_was_where_a_craft_never_was_is_no_company(asked: tuple[Repository, Asker, int]) -> None:
    repository, asker, craft = asked
    found = repository.companions(asker, DAY, craft, Nearness(1_000.0, 10.0))

    assert [one.identifier for one in found.rows] == ["c"]
