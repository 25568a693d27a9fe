"""A craft and an entity that bear the same exact identifier are shown to agree, to who may see both."""

import uuid
from datetime import date

import polars as pl
import pytest

from watchfloor.data.gate import Gate, Terms
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Tlp
from watchfloor.geo.spot import Spot, SpotKind

HIDDEN = LabelSpec("B", Tlp.AMBER_STRICT)


def load(store, label: LabelSpec, **frames: pl.DataFrame) -> None:
    form = Format("made", "Made", SourceInfo("made", "Made", "", ""), False, lambda *_: iter(()))
    ingest_batches(store, Order(form, label, "tests"), "made", iter([Batch(1, frames)]))


def entity(value: str, attributes: str = "{}") -> dict[str, pl.DataFrame]:
    floats = dict.fromkeys(("lon", "lat", "uncertainty_m"), pl.Float64)
    said = {"key": ["v"], "pole": ["object"], "kind": ["vessel"], "name": ["Listed vessel"], "attributes": [attributes]}
    nowhere = {"lon": [None], "lat": [None], "uncertainty_m": [None], "place_precision": [0]}
    return {
        "entities": pl.DataFrame(said | nowhere, schema_overrides=floats | {"place_precision": pl.Int16}),
        "identifiers": pl.DataFrame({"entity_key": ["v"], "scheme": ["mmsi"], "value": [value]}),
    }


def crafts() -> pl.DataFrame:
    return pl.DataFrame({"kind": ["vessel"], "identifier": ["366999712"], "name": ["Own name"], "category": ["cargo"]})


def linked(store) -> list[tuple[str, str]]:
    asker = Asker(Gate(store).issue("ana", Terms()), uuid.uuid4())
    query = Query(Layer.TRACKS, Period(date(2024, 1, 1), date(2025, 1, 1)))
    with Repository(store) as repository:
        behind = repository.behind(asker, query, Spot(SpotKind.CRAFT, "1"))
    return [(one.name, one.how) for one in behind.entities]


@pytest.mark.parametrize(
    ("label", "value", "attributes", "shown"),
    [
        (
            PUBLIC,
            "366999712",
            '{"listing": "listed by OFAC as of 2026-01-05"}',
            [("Listed vessel", "same identifier: mmsi 366999712 · listed by OFAC as of 2026-01-05")],
        ),
        (PUBLIC, "366999713", "{}", []),
        (PUBLIC, "366999712", '{"exercise": true}', []),
        (HIDDEN, "366999712", "{}", []),
    ],
    ids=["exact", "near", "invented", "hidden"],
)
def test_only_exact_agreement_within_what_is_visible_and_real_is_shown(
    store, people, *, label, value, attributes, shown
) -> None:
    people.label(HIDDEN)
    people.account("ana", "A")
    load(store, PUBLIC, crafts=crafts())
    load(store, label, **entity(value, attributes))
    assert linked(store) == shown
