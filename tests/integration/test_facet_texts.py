"""A text leaves as many seizures beside the filters as the map counts: kept texts say what the store would."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import LabelSpec
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.narrowing import Narrowing
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Tlp

LABEL = LabelSpec("A", Tlp.GREEN)
TITLES = [
    "İSTANBUL ferry", "istanbul FERRY", "Straße am Hafen", "STRASSE AM HAFEN", "100% pure_cut", "100 pure cut",
    r"back\slash", "ΟΔΟΣ Πειραιώς", "οδος", "É. Müller", "e. muller", "ﬁle (half) [a-z]* .", "nothing else", "Æ Ø",
]  # fmt: skip
WORDS = [
    "istanbul", "İstanbul", "straße", "STRASSE", "100%", "_cut", "e_cut", "\\", "οδος", "ΟΔΟΣ", "É.", "é. MÜLLER",
    "ﬁle", "[a-z]*", "(half", ".", "ferry istanbul", "else nothing", "port", "LANE", '"lane"', "8", "absent", "æ ø",
]  # fmt: skip
YEARS = Query(Layer.SEIZURES, Period(date(2023, 6, 1), date(2025, 6, 1)))


def load(store: Any, key: str, titles: list[str], year: int = 2024, label: LabelSpec = LABEL) -> None:
    n = len(titles)
    events = pl.DataFrame(
        {
            "key": [f"{key}{i}" for i in range(n)], "kind": "seizure", "title": titles, "time_precision": 2,
            "starts": [datetime(year, 1 + i % 12, 1, tzinfo=UTC) for i in range(n)],
            "lon": -100.0, "lat": 30.0, "uncertainty_m": 20.0, "place_precision": 0,
            "place_name": [f"Port {i}" if i % 2 else None for i in range(n)],
            "attributes": ['{"lane": "8"}' if i % 3 else "{}" for i in range(n)],
        }
    )  # fmt: skip
    order = Order(Format("t", "T", SourceInfo("t", "T", "T", "none"), False, lambda *_: iter(())), label, "test")
    ingest_batches(store, order, key, iter([Batch(n, {"events": events})]))


def test_what_a_text_leaves_is_what_the_map_counts(store, people) -> None:
    people.label(LABEL)
    load(store, "a", TITLES)
    load(store, "b", TITLES, 2025)
    with Repository(store) as repository:
        asker = Asker(people.account("ana", "A"), uuid.uuid4())
        for words in WORDS:
            query = replace(YEARS, only=Narrowing(text=words))
            assert repository.seizure_facets(asker, query).left == repository.seizure_trend(asker, query).n.sum(), words
        met = [repository.seizure_facets(asker, replace(YEARS, only=Narrowing(text=words))).left for words in WORDS]
    assert len(set(met)) > 5


def test_texts_of_a_label_that_is_not_seen_are_not_found_and_new_ones_are(store, people) -> None:
    hidden = LabelSpec("B", Tlp.AMBER_STRICT)
    people.label(LABEL)
    people.label(hidden)
    load(store, "a", ["Otter one"])
    load(store, "b", ["Otter two"], label=hidden)
    query = replace(YEARS, only=Narrowing(text="otter"))
    with Repository(store) as repository:
        asker = Asker(people.account("ana", "A"), uuid.uuid4())
        assert repository.seizure_facets(asker, query).left == 1
        before = repository.versions(asker)
        load(store, "c", ["Otters"])
        deadline = datetime.now(UTC).timestamp() + 30
        while repository.versions(asker) == before:
            assert datetime.now(UTC).timestamp() < deadline, "nobody heard of the new data"
        assert repository.seizure_facets(asker, query).left == 2
