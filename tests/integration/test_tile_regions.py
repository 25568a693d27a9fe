"""New data void the tiles of the region where they are, and no others."""

import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from watchfloor.app.tile_order import NAMES, TileOrder
from watchfloor.app.tile_painters import PAINTERS, Pictures, Viewer
from watchfloor.app.tile_stamps import regions_under
from watchfloor.app.tiles import Painter
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import LabelSpec
from watchfloor.data.repository import Asker, Repository
from watchfloor.data.versions import Versions
from watchfloor.geo.cells import cells_of
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Tlp
from watchfloor.layers.tilegrid import Tile

LABEL = LabelSpec("A", Tlp.GREEN)
TEXAS, IRAN = (-99.0, 31.0), (53.0, 31.0)


def load(
    store: Any,
    people: Any,
    key: str,
    at: tuple[float, float] | None,
    n: int = 1,
    *,
    meanwhile: Callable[[], None] = int,
) -> None:
    """meanwhile: what happens while the run reads, before it publishes."""
    people.label(LABEL)
    lon, lat = at or (None, None)
    events = pl.DataFrame(
        {
            "key": [f"{key}{i}" for i in range(n)], "kind": "seizure", "title": key,
            "starts": datetime(2026, 3, 1, tzinfo=UTC), "time_precision": 2, "lon": lon, "lat": lat,
            "uncertainty_m": 20.0 if at else None, "place_precision": 0,
        },
        schema_overrides={"lon": pl.Float64, "lat": pl.Float64, "uncertainty_m": pl.Float64},
    )  # fmt: skip
    order = Order(Format("t", "T", SourceInfo("t", "T", "T", "none"), False, lambda *_: iter(())), LABEL, "test")

    def batches() -> Iterator[Batch]:
        meanwhile()
        yield Batch(n, {"events": events})

    ingest_batches(store, order, key, batches())


def await_news(repository: Repository, asker: Asker, before: object) -> None:
    for _ in range(200):
        if repository.versions(asker) != before:
            return
        time.sleep(0.05)
    raise AssertionError("the server never heard of the new data")


@pytest.mark.parametrize("layer", ["hexagons", "density"])
def test_data_of_another_region_leave_a_drawn_tile_alone(store, people, layer: str) -> None:
    load(store, people, "one", TEXAS)
    with Repository(store) as repository:
        painter, asker = Painter(repository), Asker(people.account("ana", "A"), uuid.uuid4())
        scope = repository.scope(asker)

        def drawn(at: tuple[float, float]) -> bytes:
            given = {"layers": f"ground,{layer},lines", "since": "2026-01-01", "until": "2026-07-01"}
            return painter.tile(asker, scope, TileOrder.of(Tile.at(6, *at), given))

        texas, iran = drawn(TEXAS), drawn(IRAN)
        before = repository.versions(asker)
        load(store, people, "two", IRAN)
        await_news(repository, asker, before)

        assert drawn(TEXAS) is texas
        assert drawn(IRAN) != iran

        before = repository.versions(asker)
        load(store, people, "nowhere", None)
        await_news(repository, asker, before)
        assert drawn(TEXAS) is texas, "what has no place is on no tile"


def test_data_elsewhere_that_change_the_scale_void_every_tile(store, people) -> None:
    load(store, people, "one", TEXAS)
    with Repository(store) as repository:
        painter, asker = Painter(repository), Asker(people.account("ana", "A"), uuid.uuid4())
        scope = repository.scope(asker)
        order = TileOrder.of(
            Tile.at(6, *TEXAS), {"layers": "ground,hexagons,lines", "since": "2026-01-01", "until": "2026-07-01"}
        )
        texas = painter.tile(asker, scope, order)
        before = repository.versions(asker)
        load(store, people, "many", IRAN, n=50)
        await_news(repository, asker, before)

        assert painter.tile(asker, scope, order) != texas, "one seizure is the least now, and no longer the most"


@pytest.mark.parametrize("layer", ["hexagons", "density", "seizures"])
def test_news_between_an_answer_and_its_picture_are_not_missed(store, people, monkeypatch, layer: str) -> None:
    """What is made ready of the old answer is not kept as that of the new data."""
    load(store, people, "one", TEXAS)
    asks = {"hexagons": "seizure_cells", "density": "seizure_places", "seizures": "seizure_symbols"}[layer]
    with Repository(store) as repository:
        pictures, asker = Pictures(repository), Asker(people.account("ana", "A"), uuid.uuid4())
        viewer = Viewer(asker, repository.scope(asker))
        given = {"layers": layer, "since": "2026-01-01", "until": "2026-07-01"}
        order = TileOrder.of(Tile.at(6, *IRAN), given)
        ask = getattr(repository, asks)

        def ask_then_hear(*of: object) -> object:
            answer, before = ask(*of), repository.versions(asker)
            load(store, people, "two", IRAN)
            await_news(repository, asker, before)
            return answer

        with monkeypatch.context() as patched:
            patched.setattr(repository, asks, ask_then_hear)
            old = np.asarray(PAINTERS[layer](pictures, viewer, order))
        assert not old.any(), "the answer was read before the news"
        assert np.asarray(PAINTERS[layer](pictures, viewer, order)).any()


def test_a_run_that_publishes_after_a_later_one_is_news_all_the_same(store, people) -> None:
    load(store, people, "one", TEXAS)
    seen: list[Versions] = []
    with Repository(store) as repository:
        asker = Asker(people.account("ana", "A"), uuid.uuid4())
        query = Query(Layer.SEIZURES, Period(date(2026, 1, 1), date(2026, 7, 1)), resolution=5)

        def overtaken() -> None:
            before = repository.versions(asker)
            load(store, people, "quick", TEXAS)
            await_news(repository, asker, before)
            seen.append(repository.versions(asker))
            assert repository.seizure_cells(asker, query).n.sum() == 2

        load(store, people, "slow", IRAN, meanwhile=overtaken)
        await_news(repository, asker, seen[0])

        assert repository.versions(asker).of("seizures", query.period) > seen[0].of("seizures", query.period)
        assert repository.seizure_cells(asker, query).n.sum() == 3


def test_versions_of_earlier_generations_take_no_memory_and_no_address_is_as_long_as_it_likes(store, people) -> None:
    asker = Asker(people.account("ana", "A"), uuid.uuid4())
    with Repository(store) as repository:
        for number in range(20):
            repository.hear_of(f"{number}.0.0.0.0")
            repository.versions(asker)
        assert len(repository._versions._kept) == 1
        told = len(repository._notices._told)
        repository.hear_of("1." * 1000)
        assert len(repository._notices._told) == told


@pytest.mark.parametrize("tile", [Tile(3, 0, 0), Tile(5, 31, 12), Tile(5, 0, 12), Tile(9, 120, 200), Tile(4, 3, 15)])
def test_the_regions_under_a_tile_hold_all_that_lies_on_it(tile: Tile) -> None:
    lon, lat = tile.from_pixel([1, 255, 128, 1, 255], [1, 1, 128, 255, 255])
    found = regions_under(tile)
    assert found is not None
    for resolution in (0, 3, 9):
        cells = cells_of(lon, lat, resolution).astype(int)
        assert {int(cell) >> 45 & 127 for cell in cells} <= found
    assert len(found) < 122


def test_every_layer_of_an_order_has_its_painter() -> None:
    assert set(NAMES) == set(PAINTERS)
