"""The exercise world kept running: what happens next, published through the ordinary pipeline in small runs.

Each step is a run while it is young: a row of `run`, and a version of each layer that it changes. Hence the least pause
between two steps, that publishing never takes more than half of the time, and that steps are folded into one run for
each batch of them (`live_runs`), which works out the routes of what moved in the whole batch.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import psycopg

from watchfloor.data.address import Address, Role
from watchfloor.data.exercise.labels import SPECS
from watchfloor.data.exercise.live import Frames, LiveWorld
from watchfloor.data.exercise.live_runs import FORMAT, STEPS, fold_runs
from watchfloor.data.exercise.load import COMMUNITY, exercise_format, whole_batch
from watchfloor.data.exercise.places import Places
from watchfloor.data.exercise.world import checked_plan
from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import intern_label
from watchfloor.geo.errors import BadQuestion

LONGEST: Final = timedelta(hours=24)
CAUGHT_UP: Final = timedelta(hours=24)
FASTEST: Final = 7_200.0
LEAST_PAUSE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the world runs: world seconds per second, seconds between runs, and where it ends.

    until: a moment of the world, if any. most: of the clock on the wall. steps: that become one run.
    """

    speed: float = 1.0
    every_s: float = 10.0
    until: datetime | None = None
    most: timedelta = timedelta(hours=1)
    steps: int = STEPS

    def __post_init__(self) -> None:
        """Raises BadQuestion where a number is out of range."""
        if not 0 < self.speed <= FASTEST:
            raise BadQuestion(f"speed {self.speed:g} must be above 0 and at most {FASTEST:g}")
        if self.every_s < LEAST_PAUSE_S:
            raise BadQuestion(f"{self.every_s:g} s between runs is too little: at least {LEAST_PAUSE_S:g} s")
        if not timedelta() < self.most <= LONGEST:
            raise BadQuestion(f"{self.most} is out of range: more than nothing, at most {LONGEST}")


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock on the wall: seconds that only grow, the time of day, and a pause."""

    seconds: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    pause: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Ran:
    """One step: what of the world it told, the rows that are new, how long it took."""

    first: datetime
    last: datetime
    loaded: int
    seconds: float


def run_on(address: Address, pace: Pace, clock: Clock | None = None) -> Iterator[Ran]:
    """Run the store's exercise world on; one item for each step. Ends with the pace, or with whoever asks no more.

    It goes on from where it was left. In real time it first catches up with the day's clock, by CAUGHT_UP at most.
    Raises BadQuestion if the store holds no exercise world.
    """
    wall = clock or Clock()
    with psycopg.connect(address.conninfo(Role.OWNER)) as owner:
        asked, left = _held(owner)
        numbers = [intern_label(owner, spec) for spec in SPECS]
    plan = checked_plan(int(asked["seed"]), float(asked["scale"]), date.fromisoformat(asked["until"]))
    world = LiveWorld.of(plan, Places.shipped())
    told = max(plan.horizon_utc, left or plan.horizon_utc)
    is_real = pace.speed == 1.0 and wall.now() > told
    told = max(told, wall.now() - CAUGHT_UP) if is_real else told
    began, from_moment = wall.seconds(), wall.now() if is_real else told
    try:
        yield from _steps(address, pace, wall, _World(world, asked, numbers), told=told, since=(began, from_moment))
    finally:
        fold_runs(address)


@dataclass(frozen=True, slots=True)
class _World:
    """The world that runs on, how it was asked for, and the store's numbers of its labels."""

    live: LiveWorld
    asked: dict[str, str]
    numbers: list[int]


def _steps(
    address: Address, pace: Pace, wall: Clock, world: _World, *, told: datetime, since: tuple[float, datetime]
) -> Iterator[Ran]:
    began, from_moment = since
    while True:
        passed = wall.seconds() - began
        last = _second(from_moment + timedelta(seconds=passed * pace.speed))
        last = min(last, pace.until) if pace.until else last
        started = wall.seconds()
        if last > told and (frames := world.live.between(told, last)):
            yield _publish(address, world, frames, first=told, last=last)
            told = last
            fold_runs(address, pace.steps)
        if passed >= pace.most.total_seconds() or (pace.until and last >= pace.until):
            return
        took = wall.seconds() - started
        wall.pause(max(pace.every_s - took, took))


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _publish(address: Address, world: _World, frames: Frames, *, first: datetime, last: datetime) -> Ran:
    options = Options({**world.asked, "from": first.isoformat(), "to": last.isoformat()})
    order = Order(exercise_format(FORMAT), COMMUNITY, "exercise live", options, is_with_routes=False)
    name = f"exercise world, {first:%Y-%m-%d %H:%M:%S} to {last:%H:%M:%S}"
    report = ingest_batches(address, order, name, iter([whole_batch(frames, world.numbers)]))
    return Ran(first, last, report.totals()["loaded"], report.seconds)


def _held(owner: psycopg.Connection) -> tuple[dict[str, str], datetime | None]:
    """The world that the store holds, as it was asked for, and how far it has run on."""
    row = owner.execute(
        "SELECT options FROM watchfloor.run WHERE format = 'exercise' AND status = 'published' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if not row or not row[0]:
        raise BadQuestion("this store holds no exercise world that could run on: load one with `watchfloor exercise`")
    left = owner.execute(
        "SELECT max((options ->> 'to')::timestamptz) FROM watchfloor.run WHERE format = %s AND status = 'published'",
        [FORMAT],
    ).fetchone()
    return dict(row[0]), left[0].astimezone(UTC) if left and left[0] else None
