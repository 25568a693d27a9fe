"""What is drawn ahead lies beside, above or below what is seen, and gives way to whoever waits."""

import threading

import pytest

from watchfloor.app.tiles_ahead import DEEPEST, Ahead, tiles_ahead
from watchfloor.geo.errors import StoreUnavailable
from watchfloor.layers.tilegrid import Tile

VIEW = tuple(Tile(4, x, y) for y in range(5, 8) for x in range(3, 7))


def test_neighbours_come_first_then_further_out_then_closer_in_the_middle() -> None:
    found = tiles_ahead(VIEW)

    assert not set(found) & set(VIEW)
    assert list(dict.fromkeys(tile.z for tile in found)) == [4, 3, 5]
    assert {tile for tile in found if tile.z == 4} >= {Tile(4, 2, 4), Tile(4, 7, 8), Tile(4, 5, 8)}
    assert {Tile(3, 1, 2), Tile(3, 3, 3)} <= set(found)
    assert Tile(5, 10, 12) in found


def test_the_world_goes_on_across_the_antimeridian_and_ends_at_its_edges() -> None:
    assert {(tile.x, tile.y) for tile in tiles_ahead([Tile(3, 0, 0)]) if tile.z == 3} == {
        (7, 0), (1, 0), (7, 1), (0, 1), (1, 1),
    }  # fmt: skip
    assert {tile.z for tile in tiles_ahead([Tile(0, 0, 0)])} == {1}


def test_nothing_is_drawn_ahead_of_close_views() -> None:
    assert tiles_ahead([Tile(DEEPEST + 1, 3, 3)]) == tiles_ahead([]) == ()


def test_the_last_view_is_drawn_and_the_one_before_given_up() -> None:
    ahead, drawn, done = Ahead(lambda: True), [], threading.Event()
    begun, go_on = threading.Event(), threading.Event()

    def slow(tile: Tile) -> None:
        drawn.append(tile)
        begun.set()
        go_on.wait(20)

    def last(tile: Tile) -> None:
        drawn.append(tile)
        done.set()

    ahead.soon((Tile(1, 0, 0), Tile(1, 1, 0)), slow)
    assert begun.wait(20)
    ahead.give_way()
    ahead.soon((Tile(1, 1, 1),), last)
    go_on.set()

    assert done.wait(20)
    assert drawn == [Tile(1, 0, 0), Tile(1, 1, 1)]


@pytest.mark.parametrize("is_idle", [True, False])
def test_a_fault_or_a_busy_machine_ends_one_view_alone(is_idle: bool) -> None:
    idle, drawn, done = [is_idle], [], threading.Event()
    ahead, looked = Ahead(lambda: idle[0]), threading.Event()

    def fail(tile: Tile) -> None:
        drawn.append(tile)
        looked.set()
        raise StoreUnavailable("stopped")

    ahead.soon((Tile(1, 0, 0), Tile(1, 1, 0)), fail)
    assert looked.wait(20 if is_idle else 0.2) is is_idle
    idle[0] = True
    ahead.soon((Tile(1, 1, 1),), lambda _: done.set())

    assert done.wait(20)
    assert drawn == ([Tile(1, 0, 0)] if is_idle else [])
