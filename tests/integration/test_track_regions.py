"""Positions that come in void the tiles of tracks that they touch, and no others: not before a build, nor by one."""

import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from watchfloor.app.tile_order import TileOrder
from watchfloor.app.tiles import Painter
from watchfloor.data.registry import PUBLIC
from watchfloor.data.repository import Asker, Repository
from watchfloor.layers.tilegrid import Tile

from .track_world import FIRST, Fix, build_here, load, shelf_at

KEEL, FLORIDA, SUVA, FAR_NORTH = (10.0, 55.0), (-80.5, 24.5), (179.9, -17.5), (60.0, 88.0)
PLACES = {"keel": KEEL, "florida": FLORIDA, "suva": SUVA, "beyond the antimeridian": (-179.9, -17.5), "pole": FAR_NORTH}


def way(craft: str, *places: tuple[float, float], day: int = 0, begins: int = 0, apart_h: float = 1.0) -> list[Fix]:
    """A craft that is at these places, so many hours apart."""
    moments = (FIRST + timedelta(days=day, hours=begins + n * apart_h) for n in range(len(places)))
    return [Fix(craft, "cargo", at, *place, 9.0) for at, place in zip(moments, places, strict=True)]


class Looker:
    """Who looks at tiles of a store at several places."""

    def __init__(self, repository: Repository, asker: Asker) -> None:
        self.repository, self.asker = repository, asker
        self.painter = Painter(repository)

    def drawn(self, zoom: int = 7) -> dict[str, bytes]:
        """The tiles of all places."""
        given = {"layers": "ground,tracks,lines", "since": "2024-02-28", "until": "2024-03-02"}
        scope = self.repository.scope(self.asker)
        return {
            name: self.painter.tile(self.asker, scope, TileOrder.of(Tile.at(zoom, *at), given))
            for name, at in PLACES.items()
        }

    def void_after(self, change: Any, zoom: int = 7) -> set[str]:
        """Places whose tiles were drawn anew after a change that the server heard of."""
        before, versions = self.drawn(zoom), self.repository.versions(self.asker)
        change()
        for _ in range(200):
            if self.repository.versions(self.asker) != versions:
                break
            time.sleep(0.05)
        assert self.repository.versions(self.asker) != versions, "the server never heard of the new positions"
        after = self.drawn(zoom)
        return {name for name in PLACES if after[name] is not before[name]}


@pytest.fixture(params=["nothing built", "all built"])
def looker(store: Any, people: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Looker]:
    load(store, [*way("a", *PLACES.values()), *way("b", (9.9, 54.9), (10.1, 55.1))])
    shelf = None
    if request.param == "all built":
        shelf = shelf_at(tmp_path)
        build_here(store, shelf)
    with Repository(store, shelf) as repository:
        people.label(PUBLIC)
        yield Looker(repository, Asker(people.account("ana", "PUBLIC"), uuid.uuid4()))


@pytest.mark.parametrize(
    ("places", "apart_h", "void"),
    [
        ([(10.0, 55.01), (10.1, 55.02)], 1.0, {"keel"}),
        ([(-80.5, 24.5), (-80.4, 24.6)], 1.0, {"florida"}),
        ([(179.8, -17.5), (-179.8, -17.4)], 1.0, {"suva", "beyond the antimeridian"}),
        ([(59.5, 87.8), (60.5, 87.9)], 1.0, {"pole"}),
        ([(-30.0, 10.0), (-30.1, 10.1)], 1.0, set()),
        # a line runs through the tile, and neither of its ends is near
        ([(-84.6, 24.5), (-78.5, 24.5)], 5.9, {"florida"}),
    ],
)
def test_a_batch_voids_the_tiles_that_it_touches(
    store: Any, looker: Looker, places: Any, apart_h: float, void: set[str]
) -> None:
    assert looker.void_after(lambda: load(store, way("c", *places, begins=5, apart_h=apart_h))) == void


def test_a_batch_voids_what_lies_beyond_an_edge_by_a_pixel(store: Any, looker: Looker) -> None:
    tile = Tile.at(7, *FLORIDA)
    lon, lat = tile.from_pixel([256.3], [100.0])
    place = (float(lon[0]), float(lat[0]))
    assert looker.void_after(lambda: load(store, way("c", place, place, begins=5))) == {"florida"}


def test_a_batch_of_days_that_are_not_shown_voids_nothing(store: Any, looker: Looker) -> None:
    assert looker.void_after(lambda: load(store, way("c", KEEL, (10.01, 55.0), day=20))) == set()


def test_a_build_voids_nothing(store: Any, people: Any, tmp_path: Path) -> None:
    load(store, [*way("a", *PLACES.values()), *way("b", (9.9, 54.9), (10.1, 55.1))])
    shelf = shelf_at(tmp_path)
    with Repository(store, shelf) as repository:
        people.label(PUBLIC)
        looker = Looker(repository, Asker(people.account("ana", "PUBLIC"), uuid.uuid4()))
        for zoom in (3, 7, 10):
            before = looker.drawn(zoom)
            build_here(store, shelf, anew=True)
            after = looker.drawn(zoom)
            assert all(after[name] is before[name] for name in PLACES)
