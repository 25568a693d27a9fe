"""Derived files of tracks say what the store says: to each reader its own, whatever of them was built, and when."""

import os
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import numpy as np
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from watchfloor.app.played_order import PlayedOrder
from watchfloor.app.routes_play_tracks import Player
from watchfloor.app.tiles import Painter, TileOrder
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.door import Asked
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.questions import passing, passing_between, passing_held
from watchfloor.data.questions.passing_between import tracks_at
from watchfloor.data.questions.whereabouts import Times, Whereabouts
from watchfloor.data.registry import Account, ensure_agency, ensure_principal, intern_label, labels
from watchfloor.data.repository import Asker, Repository
from watchfloor.data.tracks.reader import track_view
from watchfloor.data.tracks.shelf import TrackShelf
from watchfloor.data.tracks.verify import status
from watchfloor.data.tracks.view import RAW
from watchfloor.data.tracks.window import Stretch
from watchfloor.geo.disc import Disc
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.period import Period
from watchfloor.geo.played_steps import PlayedSteps
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import PrincipalKind, Right
from watchfloor.geo.track_counting import Place
from watchfloor.geo.track_levels import PASSAGES, POSITIONS, TOP_ZOOM
from watchfloor.layers.tilegrid import Tile
from watchfloor.layers.tracks import paint_tracks

from .oracle_world import SPECS, World, principals
from .track_world import (
    DAYS,
    FIRST,
    WORLD,
    Fix,
    build_here,
    drawn,
    fleet,
    load,
    rows,
    shelf_at,
    shown,
    stored,
    tile_of,
    whole_period,
)

LANTERN = ((Right.TIER, "3"), (Right.COMPARTMENT, "LANTERN"))
STATES = ("nothing built", "all built", "half of it older")


@dataclass
class Tracked:
    """A store with positions under many labels, and its readers beside files of several ages."""

    world: World
    shelves: dict[str, TrackShelf | None]
    repositories: dict[str, Repository]
    fixes: list[Fix]

    def place(self, near: int, zoom: int) -> Place:
        """A tile with a position on it."""
        fix = self.fixes[near % len(self.fixes)]
        return tile_of(fix.lon, fix.lat, zoom)


@pytest.fixture(scope="module")
def shared(cluster: ClusterAddress, template: str) -> Iterator[ClusterAddress]:
    """A store for all tests of this file that only read it."""
    name = f"tracked_{os.getpid()}"
    with psycopg.connect(replace(cluster, database="postgres").conninfo(Role.OWNER), autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        owner.execute(f"GRANT TEMPORARY ON DATABASE {name} TO watchfloor_intake".encode())
        yield replace(cluster, database=name)
        owner.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="module")
def tracked(shared: ClusterAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracked]:
    rng = np.random.default_rng(4)
    with psycopg.connect(shared.conninfo(Role.OWNER)) as owner:
        for agency in "ABC":
            ensure_agency(owner, agency, agency)
        numbers = [intern_label(owner, spec) for spec in SPECS]
        known, who = labels(owner), principals(numbers)
        for p in who:
            held = tuple((e.right, e.value) for e in p.entitlements)
            ensure_principal(owner, Account(p.name, PrincipalKind.PERSON, p.name, p.agency, held))
    fixes = [drawn(rng, 40, f"{spec.owner}{index}-") for index, spec in enumerate(SPECS)]
    whole, half = (shelf_at(tmp_path_factory.mktemp(name)) for name in ("whole", "half"))
    for index, spec in enumerate(SPECS):
        load(shared, fixes[index][::2], spec)
    build_here(shared, half)
    for index, spec in enumerate(SPECS[::2]):
        load(shared, fixes[2 * index][1::2], spec)
    build_here(shared, whole)
    shelves = dict(zip(STATES, (None, whole, half), strict=True))
    tokens = [Gate(shared).issue(p.name, Terms()) for p in who]
    with (
        Repository(shared) as late,
        Repository(shared, whole) as built,
        Repository(shared, half) as older,
    ):
        world = World(shared, built, numbers, known, who, tokens, [uuid.uuid4() for _ in who])
        repositories = dict(zip(STATES, (late, built, older), strict=True))
        yield Tracked(world, shelves, repositories, [fix for some in fixes for fix in some])


def ask(period: Period) -> Query:
    return Query(Layer.TRACKS, period)


FIRST_H = int(FIRST.timestamp()) // 3600
# a few hours, over midnight or not, of the days that hold positions
HOURS = st.tuples(st.integers(0, DAYS * 24 - 1), st.integers(1, 49)).map(
    lambda pair: Period.between(FIRST_H + pair[0], FIRST_H + sum(pair))
)
PERIODS = (
    st.tuples(st.integers(-1, DAYS), st.integers(1, DAYS + 2)).map(
        lambda pair: Period(FIRST.date() + timedelta(days=pair[0]), FIRST.date() + timedelta(days=sum(pair)))
    )
    | HOURS
    | st.sampled_from(
        [whole_period(), Period(date(2024, 2, 1), date(2024, 3, 1)), Period(date(2024, 2, 28), date(2025, 1, 1))]
    )
)


DAYS_PLAYED = st.integers(1, 4).map(lambda days: Period(FIRST.date(), FIRST.date() + timedelta(days=days)))
ASKERS = st.integers(0, 14)
NEAR = st.integers(0, 10_000)


@settings(max_examples=60)
@given(state=st.sampled_from(STATES), period=PERIODS, asker=ASKERS, near=st.tuples(NEAR, st.integers(0, 18)))
def test_a_tile_counts_what_the_store_counts_under_the_readers_labels(
    tracked: Tracked, state: str, period: Period, asker: int, near: tuple[int, int]
) -> None:
    place = tracked.place(*near)
    sees = [tracked.world.numbers[index] for index in tracked.world.sees(asker)]

    view = tracked.repositories[state].tracks(tracked.world.askers[asker], ask(period))

    store, time = tracked.world.address, Stretch.of(period)
    assert shown(view.tile(place, POSITIONS, RAW)) == stored(store, sees, time, place)
    assert view.n_fixes == view.n_drawn == view.by_category().sum() == stored(store, sees, time, WORLD).total()
    assert view.by_category()[8:].sum() == view.tile(WORLD, POSITIONS, RAW)[8:].sum()


@settings(max_examples=12, deadline=None)
@given(state=st.sampled_from(STATES), period=PERIODS, asker=ASKERS)
def test_what_is_left_out_of_each_craft_adds_up_to_what_the_legend_says(
    tracked: Tracked, state: str, period: Period, asker: int
) -> None:
    """Whoever asks, and whether files or the store tell it."""
    who = tracked.world.askers[asker]
    by_reason, n = np.zeros(8, np.int64), 0
    for (craft,) in rows(tracked.world.address, "SELECT id FROM watchfloor.craft"):
        with suppress(BadQuestion):
            found = tracked.repositories[state].cleaned_way(who, ask(period), craft)
            by_reason, n = by_reason + found.left_out.counts, n + found.n
            assert len(found.left_out.at_s) == found.left_out.counts.sum() <= found.n == found.total
            line = tracked.repositories[state].track(who, ask(period), craft).line
            assert (len(line.at_s), line.total) == (found.n - len(found.left_out.at_s), found.total)

    view = tracked.repositories[state].tracks(who, ask(period))
    assert (by_reason.tolist(), n) == (view.by_category()[8:].tolist(), view.n_fixes)


@settings(max_examples=30)
@given(state=st.sampled_from(STATES), period=HOURS, asker=ASKERS)
def test_positions_by_hour_are_those_of_the_store_under_the_readers_labels(
    tracked: Tracked, state: str, period: Period, asker: int
) -> None:
    sees = [tracked.world.numbers[index] for index in tracked.world.sees(asker)]

    found = tracked.repositories[state].tracks_by_hour(tracked.world.askers[asker], ask(period))

    first, until = period.hours_since_1970
    hours = [Stretch.of(Period.between(hour, hour + 1)) for hour in range(first, until)]
    store = tracked.world.address
    assert found.first_h == first
    assert found.n.tolist() == [stored(store, sees, hour, WORLD).total() for hour in hours]
    assert found.n_fixes == found.n.sum()


@settings(max_examples=30)
@given(period=PERIODS, asker=ASKERS, near=NEAR, zoom=st.integers(0, 14))
def test_passages_are_the_same_whatever_was_built(
    tracked: Tracked, period: Period, asker: int, near: int, zoom: int
) -> None:
    views = [tracked.repositories[state].tracks(tracked.world.askers[asker], ask(period)) for state in STATES]

    first, *others = (shown(view.tile(tracked.place(near, zoom), PASSAGES, RAW)) for view in views)
    assert others == [first, first]


def test_the_readers_of_these_tracks_see_different_things(tracked: Tracked) -> None:
    world = tracked.world
    assert len({world.sees(asker) for asker in range(len(world.who))}) >= 8, "the world is too plain to prove anything"


def test_the_files_are_of_the_age_that_these_tests_say(tracked: Tracked) -> None:
    now = status(tracked.world.address, tracked.shelves[STATES[1]])
    before = status(tracked.world.address, tracked.shelves[STATES[2]])

    assert now.n_current == now.n_fixes
    assert 0 < before.n_current < before.n_fixes
    assert not any(span.waiting for span in now.spans)
    assert any(span.waiting for span in before.spans)


@settings(max_examples=30)
@given(
    state=st.sampled_from(STATES), period=DAYS_PLAYED | HOURS, asker=ASKERS,
    at=st.tuples(st.integers(0, 47), NEAR, st.integers(0, 14)),
)  # fmt: skip
def test_a_step_that_is_played_counts_what_the_store_counts_under_the_readers_labels(
    tracked: Tracked, state: str, period: Period, asker: int, at: tuple[int, int, int]
) -> None:
    first, *near = at
    steps, place = PlayedSteps.of(period), tracked.place(*near)
    sees = [tracked.world.numbers[index] for index in tracked.world.sees(asker)]

    views = tracked.repositories[state].tracks_played(tracked.world.askers[asker], ask(period), first % steps.n, 2)

    assert len(views) == min(2, steps.n - first % steps.n)
    for number, view in enumerate(views, first % steps.n):
        time = Stretch(*(datetime.fromtimestamp(second, UTC) for second in steps.span(number)))
        store = tracked.world.address
        assert shown(view.tile(place, POSITIONS, RAW)) == stored(store, sees, time, place)
        assert view.n_fixes == view.n_drawn == stored(store, sees, time, WORLD).total()


@pytest.mark.parametrize("state", STATES)
def test_a_played_picture_lights_what_its_reader_may_see_and_no_more_once_a_right_is_withdrawn(
    tracked: Tracked, state: str
) -> None:
    world, repository = tracked.world, tracked.repositories[state]
    period, held, player = Period(FIRST.date(), FIRST.date() + timedelta(days=3)), [*LANTERN], Player(repository)
    asked = {"since": f"{period.since}", "until": f"{period.until}", "first": "0", "n": "3", "frame": "2/0/0/4/4"}

    def played(asker: int) -> list[bytes]:
        who = world.askers[asker]
        _, *steps = player.parts(who, repository.scope(who), PlayedOrder.of(asked))
        return steps

    before, less = played(3), played(0)
    for number, part in enumerate(before):
        view = repository.tracks_played(world.askers[3], ask(period), number, 1)[0]
        counts = (view.tile(Place(2, n % 4, n // 4), PASSAGES) for n in range(16))
        lit = [np.flatnonzero(paint_tracks(one, 9, "dark", 2)[:, :, 3]) for one in counts]
        head = np.frombuffer(part, "<u4", 5, 4).tolist()
        tiles = [n for n in range(16) if lit[n].size]
        assert head == [number, view.n_drawn, view.n_fixes, len(tiles), sum(one.size for one in lit)]
        assert np.frombuffer(part, "<u4", len(tiles), 24).tolist() == tiles
        pixels = np.frombuffer(part, "<u2", head[4], 24 + 8 * len(tiles))
        assert pixels.tolist() == np.concatenate(lit).tolist()
    try:
        world.hold(3, [])
        assert played(3) == less != before
    finally:
        world.hold(3, held)
    assert played(3) == before


def test_steps_that_a_period_does_not_have_are_refused(tracked: Tracked) -> None:
    for first, n in ((4, 1), (-1, 1), (0, 0)):
        with pytest.raises(BadQuestion, match="4 steps"):
            tracked.repositories[STATES[1]].tracks_played(
                tracked.world.askers[0], ask(Period(FIRST.date(), FIRST.date() + timedelta(days=4))), first, n
            )


def test_playing_leaves_one_audit_row_a_reader_and_view(tracked: Tracked) -> None:
    world, repository = tracked.world, tracked.repositories[STATES[1]]
    asker = Asker(world.tokens[2], uuid.uuid4())
    given = {"since": "2024-02-28", "until": "2024-03-03", "n": "1", "frame": "0/0/0/1/1"}
    for first in "012":
        list(Player(repository).parts(asker, repository.scope(asker), PlayedOrder.of(given | {"first": first})))

    with psycopg.connect(world.address.conninfo(Role.OWNER)) as owner:
        rows = owner.execute(
            "SELECT question ->> 'layers' FROM sealed.audit WHERE view_id = %s AND question ? 'layers'", [asker.view_id]
        ).fetchall()
    assert rows == [("tracks,played",)]


@settings(max_examples=60)
@given(
    period=PERIODS, asker=ASKERS, near=NEAR,
    reach=st.tuples(st.sampled_from([15.0, 200.0, 5e3, 7e4, 9e5]), st.sampled_from([10_000, 2])),
)  # fmt: skip
def test_a_tap_finds_the_same_whatever_was_built(
    tracked: Tracked, period: Period, asker: int, near: int, reach: tuple[float, int]
) -> None:
    metres, most = reach
    fix = tracked.fixes[near % len(tracked.fixes)]
    disc = Disc(fix.lon, fix.lat + 0.0001, metres)

    with pytest.MonkeyPatch.context() as patch:
        for module in (passing, passing_between):
            patch.setattr(module, "MOST_NEAR", most)
        patch.setattr(passing_held, "MOST_HELD", most)
        plain, *by_day = (
            tracked.repositories[state].tracks_under(tracked.world.askers[asker], ask(period), disc) for state in STATES
        )

    for found in by_day:
        assert (found.radius_m, found.is_cut, found.is_between) == (plain.radius_m, plain.is_cut, plain.is_between)
        # of too many any will do
        assert plain.is_cut or found == plain


def test_a_tap_looks_on_days_with_positions_alone(tracked: Tracked) -> None:
    asker, fix = tracked.world.askers[14], tracked.fixes[0]
    view = tracked.repositories[STATES[1]].tracks(asker, ask(whole_period()))
    where = Whereabouts(Stretch.of(whole_period()), view)

    here, nowhere = (where.times(Disc(fix.lon, lat, 100.0), 10_000) for lat in (fix.lat, -84.0))

    assert fix.at.date() in {since.date() for since in here.sinces}
    assert sum((until - since).days for since, until in zip(here.sinces, here.untils, strict=True)) <= DAYS
    assert here.n_sure >= 1
    assert nowhere == Times([], [], 0)


def test_a_view_of_before_hides_nothing_that_came_since(store, people, tmp_path) -> None:
    shelf, asker = shelf_at(tmp_path), Asker(people.account("ann", "PUBLIC"), uuid.uuid4())
    load(store, fleet(0, 5))
    build_here(store, shelf)
    with Repository(store, shelf) as repository:
        before = repository.tracks(asker, ask(whole_period()))
        load(store, fleet(2 * 1440, craft="b", lon=3.5601234))
        disc = Disc(5.0, 55.0, 2_000.0)

        found = repository.single(
            asker, Asked("record"), lambda connection: tracks_at(connection, ask(whole_period()), disc, before)
        )

    assert {one.identifier: one.n for one in found.rows} == {"a": 2, "b": 1}


def test_a_tap_counts_all_that_derived_tracks_hold_however_little_the_store_may_read(tracked: Tracked) -> None:
    disc, asker = Disc(10.0, 55.0, 9e5), tracked.world.askers[14]
    whole, built = (tracked.repositories[state] for state in STATES[:2])
    plain = whole.tracks_under(asker, ask(whole_period()), disc)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passing, "MOST_NEAR", 2)
        found = built.tracks_under(asker, ask(whole_period()), disc)

    assert found == plain
    assert (found.is_cut, found.is_nearer) == (False, False)
    assert found.n_fixes > 2


def test_a_tap_believes_no_tracks_of_who_sees_more(tracked: Tracked) -> None:
    world, repository = tracked.world, tracked.repositories[STATES[1]]
    disc = Disc(10.0, 55.0, 9e5)
    of_most = repository.tracks(world.askers[14], ask(whole_period()))
    least = min(range(15), key=lambda one: len(world.sees(one)))

    found, plain = (
        repository.single(
            world.askers[least], Asked("record"), lambda c, view=view: tracks_at(c, ask(whole_period()), disc, view)
        )
        for view in (of_most, None)
    )

    assert found == plain
    assert found.n_fixes < repository.tracks_under(world.askers[14], ask(whole_period()), disc).n_fixes


def test_a_tap_falls_back_on_the_store_where_a_position_is_not_as_the_files_say(tracked: Tracked) -> None:
    repository, asker, fix = tracked.repositories[STATES[1]], tracked.world.askers[14], tracked.fixes[0]
    disc = Disc(fix.lon, fix.lat, 5e3)
    plain = tracked.repositories[STATES[0]].tracks_under(asker, ask(whole_period()), disc)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passing, "confirmed", lambda *_: None)
        assert repository.tracks_under(asker, ask(whole_period()), disc) == plain


@pytest.mark.parametrize("state", STATES)
def test_without_a_scope_there_is_nothing(tracked: Tracked, state: str) -> None:
    with psycopg.connect(tracked.world.address.conninfo(Role.APP)) as nobody:
        view = track_view(nobody, tracked.shelves[state], Stretch.of(whole_period()))

    assert (view.n_fixes, view.n_drawn, view.whole, view.cut) == (0, 0, [], [])
    assert not view.tile(WORLD, POSITIONS, RAW).any()


@pytest.mark.parametrize("state", STATES)
def test_a_right_that_is_withdrawn_is_withdrawn_from_the_next_answer(tracked: Tracked, state: str) -> None:
    world, repository = tracked.world, tracked.repositories[state]
    number, held = 3, [(Right.TIER, "3"), (Right.COMPARTMENT, "LANTERN")]
    assert {right for right, _ in held} == {e.right for e in world.who[number].entitlements}

    def seen() -> int:
        view = repository.tracks(world.askers[number], ask(whole_period()))
        sees = [world.numbers[index] for index in world.sees(number)]
        assert shown(view.tile(WORLD, POSITIONS, RAW)) == stored(world.address, sees, whole_period(), WORLD)
        return view.n_fixes

    before = seen()
    try:
        world.hold(number, [])
        assert seen() < before
    finally:
        world.hold(number, held)
    assert seen() == before


@pytest.mark.parametrize("reader", [0, 8, 14])
def test_a_picture_is_lit_where_craft_passed_that_its_reader_may_see(tracked: Tracked, reader: int) -> None:
    asker = tracked.world.askers[reader]
    dark = picture(Painter(tracked.repositories[STATES[0]]), asker, Place(4, 8, 15))
    assert len(np.unique(dark.reshape(256 * 256, -1), axis=0)) == 1
    for near, zoom in ((0, 0), (0, 4), (90, 7), (170, 11)):
        place = tracked.place(near, zoom)
        pictures = [picture(Painter(repository), asker, place) for repository in tracked.repositories.values()]
        passed = tracked.repositories[STATES[0]].tracks(asker, ask(whole_period())).tile(place, PASSAGES)
        lit, own = (pictures[0] != dark).any(axis=2), passed[:8].any(axis=0).reshape(256, 256)
        # from afar a pixel that stands alone is widened to the right and below; closer, lines have soft edges
        wide, last = np.pad(own, 1), 2 if zoom < TOP_ZOOM - 1 else 3
        near_own = [wide[y : y + 256, x : x + 256] for y in range(last) for x in range(last)]
        assert lit[own].all()
        assert not (lit & ~np.any(near_own, axis=0)).any()
        assert all(np.array_equal(one, pictures[0]) for one in pictures)


def test_a_right_that_is_withdrawn_is_withdrawn_from_the_next_picture(tracked: Tracked) -> None:
    world, repository = tracked.world, tracked.repositories[STATES[1]]
    held, painter = [(Right.TIER, "3"), (Right.COMPARTMENT, "LANTERN")], Painter(repository)
    before, less = picture(painter, world.askers[3], WORLD), picture(painter, world.askers[0], WORLD)
    assert not np.array_equal(before, less)
    try:
        world.hold(3, [])
        assert np.array_equal(picture(painter, world.askers[3], WORLD), less)
    finally:
        world.hold(3, held)
    assert np.array_equal(picture(painter, world.askers[3], WORLD), before)


def picture(painter: Painter, asker: Asker, place: Place) -> np.ndarray:
    """Pixels of a tile of tracks alone."""
    period = whole_period()
    question = {"layers": "tracks", "since": period.since.isoformat(), "until": period.until.isoformat()}
    order = TileOrder.of(Tile(*place), question)
    return np.asarray(Image.open(BytesIO(painter.tile(asker, painter.repository.scope(asker), order))))
