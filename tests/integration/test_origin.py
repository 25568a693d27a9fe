"""Every picture says where its newest data come from, and when they were loaded."""

import uuid
from datetime import UTC, date, datetime

import polars as pl
import pytest

from watchfloor.data.gate import Gate, Terms
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import PUBLIC
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.facts import FactKind
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


def reported(store, source: str, measure: str, place: str) -> None:
    """One value of one measure, told by a source of its own."""
    told = SourceInfo(source, source.title(), source, "none")
    values = pl.DataFrame(
        {"measure": [measure], "place_kind": ["aor"], "place_code": [place], "starts": [date(2022, 3, 1)],
         "ends": [date(2022, 4, 1)], "value": [3.0], "substance_id": [1 if measure == "seizures_reported" else None]},
        schema_overrides={"substance_id": pl.Int16},
    )  # fmt: skip
    places = pl.DataFrame({"kind": ["aor"], "code": [place], "name": [place], "lon": [-97.0], "lat": [32.0],
                           "uncertainty_m": [900.0]})  # fmt: skip
    order = Order(Format(source, source, told, True, lambda *_: iter(())), PUBLIC, "tests")
    report = ingest_batches(store, order, source, iter([Batch(2, {"places": places, "reported": values})]))
    assert report.totals()["quarantined"] == 0


def test_what_is_reported_of_one_thing_does_not_name_the_source_of_another(store, people) -> None:
    reported(store, "bridges", "trucks", "here")
    # the newest run, in the same region and year
    reported(store, "customs", "seizures_reported", "here too")
    people.account("ana", "A")
    asked = {
        "Bridges": Query(Layer.PORTS, YEARS, measure="trucks"),
        "Customs": Query(Layer.SEIZURES, YEARS, fact=FactKind.REPORTED),
        None: Query(Layer.OVERDOSES, YEARS, fact=FactKind.REPORTED),
    }

    with Repository(store) as repository:
        reader = Asker(people.token("ana"), uuid.uuid4())
        found = {source: repository.origin(reader, query) for source, query in asked.items()}

    assert {source: one and one.sources for source, one in found.items()} == {
        "Bridges": ("Bridges",), "Customs": ("Customs",), None: None,
    }  # fmt: skip
