"""`watchfloor exercise live`: the world runs on through the ordinary pipeline, bounded, the same for the same hours."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from watchfloor.app.accounts import ensure_cast
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.exercise import running
from watchfloor.data.exercise.load import load_exercise
from watchfloor.data.exercise.running import Clock, Pace, run_on
from watchfloor.data.ingest.derive_routes import derive_routes
from watchfloor.data.ingest.ticket import Ticket
from watchfloor.data.ingest.undo import undo_run
from watchfloor.geo.errors import BadQuestion

from ..copied_store import Original, original

HORIZON = datetime(2025, 11, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)
COUNT = (
    "SELECT (SELECT count(*) FROM watchfloor.fix), (SELECT count(*) FROM watchfloor.event), "
    "(SELECT count(*) FROM watchfloor.overdose), (SELECT sum(extract(epoch FROM at)) FROM watchfloor.fix)"
)


@dataclass
class Wall:
    """A clock that only pauses move."""

    at: float = 0.0
    day: datetime = HORIZON

    def clock(self) -> Clock:
        return Clock(lambda: self.at, lambda: self.day + timedelta(seconds=self.at), self.pause)

    def pause(self, seconds: float) -> None:
        self.at += seconds


def counted(address: ClusterAddress) -> tuple[int, ...]:
    with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
        row = connection.execute(COUNT.encode()).fetchone()
        assert row
        return tuple(int(n) for n in row)


def with_a_world(store: ClusterAddress) -> None:
    ensure_cast(store)
    load_exercise(store, seed=7, scale=0.04, until=date(2025, 11, 22))


@pytest.fixture(scope="module")
def loaded(cluster: ClusterAddress, template: str) -> Iterator[Original[None]]:
    """A store with a small exercise world, to be copied."""
    with original(cluster, template, with_a_world) as made:
        yield made


@pytest.fixture
def world(loaded: Original[None]) -> Iterator[ClusterAddress]:
    """A store of the test's own with that world."""
    with loaded.copied() as store:
        yield store


def test_a_simulated_hour_at_speed_adds_fixes_in_small_runs_and_ends(world: ClusterAddress) -> None:
    before = counted(world)

    ran = list(run_on(world, Pace(120.0, 10.0, HORIZON + HOUR), Wall().clock()))

    assert len(ran) >= 2
    assert (ran[0].first, ran[-1].last) == (HORIZON, HORIZON + HOUR)
    assert [a.last for a in ran[:-1]] == [b.first for b in ran[1:]]
    assert sum(one.loaded for one in ran) == sum(counted(world)[:3]) - sum(before[:3]) > 0
    with psycopg.connect(world.conninfo(Role.OWNER)) as connection:
        assert connection.execute("SELECT count(*) FROM watchfloor.quarantine").fetchone() == (0,)


def runs(address: ClusterAddress) -> list[tuple[int, int, int]]:
    with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
        return connection.execute(
            "SELECT id, coalesce((options ->> 'steps')::integer, 1), loaded FROM watchfloor.run "
            "WHERE format = 'exercise-live' ORDER BY id"
        ).fetchall()


def test_a_batch_of_steps_becomes_one_run_and_so_does_what_is_left_at_the_end(world: ClusterAddress) -> None:
    before = counted(world)

    ran = list(run_on(world, Pace(360.0, 1.0, HORIZON + HOUR, steps=4), Wall().clock()))

    kept = runs(world)
    assert sum(steps for _, steps, _ in kept) == len(ran) > 8
    assert [steps for _, steps, _ in kept[:-1]] == [4] * (len(kept) - 1)
    assert sum(loaded for _, _, loaded in kept) == sum(one.loaded for one in ran)
    assert sum(counted(world)[:3]) - sum(before[:3]) == sum(one.loaded for one in ran)
    with psycopg.connect(world.conninfo(Role.OWNER)) as connection:
        for column in ("fix.run_id", "event.run_id", "seizure_item.run_id", "route.run_id", "data_version.version"):
            table, _, number = column.partition(".")
            lost = f"SELECT count(*) FROM watchfloor.{table} WHERE {number} NOT IN (SELECT id FROM watchfloor.run)"
            assert connection.execute(lost.encode()).fetchone() == (0,), column


def current_events(address: ClusterAddress) -> int:
    """Events without what was superseded or withdrawn."""
    with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
        row = connection.execute("SELECT count(*) FROM watchfloor.event WHERE recorded_to = 'infinity'").fetchone()
        assert row
        return int(row[0])


def test_a_folded_run_is_taken_back_as_a_whole(world: ClusterAddress) -> None:
    before, events = counted(world), current_events(world)
    list(run_on(world, Pace(360.0, 1.0, HORIZON + HOUR / 2), Wall().clock()))
    ((run, steps, _),) = runs(world)

    undo_run(world, run, by="tests")

    assert steps > 1
    assert counted(world)[0] == before[0]
    assert current_events(world) == events


ROUTES = (
    "SELECT label_id, from_place_id, to_place_id, month, n_tracks, n_seizures, kilograms FROM watchfloor.route "
    "ORDER BY 1, 2, 3, 4"
)
LATEST = "SELECT max(version) FROM watchfloor.data_version WHERE layer = 'routes'"


def test_routes_are_derived_once_for_each_batch_of_steps_and_are_those_of_all_that_is_known(
    world: ClusterAddress,
) -> None:
    with psycopg.connect(world.conninfo(Role.OWNER)) as connection:
        connection.execute("DELETE FROM watchfloor.route")
    ran = run_on(world, Pace(7_200.0, 1.0, HORIZON + 24 * HOUR), Wall().clock())
    next(ran)
    with psycopg.connect(world.conninfo(Role.OWNER)) as connection:
        assert connection.execute(ROUTES).fetchall() == []
    list(ran)
    with psycopg.connect(world.conninfo(Role.OWNER)) as connection:
        told = connection.execute(ROUTES).fetchall()
        for label in {row[0] for row in told}:
            derive_routes(connection, Ticket(runs(world)[-1][0], label, "", 0, 0, HORIZON), label)
        assert connection.execute(ROUTES).fetchall() == told != []
        assert connection.execute(LATEST).fetchone() == (runs(world)[-1][0],)


def test_the_next_batch_derives_the_routes_of_a_program_that_was_cut_off(
    world: ClusterAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cut_off:
        cut_off.setattr(running, "fold_runs", lambda *_: 0)
        list(run_on(world, Pace(7_200.0, 1.0, HORIZON + 8 * HOUR), Wall().clock()))
    with psycopg.connect(world.conninfo(Role.OWNER)) as connection:
        connection.execute("DELETE FROM watchfloor.route")
        moved = connection.execute("SELECT DISTINCT label_id FROM watchfloor.fix ORDER BY 1").fetchall()
    list(run_on(world, Pace(7_200.0, 1.0, HORIZON + 8 * HOUR), Wall().clock()))
    with psycopg.connect(world.conninfo(Role.OWNER)) as connection:
        derived = connection.execute("SELECT DISTINCT label_id FROM watchfloor.route ORDER BY 1").fetchall()
    assert set(derived) <= set(moved)
    assert derived


def test_it_goes_on_from_where_it_was_left_and_adds_what_one_run_would_have(world: ClusterAddress) -> None:
    until = HORIZON + 6 * HOUR
    list(run_on(world, Pace(7_200.0, 1.0, HORIZON + 2 * HOUR), Wall().clock()))

    later = list(run_on(world, Pace(7_200.0, 1.0, until), Wall().clock()))

    in_pieces = counted(world)
    assert later[0].first == HORIZON + 2 * HOUR
    # the same hours once more: every row is there already
    with psycopg.connect(world.conninfo(Role.OWNER)) as connection:
        connection.execute("UPDATE watchfloor.run SET format = 'forgotten' WHERE format = 'exercise-live'")
    again = list(run_on(world, Pace(7_200.0, 5.0, until), Wall().clock()))
    assert [one.loaded for one in again] == [0] * len(again)
    assert counted(world) == in_pieces


def test_in_real_time_it_first_catches_up_with_the_clock(world: ClusterAddress) -> None:
    wall = Wall(day=HORIZON + 2 * HOUR)

    ran = list(run_on(world, Pace(1.0, 30.0, most=timedelta(minutes=1)), wall.clock()))

    assert (ran[0].first, ran[0].last) == (HORIZON, HORIZON + 2 * HOUR)
    assert all(one.last - one.first <= timedelta(minutes=1) for one in ran[1:])
    assert wall.at < 120


def test_loading_the_world_again_after_it_ran_on_adds_nothing(world: ClusterAddress) -> None:
    list(run_on(world, Pace(3_600.0, 1.0, HORIZON + HOUR), Wall().clock()))
    before = counted(world)

    report = load_exercise(world, seed=7, scale=0.04, until=date(2025, 11, 22))

    assert report.totals()["loaded"] == 0
    assert counted(world) == before


def test_a_store_without_an_exercise_world_cannot_run_on(store: ClusterAddress) -> None:
    with pytest.raises(BadQuestion, match="holds no exercise world"):
        next(run_on(store, Pace()))


@pytest.mark.parametrize("given", [{"speed": 0.0}, {"speed": 1e6}, {"every_s": 0.1}, {"most": timedelta(days=3)}])
def test_a_pace_without_bounds_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(BadQuestion):
        replace(Pace(), **given)  # type: ignore[arg-type]
