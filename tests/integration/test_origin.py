"""Every picture says where its newest data come from, and when they were loaded."""

import uuid
from datetime import UTC, date, datetime

import pytest

from watchfloor.data.gate import Gate, Terms
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query

YEARS = Period(date(2021, 6, 30), date(2026, 7, 1))


@pytest.mark.parametrize("layer", [Layer.SEIZURES, Layer.TRACKS, Layer.OVERDOSES])
def test_a_layer_names_its_source_and_when_it_was_loaded(exercise, layer) -> None:
    with Repository(exercise) as repository:
        reader = Asker(Gate(exercise).issue("ntf.analyst", Terms()), uuid.uuid4())
        origin = repository.origin(reader, Query(layer, YEARS))
    assert origin is not None
    assert any("EXERCISE" in source for source in origin.sources)
    assert origin.loaded_at.tzinfo is UTC
    assert origin.loaded_at < datetime.now(UTC)


def test_a_period_without_data_has_no_origin(exercise) -> None:
    with Repository(exercise) as repository:
        reader = Asker(Gate(exercise).issue("ntf.analyst", Terms()), uuid.uuid4())
        assert repository.origin(reader, Query(Layer.SEIZURES, Period(date(1995, 1, 1), date(1996, 1, 1)))) is None
