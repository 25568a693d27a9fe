"""The oracle beyond the repository: `ask`, its command, tiles, search, and a cache under changing rights and data."""

import json
from contextlib import ExitStack
from datetime import date
from io import BytesIO

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from watchfloor.app.asking import ask
from watchfloor.app.tiles import Painter, TileOrder
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.repository import Asker
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.layers.tilegrid import Tile

from .command_line import watchfloor
from .oracle_world import CODES, DAYS, NAMES, QUERIES, Facts, World, loaded, rights_of

WORLDLY = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
YEARS = Period(date(2021, 1, 1), date(2023, 7, 1))
# readers whose pictures are compared: of every agency, with few and with many rights
READERS = (0, 8, 14)
PLACES = st.sampled_from([Tile(0, 0, 0), Tile(3, 1, 3), Tile(4, 3, 6), Tile(4, 15, 7), Tile(4, 0, 7), Tile(6, 17, 27)])
QUESTIONS = st.fixed_dictionaries(
    {
        "layers": st.just("hexagons"),
        "since": DAYS.map(lambda period: period.since.isoformat()),
        "until": st.just("2024-01-01"),
        "measured": st.sampled_from(["count", "kilograms"]),
        "substances": st.sampled_from(["", *CODES.values()]),
    }
)


# ------------------------------------------------------------ ask
@WORLDLY
@given(data=st.data())
def test_ask_answers_what_the_asker_may_see_and_nothing_else(world: World, data: st.DataObject) -> None:
    asker, query = data.draw(st.integers(0, len(world.who) - 1)), data.draw(QUERIES)
    rows, said = ask(world.repository, world.askers[asker], query)
    n, kilograms, unplaced = world.expected(asker, query)
    assert {int(row["cell"], 16): row["n"] for row in rows} == dict(n)
    assert {int(row["cell"], 16): round(row["kilograms"]) for row in rows} == dict(kilograms)
    assert (said["total"], said["without_place"]) == (n.total(), unplaced)


@pytest.mark.parametrize("reader", [0, 8, 13])
def test_the_command_ask_answers_the_same(world: World, tmp_path, monkeypatch, reader: int) -> None:
    query = Query(Layer.SEIZURES, YEARS, resolution=2)
    given_options = ["--since", "2021-01-01", "--until", "2023-07-01", "--resolution", "2", "--format", "json"]
    monkeypatch.setenv("WATCHFLOOR_HOME", str(tmp_path))
    monkeypatch.setattr("watchfloor.app.runtime.PrivateCluster", lambda _home: _Standing(world.address))
    arguments = ["ask", "seizures", *given_options, "--as", world.who[reader].name]
    answer = watchfloor(None, *arguments)
    assert answer.exit_code == 0, answer.exception
    rows = json.loads(answer.stdout)["rows"]
    n, _, _ = world.expected(reader, query)
    assert {int(row["cell"], 16): row["n"] for row in rows} == dict(n)


# ------------------------------------------------------------ search
@WORLDLY
@given(data=st.data())
def test_search_finds_what_the_asker_may_see_and_nothing_else(world: World, data: st.DataObject) -> None:
    asker = data.draw(st.integers(0, len(world.who) - 1))
    text = data.draw(st.sampled_from([*NAMES, "fal", "on ", "%", "_", "r 3"]))
    found = {one.name for one in world.repository.search(world.askers[asker], text)}
    rows, _ = ask(world.repository, world.askers[asker], Query(Layer.ENTITIES, YEARS), text.ljust(2, "n"))
    assert found == world.named(asker, text)
    assert {row["name"] for row in rows} == world.named(asker, text.ljust(2, "n"))


# ------------------------------------------------------------ tiles
def test_a_picture_is_that_of_a_store_with_only_what_its_reader_may_see(world: World, another_store) -> None:
    whole = Painter(world.repository)
    differs = 0
    with ExitStack() as opened:
        lesser: dict[int, World] = {}
        for reader in READERS:
            address = opened.enter_context(another_store())
            lesser[reader] = opened.enter_context(loaded(address, only=world.sees(reader)))
        alone = {reader: Painter(one.repository) for reader, one in lesser.items()}

        @settings(max_examples=30, database=None)
        @given(reader=st.sampled_from(READERS), tile=PLACES, question=QUESTIONS)
        def compare(reader: int, tile: Tile, question: dict[str, str]) -> None:
            nonlocal differs
            order = TileOrder.of(tile, question)
            seen = picture(whole, world.askers[reader], order)
            assert np.array_equal(seen, picture(alone[reader], lesser[reader].askers[reader], order))
            differs += not np.array_equal(seen, picture(whole, world.askers[READERS[-1]], order))

        compare()
    assert differs, "all readers see the same: nothing was proven"


# ------------------------------------------------------------ cache
STEPS = st.lists(
    st.tuples(st.sampled_from(["ask", "ask", "ask", "rights", "load"]), st.integers(0, 14), st.integers(0, 4)),
    min_size=6,
    max_size=16,
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, queries=st.lists(QUERIES, min_size=2, max_size=2))
def test_kept_answers_follow_every_change_of_rights_and_data(
    world: World, steps: list[tuple[str, int, int]], queries: list[Query]
) -> None:
    for turn, (step, asker, other) in enumerate(steps):
        if step == "rights":
            world.hold(asker, rights_of(world.numbers)[other])
        elif step == "load":
            world.load(Facts.drawn(100 + len(world.facts), 12))
        for reader in (asker, (asker + other) % len(world.who)):
            query = queries[turn % 2]
            found = world.repository.seizure_cells(world.askers[reader], query)
            n, _, unplaced = world.expected(reader, query)
            assert dict(zip(found.cells.tolist(), found.n.tolist(), strict=True)) == dict(n)
            assert found.n_unplaced == unplaced


def picture(painter: Painter, asker: Asker, order: TileOrder) -> np.ndarray:
    """Pixels of a tile for that reader."""
    scope = painter.repository.scope(asker)
    return np.asarray(Image.open(BytesIO(painter.tile(asker, scope, order))))


class _Standing:
    """A cluster that runs already and is left running."""

    def __init__(self, address: ClusterAddress) -> None:
        self.address = address

    def start(self) -> ClusterAddress:
        return self.address

    def release(self) -> None:
        """Others use it."""
