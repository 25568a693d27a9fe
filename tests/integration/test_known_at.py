"""As known at a moment: the store, with superseded versions, against snapshots kept outside of it."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.app.asking import ask
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.export.exports import read_order
from watchfloor.data.statements import statement_at
from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.comparison import period_before
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.export_order import ExportOrder
from watchfloor.geo.handing_on import Form
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Measured, Query
from watchfloor.geo.selection import Selection
from watchfloor.geo.spot import Spot, SpotKind

from ..copied_store import Original, original
from .oracle_world import QUERIES, Facts, Filled, World, entity_frames, filled, ingest

YEARS = Period(date(2021, 1, 1), date(2024, 1, 1))


@dataclass(frozen=True)
class History:
    """A world that was corrected twice, and what it held at each moment."""

    world: World
    moments: list[datetime]
    held: list[list[Facts]]

    def at(self, version: int) -> World:
        """The world as of one moment, for its oracle."""
        return replace(self.world, facts=self.held[version])


@dataclass(frozen=True)
class Past:
    """What a store was filled with, and what it held at each moment."""

    filled: Filled
    moments: list[datetime]
    held: list[list[Facts]]


def corrected(facts: Facts, seed: int) -> Facts:
    """The same records, of which about half say something else: place, day, substances; labels stay."""
    rng = np.random.default_rng(seed)
    drawn = Facts.drawn(seed, len(facts.key))
    changed = rng.random(len(facts.key)) < 0.5
    arrays = (
        np.where(changed, getattr(drawn, name), getattr(facts, name)) for name in ("lon", "lat", "uncertainty", "day")
    )
    items = [drawn.items[i] if new else facts.items[i] for i, new in enumerate(changed)]
    return Facts(facts.key, facts.spec, *arrays, items)


def now() -> datetime:
    """A moment between two publications."""
    time.sleep(0.002)
    return datetime.now(UTC)


def corrected_twice(store: ClusterAddress) -> Past:
    """Fill that store with the world, and correct it twice."""
    empty = now()
    loaded = filled(store)
    with loaded.opened(store) as world:
        first = world.facts[0]
        moments, held = [empty, now()], [[], [first]]
        second = corrected(first, 21)
        world.load(second)
        moments.append(now())
        held.append([second])
        later = Facts.drawn(31, 60)
        world.load(later)
        third = corrected(second, 41)
        world.load(third)
        moments.append(now())
        held.append([third, later])
    return Past(loaded, moments, held)


@pytest.fixture(scope="module")
def past(cluster, template) -> Iterator[Original[Past]]:
    with original(cluster, template, corrected_twice) as made:
        yield made


@pytest.fixture
def history(past: Original[Past]) -> Iterator[History]:
    told = past.told
    with past.copied() as store, told.filled.opened(store) as world:
        world.facts[:] = told.held[-1]
        yield History(world, told.moments, told.held)


def drawn(history: History, data: st.DataObject) -> tuple[int, int, Query]:
    asker = data.draw(st.integers(0, len(history.world.who) - 1))
    version = data.draw(st.integers(0, len(history.moments) - 1))
    return asker, version, replace(data.draw(QUERIES), known_at=history.moments[version])


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_cells_are_what_was_known_then_to_who_may_see_it_now(history: History, data: st.DataObject) -> None:
    asker, version, query = drawn(history, data)
    found = history.world.repository.seizure_cells(history.world.askers[asker], query)
    n, kilograms, unplaced = history.at(version).expected(asker, query)
    assert dict(zip(found.cells.tolist(), found.n.tolist(), strict=True)) == dict(n)
    assert found.n_unplaced == unplaced
    weights = dict(zip(found.cells.tolist(), found.kilograms.round().astype(int).tolist(), strict=True))
    assert weights == dict(kilograms)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_trend_places_and_records_behind_agree_with_the_cells_of_then(history: History, data: st.DataObject) -> None:
    asker, version, query = drawn(history, data)
    query = replace(query.everywhere(), period=YEARS)
    repository, who = history.world.repository, history.world.askers[asker]
    cells = repository.seizure_cells(who, query)
    n, kilograms, unplaced = history.at(version).expected(asker, query)
    total = sum(n.values()) + unplaced
    assert repository.seizure_trend(who, query).n.sum() == total
    places = repository.seizure_places(who, query)
    assert int(places.n.sum()) + places.n_unplaced == total
    assert round(float(places.kilograms.sum())) == sum(kilograms.values())
    for cell in cells.cells.tolist()[:3]:
        behind = repository.behind(who, query, Spot(SpotKind.CELL, f"{cell:x}"))
        assert behind.n == n[cell] == len(behind.records.rows)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_change_a_selection_and_a_file_tell_what_was_known_then(
    history: History, data: st.DataObject, tmp_path: Path
) -> None:
    asker, version, query = drawn(history, data)
    query = replace(query.everywhere(), resolution=min(query.resolution, 7))
    repository, who, then = history.world.repository, history.world.askers[asker], history.at(version)
    other = period_before(query.period)
    change = repository.change(who, query, other)
    for period, found, side in ((query.period, change.n_a, change.a), (other, change.n_b, change.b)):
        n, _, unplaced = then.expected(asker, replace(query, period=period))
        assert {cell: n for cell, n in zip(change.cells.tolist(), found.tolist(), strict=True) if n} == dict(n)
        assert side.n_unplaced == unplaced
    n, _, unplaced = then.expected(asker, query)
    everywhere = Selection.of(Area(BBox.world()))
    assert repository.evidence(who, query, everywhere).n == sum(n.values())
    order = ExportOrder(Form.CSV, query)
    if not (n or unplaced):
        with pytest.raises(BadQuestion, match="nothing"):
            read_order(repository, who, order, tmp_path / "spool", lambda _: None, is_exercise=True)
        return
    found = read_order(repository, who, order, tmp_path / "spool", lambda _: None, is_exercise=True).found
    assert sum(len(frame) for frame in found.frames()) == sum(n.values()) + unplaced
    found.spool.remove()


def test_the_latest_moment_answers_as_a_question_of_now(history: History) -> None:
    query = Query(Layer.SEIZURES, YEARS, resolution=4)
    for who in history.world.askers:
        of_now, of_then = (
            history.world.repository.seizure_cells(who, replace(query, known_at=at))
            for at in (None, history.moments[-1])
        )
        assert Counter(dict(zip(of_now.cells.tolist(), of_now.n.tolist(), strict=True))) == Counter(
            dict(zip(of_then.cells.tolist(), of_then.n.tolist(), strict=True))
        )


def test_rights_are_those_of_today(history: History) -> None:
    query = Query(Layer.SEIZURES, YEARS, known_at=history.moments[1])
    before = history.world.repository.seizure_cells(history.world.askers[2], query)
    history.world.hold(2, [])
    after = history.world.repository.seizure_cells(history.world.askers[2], query)
    n, _, _ = history.at(1).expected(2, query)
    assert after.n.sum() == sum(n.values()) < before.n.sum()


def test_a_name_is_found_and_shown_as_it_was(history: History) -> None:
    world, who = history.world, history.world.askers[0]
    named = entity_frames(world.numbers)["entities"]
    ingest(world.address, {"entities": named.with_columns(name=pl.col("name").str.replace("Falcon", "Heron"))})
    then = history.moments[-1]
    (old, *_) = world.repository.search(who, "falcon 0", known_at=then)
    assert not world.repository.search(who, "falcon 0")
    assert not world.repository.search(who, "falcon 0", known_at=history.moments[0])
    page = world.repository.entity(who, old.id, known_at=then)
    assert (page.name if page else "") == "Falcon 0"
    page = world.repository.entity(who, old.id)
    assert (page.name if page else "") == "Heron 0"
    assert world.repository.entity(who, old.id, known_at=history.moments[0]) is None


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_search_of_then_shows_nobody_what_their_rights_hide(history: History, data: st.DataObject) -> None:
    asker = data.draw(st.integers(0, len(history.world.who) - 1))
    found = history.world.repository.search(history.world.askers[asker], "otter", known_at=history.moments[1])
    assert {one.name for one in found} == history.world.named(asker, "otter")


def test_the_moment_stands_in_the_answer_and_in_the_audit(history: History) -> None:
    query = Query(Layer.SEIZURES, YEARS, known_at=history.moments[1])
    _, said = ask(history.world.repository, history.world.askers[0], query)
    assert said["as_known_at"] == f"{history.moments[1]:%Y-%m-%d %H:%M:%SZ}"
    with psycopg.connect(history.world.address.conninfo(Role.OWNER)) as owner:
        audited = owner.execute("SELECT question ->> 'known_at' FROM sealed.audit ORDER BY id DESC LIMIT 1").fetchone()
    assert audited == (history.moments[1].isoformat(),)


def test_a_moment_that_is_still_to_come_is_refused(history: History) -> None:
    who, repository = history.world.askers[0], history.world.repository
    query = Query(Layer.SEIZURES, YEARS, known_at=datetime.now(UTC) + timedelta(hours=1))
    for question in (
        lambda: repository.seizure_cells(who, query),
        lambda: repository.behind(who, query, Spot(SpotKind.CELL, "0")),
        lambda: repository.search(who, "falcon", known_at=query.known_at),
    ):
        with pytest.raises(BadQuestion, match="still to come"):
            question()


def test_every_layer_can_be_asked_of_an_earlier_moment(history: History) -> None:
    who, repository = history.world.askers[0], history.world.repository
    for layer in (Layer.OVERDOSES, Layer.PORTS, Layer.ROUTES, Layer.TRACKS, Layer.OPERATIONS):
        query = Query(layer, YEARS, known_at=history.moments[1])
        if layer is Layer.OPERATIONS:
            assert repository.operations(who, query) == ()
        else:
            assert ask(repository, who, query)[0] == []
    cases = Query(Layer.SEIZURES, YEARS, known_at=history.moments[1], measured=Measured.CASES)
    assert repository.seizure_cells(who, cases).n.sum() == 0


def test_the_index_of_ended_versions_serves_a_small_place(history: History) -> None:
    asked = {"kind": "seizure", "since": YEARS.since, "until": YEARS.until, "substances": [], "at_most": 5}
    asked |= {"first": 1, "last": 2, "known_at": history.moments[1]}
    with psycopg.connect(history.world.address.conninfo(Role.OWNER)) as owner:
        owner.execute("SET LOCAL enable_seqscan = off")
        plan = owner.execute(b"EXPLAIN (FORMAT JSON) " + statement_at("events_behind"), asked).fetchone()
    assert plan is not None
    names = set(json.dumps(plan[0]).split('"'))
    assert {"BitmapOr", "ix_event_key_ended"} <= names
