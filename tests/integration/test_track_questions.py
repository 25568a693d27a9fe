"""Questions about craft behind a pixel, in an area, beside one another: exact, bounded, under the reader's rights.

Strategy: craft of every label wander about the antimeridian and near a pole; every answer is compared with a plain
count over all rows that the reader may see.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.questions import craft_way, marked_way, passing
from watchfloor.data.registry import labels
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.areas import Area, Polygon
from watchfloor.geo.bbox import BBox
from watchfloor.geo.disc import Disc
from watchfloor.geo.errors import BadQuestion, TooManyRows
from watchfloor.geo.passages import ABSENCE_S, Nearness
from watchfloor.geo.passing import Passing
from watchfloor.geo.period import Hours, Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import visible_labels
from watchfloor.geo.sphere import distance_m, vectors

from ..copied_store import Original, original
from ..people import People
from .oracle_world import SPECS, principals

WORLDLY = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
STARTS = datetime(2025, 3, 1, tzinfo=UTC)
WEEK = Period(date(2025, 3, 1), date(2025, 3, 8))
N_CRAFT, N_EACH = 24, 60
KINDS = ("cargo", "fishing", "submarine")
PLACES = ((179.99, 12.0), (-179.98, 12.02), (20.0, 88.9))


@dataclass
class Traffic:
    """All fixes as arrays, and who may see which craft (numbered by their place in the file)."""

    repository: Repository
    askers: list[Asker]
    sees: list[frozenset[int]]
    craft: np.ndarray
    at_s: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    numbers: dict[str, int]

    def own(self, asker: int, period: Period) -> np.ndarray:
        """Which fixes an asker may see of a period."""
        first, last = (at.timestamp() for at in period.moments)
        return self.visible(asker) & (self.at_s >= first) & (self.at_s < last)

    def visible(self, asker: int) -> np.ndarray:
        """Which fixes an asker may see."""
        return np.isin(self.craft % len(SPECS), list(self.sees[asker]))

    def metres(self, lon: float, lat: float) -> np.ndarray:
        return distance_m(vectors(self.lon, self.lat), vectors(np.array(lon), np.array(lat)))

    def stays(self, which: np.ndarray) -> dict[int, list[tuple[int, int, int]]]:
        """First, last and number of the fixes of each stay, by craft, the slow way."""
        times = defaultdict(list)
        for craft, at in sorted(zip(self.craft[which].tolist(), self.at_s[which].tolist(), strict=True)):
            times[craft].append(at)
        found = {}
        for craft, ats in times.items():
            breaks = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(ats)) if b - a > ABSENCE_S), len(ats)]
            found[craft] = [(ats[a], ats[b - 1], b - a) for a, b in pairwise(breaks)]
        return found


def wandering(seed: int) -> tuple[np.ndarray, ...]:
    """Craft, seconds and places of fixes: random walks of a few hundred metres, with silences of hours."""
    rng = np.random.default_rng(seed)
    craft = np.repeat(np.arange(N_CRAFT), N_EACH)
    steps = rng.choice([300, 900, 2400, 5400, 40_000], (N_CRAFT, N_EACH), p=[0.4, 0.3, 0.17, 0.1, 0.03])
    at_s = int(STARTS.timestamp()) + np.cumsum(steps, axis=1).ravel() + rng.integers(0, 60, craft.size)
    start = np.array([PLACES[i % len(PLACES)] for i in range(N_CRAFT)])
    wide = np.where(start[:, 1] > 80, 0.2, 0.004)[:, None]
    lon = start[:, :1] + np.cumsum(rng.normal(0, wide, (N_CRAFT, N_EACH)), axis=1)
    lat = start[:, 1:] + np.cumsum(rng.normal(0, 0.004, (N_CRAFT, N_EACH)), axis=1)
    return craft, at_s, ((lon + 180) % 360 - 180).ravel(), np.clip(lat, -89.9, 89.9).ravel()


@dataclass(frozen=True)
class Filled:
    """What a store was filled with: it holds in each of its copies."""

    tokens: list[str]
    sees: list[frozenset[int]]
    fixes: tuple[np.ndarray, ...]
    numbers: dict[str, int]


def filled(store: ClusterAddress) -> Filled:
    people = People(store)
    numbers = [people.label(spec) for spec in SPECS]
    who = principals(numbers)
    tokens = [people.account(p.name, p.agency, *((e.right, e.value) for e in p.entitlements)) for p in who]
    craft, at_s, lon, lat = wandering(5)
    names = [f"79900{n:04d}" for n in range(N_CRAFT)]
    crafts = pl.DataFrame(
        {
            "kind": "vessel",
            "identifier": names,
            "name": [f"Ship {n}" for n in range(N_CRAFT)],
            "category": [KINDS[n % len(KINDS)] for n in range(N_CRAFT)],
            "label": [numbers[n % len(SPECS)] for n in range(N_CRAFT)],
        }
    )
    fixes = pl.DataFrame(
        {
            "craft_kind": "vessel",
            "identifier": [names[n] for n in craft],
            "at": [datetime.fromtimestamp(int(s), UTC) for s in at_s],
            "lon": lon,
            "lat": lat,
            "speed_kn": pl.Series([4.5] * len(craft), dtype=pl.Float32),
            "label": [numbers[n % len(SPECS)] for n in craft],
        }
    )
    form = Format("wander", "Wander", SourceInfo("wander", "W", "Tests", "none"), False, lambda *_: iter(()))
    batch = Batch(crafts.height + fixes.height, {"crafts": crafts, "fixes": fixes})
    report = ingest_batches(store, Order(form, SPECS[0], "test"), "wander", iter([batch]))
    assert report.totals()["quarantined"] == 0
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        known, now = labels(owner), datetime.now(UTC)
        stored = dict(owner.execute("SELECT identifier, id FROM watchfloor.craft").fetchall())
    sees = [frozenset(i for i, n in enumerate(numbers) if n in visible_labels(p, known, now)) for p in who]
    return Filled(tokens, sees, (craft, at_s, lon, lat), {name: stored[name] for name in names})


@pytest.fixture(scope="module")
def passed(cluster, template) -> Iterator[Original[Filled]]:
    with original(cluster, template, filled) as made:
        yield made


@pytest.fixture
def store(passed: Original[Filled]) -> Iterator[ClusterAddress]:
    with passed.copied() as address:
        yield address


@pytest.fixture
def traffic(store: ClusterAddress, passed: Original[Filled]) -> Iterator[Traffic]:
    told = passed.told
    with Repository(store) as repository:
        askers = [Asker(token, uuid.uuid4()) for token in told.tokens]
        yield Traffic(repository, askers, told.sees, *told.fixes, told.numbers)


NIGHT = Period(date(2025, 3, 2), date(2025, 3, 3), Hours(2, 5))
OVER_MIDNIGHT = Period(date(2025, 3, 1), date(2025, 3, 4), Hours(22, 9))
PERIODS = st.sampled_from(
    [WEEK, Period(date(2025, 3, 1), date(2025, 3, 2)), Period(date(2025, 3, 3), date(2025, 3, 5)), NIGHT, OVER_MIDNIGHT]
)
ASKERS = st.integers(0, 14)
DISCS = st.builds(
    Disc, st.sampled_from([179.995, -179.99, 20.1]), st.sampled_from([12.01, 88.9]), st.sampled_from([300.0, 4e3, 6e4])
)
AREAS = st.sampled_from(
    [
        Area(BBox(179.9, 11.9, -179.9, 12.1)),
        Area(BBox(179.985, 11.99, 179.999, 12.02)),
        Area(Polygon((179.97, 180.03, 180.0), (11.97, 11.99, 12.06))),
        Area(Disc(-179.99, 12.0, 2_500.0)),
        Area(BBox(-180, 80, 180, 90)),
        Area(BBox.world()),
    ]
)


def of_craft(traffic: Traffic, found: Passing) -> dict[int, tuple[int, datetime, datetime]]:
    """Fixes, first and last by the number of a craft in the file."""
    return {int(one.identifier[-4:]): (one.n, one.first, one.last) for one in found.rows}


def moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


# ------------------------------------------------------------ under a point
@WORLDLY
@given(asker=ASKERS, disc=DISCS, period=PERIODS)
def test_a_pixel_tells_of_exactly_the_craft_that_the_reader_may_see(traffic, asker, disc, period) -> None:
    found = traffic.repository.tracks_under(traffic.askers[asker], Query(Layer.TRACKS, period), disc)

    metres = traffic.metres(disc.lon, disc.lat)
    inside = traffic.own(asker, period) & (metres <= disc.radius_m)
    assert found.is_between is (found.n_craft > 0 and not inside.any())
    if found.is_between:
        return
    expected = {
        craft: (int(mine.sum()), moment(traffic.at_s[mine].min()), moment(traffic.at_s[mine].max()))
        for craft in np.unique(traffic.craft[inside]).tolist()
        for mine in [inside & (traffic.craft == craft)]
    }
    assert of_craft(traffic, found) == expected
    assert (found.n_fixes, found.n_craft) == (int(inside.sum()), len(expected))
    assert found.is_nearer is False
    far = [one.nearest_m for one in found.rows]
    assert far == sorted(far)
    assert far == pytest.approx(
        sorted(float(metres[inside & (traffic.craft == craft)].min()) for craft in expected), abs=0.5
    )
    n = Counter("other" if craft % 3 == 2 else KINDS[craft % 3] for craft in traffic.craft[inside].tolist())
    assert {name: fixes for name, (fixes, _) in found.by_category.items()} == dict(n)


@WORLDLY
@given(
    asker=ASKERS, disc=st.builds(Disc, st.floats(179.985, 180.0), st.floats(11.99, 12.03), st.just(15.0)),
    period=st.sampled_from([WEEK, NIGHT, OVER_MIDNIGHT]),
)  # fmt: skip
def test_a_pixel_between_two_fixes_tells_of_the_craft_whose_line_it_is(traffic, asker, disc, period) -> None:
    """A line is of the hour in which it ends, however long before it began."""
    found = traffic.repository.tracks_under(traffic.askers[asker], Query(Layer.TRACKS, period), disc)

    own = traffic.own(asker, period)
    if (own & (traffic.metres(disc.lon, disc.lat) <= disc.radius_m)).any():
        assert not found.is_between
        return
    expected = Counter()
    for first, next_ in pairwise(np.flatnonzero(traffic.visible(asker)).tolist()):
        if not own[next_]:
            continue
        step_s = traffic.at_s[next_] - traffic.at_s[first]
        if traffic.craft[first] == traffic.craft[next_] and step_s < 6 * 3600:
            # so many points along the way that none is passed by
            share = np.linspace(0, 1, 2001)[:, None]
            ends = vectors(traffic.lon[[first, next_]], traffic.lat[[first, next_]])
            way = ends[0] * (1 - share) + ends[1] * share
            way /= np.linalg.norm(way, axis=1)[:, None]
            middle = vectors(np.array(disc.lon), np.array(disc.lat))
            expected[int(traffic.craft[first])] += bool(distance_m(way, middle).min() <= disc.radius_m)
    assert {int(one.identifier[-4:]): one.n for one in found.rows} == {c: n for c, n in expected.items() if n}


def test_where_too_many_lie_a_smaller_reach_is_answered_exactly(traffic, monkeypatch) -> None:
    everything = max(range(15), key=lambda one: len(traffic.sees[one]))
    disc, query = Disc(179.995, 12.01, 60_000.0), Query(Layer.TRACKS, WEEK)
    metres, own = traffic.metres(disc.lon, disc.lat), traffic.own(everything, WEEK)
    monkeypatch.setattr(passing, "MOST_NEAR", int((own & (metres <= 60_000.0)).sum()) - 1)

    found = traffic.repository.tracks_under(traffic.askers[everything], query, disc)

    assert found.is_nearer
    assert found.asked_m == 60_000.0
    assert found.n_fixes == int((own & (metres <= found.radius_m)).sum()) > 0


def test_where_even_a_small_reach_holds_too_many_counts_are_said_to_be_at_least(traffic, monkeypatch) -> None:
    everything = max(range(15), key=lambda one: len(traffic.sees[one]))
    monkeypatch.setattr(passing, "MOST_NEAR", 2)

    found = traffic.repository.tracks_under(
        traffic.askers[everything], Query(Layer.TRACKS, WEEK), Disc(179.995, 12.01, 60_000.0)
    )

    assert found.is_cut
    assert found.n_fixes <= 3


# ------------------------------------------------------------ in an area
@WORLDLY
@given(asker=ASKERS, area=AREAS, period=PERIODS)
def test_who_passed_an_area_when_and_how_often_agrees_with_a_plain_count(traffic, asker, area, period) -> None:
    found = traffic.repository.passages(traffic.askers[asker], Query(Layer.TRACKS, period), area)

    inside = traffic.own(asker, period) & area.contains(traffic.lon, traffic.lat)
    stays = traffic.stays(inside)
    told = {
        int(one.identifier[-4:]): [(int(s.first.timestamp()), int(s.last.timestamp()), s.n) for s in one.stays]
        for one in found.rows
    }
    assert told == {craft: many[: passing.MOST_STAYS] for craft, many in stays.items()}
    assert {int(one.identifier[-4:]): one.n_stays for one in found.rows} == {c: len(m) for c, m in stays.items()}
    assert [one.n_stays for one in found.rows] == sorted((len(m) for m in stays.values()), reverse=True)
    assert (found.since, found.until) == period.moments


def test_an_area_of_too_many_fixes_is_answered_for_its_newest_days(traffic, monkeypatch) -> None:
    everything = max(range(15), key=lambda one: len(traffic.sees[one]))
    area, query = Area(BBox(179.9, 11.9, -179.9, 12.1)), Query(Layer.TRACKS, WEEK)
    inside = traffic.own(everything, WEEK) & area.contains(traffic.lon, traffic.lat)
    monkeypatch.setattr(passing, "MOST_IN_AREA", int(inside.sum()) - 1)

    found = traffic.repository.passages(traffic.askers[everything], query, area)

    assert found.since == datetime(2025, 3, 7, tzinfo=UTC)
    newest = inside & (traffic.at_s >= found.since.timestamp())
    assert found.n_fixes == int(newest.sum())


def test_a_single_day_of_too_many_fixes_is_refused(traffic, monkeypatch) -> None:
    everything = max(range(15), key=lambda one: len(traffic.sees[one]))
    monkeypatch.setattr(passing, "MOST_IN_AREA", 1)
    day = Query(Layer.TRACKS, Period(date(2025, 3, 1), date(2025, 3, 2)))

    with pytest.raises(TooManyRows, match="narrow the place"):
        traffic.repository.passages(traffic.askers[everything], day, Area(BBox.world()))


# ------------------------------------------------------------ beside a craft
@WORLDLY
@given(
    asker=ASKERS,
    own=st.integers(0, N_CRAFT - 1),
    within=st.builds(Nearness, st.sampled_from([150.0, 1000.0, 15_000.0]), st.sampled_from([2.0, 10.0, 120.0])),
    period=PERIODS,
)
def test_who_was_beside_a_craft_agrees_with_a_plain_count(traffic, asker, own, within, period) -> None:
    number = traffic.numbers[f"79900{own:04d}"]
    query = Query(Layer.TRACKS, period)
    found = traffic.repository.companions(traffic.askers[asker], query, number, within)

    visible = traffic.own(asker, period)
    mine = np.flatnonzero(visible & (traffic.craft == own))
    towards = vectors(traffic.lon, traffic.lat)
    near = np.zeros(len(visible), np.bool_)
    first, last = (datetime.combine(d, datetime.min.time(), UTC).timestamp() for d in (period.since, period.until))
    # what was heard some minutes before or after the period is beside what was heard in it
    heard = np.isin(traffic.craft % len(SPECS), list(traffic.sees[asker]))
    heard &= (traffic.at_s >= first - within.seconds) & (traffic.at_s < last + within.seconds)
    for i in mine:
        close = np.abs(traffic.at_s - traffic.at_s[i]) <= within.seconds
        near |= close & (distance_m(towards, towards[i]) <= within.distance_m)
    stays = traffic.stays(near & heard & (traffic.craft != own))
    told = {int(one.identifier[-4:]): (one.n_stays, one.n) for one in found.rows}
    assert told == {craft: (len(many), sum(n for *_, n in many)) for craft, many in stays.items()}


def test_too_many_beside_a_craft_are_refused(traffic, monkeypatch) -> None:
    everything = max(range(15), key=lambda one: len(traffic.sees[one]))
    own = min(traffic.sees[everything])
    monkeypatch.setattr(craft_way, "MOST_IN_AREA", 1)

    with pytest.raises(TooManyRows):
        traffic.repository.companions(
            traffic.askers[everything], Query(Layer.TRACKS, WEEK), traffic.numbers[f"79900{own:04d}"],
            Nearness(20_000.0, 180.0),
        )  # fmt: skip


# ------------------------------------------------------------ the way of a craft
@WORLDLY
@given(asker=ASKERS, own=st.integers(0, N_CRAFT - 1), period=PERIODS)
def test_the_way_of_a_craft_is_all_that_the_reader_may_see_of_it(traffic, asker, own, period) -> None:
    asked = traffic.askers[asker], Query(Layer.TRACKS, period), traffic.numbers[f"79900{own:04d}"]
    if own % len(SPECS) not in traffic.sees[asker]:
        with pytest.raises(BadQuestion, match="no such craft"):
            traffic.repository.track(*asked)
        return
    way = traffic.repository.track(*asked)
    line = way.line

    assert (way.called, way.kind) == (f"Ship {own}", "vessel")
    mine = traffic.own(asker, period) & (traffic.craft == own)
    assert line.at_s.tolist() == sorted(traffic.at_s[mine].tolist())
    assert line.total == int(mine.sum())
    assert np.abs(np.diff(line.x)).max(initial=0) < 2e6


def test_of_a_long_way_the_newest_part_is_shown_and_the_whole_is_counted(traffic, monkeypatch) -> None:
    everything = max(range(15), key=lambda one: len(traffic.sees[one]))
    own = min(traffic.sees[everything])
    monkeypatch.setattr(marked_way, "MOST_FIXES", 10)

    line = traffic.repository.track(
        traffic.askers[everything], Query(Layer.TRACKS, WEEK), traffic.numbers[f"79900{own:04d}"]
    ).line

    mine = traffic.own(everything, WEEK) & (traffic.craft == own)
    assert line.at_s.tolist() == sorted(traffic.at_s[mine].tolist())[-10:]
    assert line.total == int(mine.sum()) > 10


# ------------------------------------------------------------ audit
def test_each_question_is_audited_with_what_was_asked(traffic, store) -> None:
    asker, query = traffic.askers[0], Query(Layer.TRACKS, WEEK)
    traffic.repository.tracks_hovered(asker, query, Disc(1.0, 2.0, 300.0))
    traffic.repository.tracks_under(asker, query, Disc(1.0, 2.0, 300.0))
    traffic.repository.passages(asker, query, Area(BBox(1, 2, 3, 4)))
    own = traffic.numbers[f"79900{min(traffic.sees[0]):04d}"]
    traffic.repository.track(asker, query, own)
    traffic.repository.companions(asker, query, 1, Nearness())

    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        rows = owner.execute(
            "SELECT action, question - ARRAY['layer', 'since', 'until', 'fact', 'measured'] FROM sealed.audit "
            "WHERE question ->> 'layer' = 'tracks' ORDER BY id"
        ).fetchall()
    assert rows == [
        ("hover", {"at": "1.0000,2.0000,300"}),
        ("record", {"at": "1.0000,2.0000,300"}),
        ("record", {"area": "box:1,2,3,4"}),
        ("record", {"track": own}),
        ("record", {"beside": 1, "within": "1000 m, 10 min"}),
    ]


def test_a_moment_that_is_still_to_come_is_refused(traffic) -> None:
    later = Query(Layer.TRACKS, WEEK, known_at=datetime.now(UTC) + timedelta(days=1))

    with pytest.raises(BadQuestion, match="still to come"):
        traffic.repository.tracks_under(traffic.askers[0], later, Disc(1.0, 2.0, 300.0))
