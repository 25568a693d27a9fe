"""Events are found of what is stored, and go with their positions; one of two craft is for who sees both labels."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.ingest.undo import undo_run
from watchfloor.data.registry import PUBLIC, Account, LabelSpec, ensure_agency, ensure_principal
from watchfloor.data.repository import Asker, Repository
from watchfloor.data.track_event_finding import (
    Found,
    _worked_out,
    _written,
    chunks,
    find_events,
    ports_of_gazetteer,
    stale_days,
)
from watchfloor.geo.bbox import BBox
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import PrincipalKind, Tlp

FORM = Format(
    "made", "Made", SourceInfo("made", "Made", "", ""), True, lambda *_: iter(()), frozenset({"crafts", "fixes"})
)
FIRST = datetime(2024, 3, 1, tzinfo=UTC)
MARCH = Query(Layer.TRACKS, Period(date(2024, 3, 1), date(2024, 4, 1)))
A, B = (LabelSpec(owner, Tlp.AMBER_STRICT) for owner in "AB")


def way(name: str, hours: np.ndarray, *, lat: float = 0.0, lon: float | np.ndarray = -140.0) -> Batch:
    """A craft far out at sea, that lies still if `lon` is one number."""
    at = [FIRST + timedelta(hours=float(h)) for h in hours]
    place = {"lon": np.broadcast_to(lon, len(hours)), "lat": np.full(len(hours), lat)}
    fixes = pl.DataFrame({"craft_kind": "vessel", "identifier": name, "at": at, **place})
    return Batch(
        len(hours),
        {"crafts": pl.DataFrame({"kind": "vessel", "identifier": [name], "category": ["other"]}), "fixes": fixes},
    )


def sailing(hours: np.ndarray, lon: float = -140.0) -> np.ndarray:
    return lon + hours * 10 / 60


HOURS = np.concatenate([np.arange(0, 12, 0.25), np.arange(30, 40, 0.25)])
SIDE_BY_SIDE = np.arange(0, 6, 0.25)


def load(store, *batches: Batch, label: LabelSpec = PUBLIC) -> int:
    return ingest_batches(store, Order(FORM, label, "tests"), "made", iter(batches)).run


def find(store) -> Found:
    return find_events(store, lambda _: None)


@pytest.fixture
def agencies(store) -> None:
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        for name in "AB":
            ensure_agency(owner, name, name)


@contextmanager
def asking(store, agency: str | None) -> Iterator[tuple[Repository, Asker]]:
    name = f"reader of {agency}"
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        ensure_principal(owner, Account(name, PrincipalKind.PERSON, name, agency))
    with Repository(store) as repository:
        yield repository, Asker(Gate(store).issue(name, Terms()), uuid.uuid4())


def told(store, agency: str | None = None, kind: str = "", **asked) -> list[str]:
    with asking(store, agency) as (repository, asker):
        found = repository.track_events(asker, MARCH, **asked)
    return sorted(event.kind for event in found if kind in event.kind)


def test_a_gap_is_found_with_its_evidence_and_of_which_version(store) -> None:
    load(store, way("1", HOURS, lon=sailing(HOURS)))

    found = find(store)

    with asking(store, None) as (repository, asker):
        (gap,) = repository.track_events(asker, MARCH, kinds=["gap"])
        of_craft = repository.craft_events(asker, MARCH, gap.craft)
    assert (gap.starts, gap.ends) == (FIRST + timedelta(hours=11.75), FIRST + timedelta(hours=30))
    assert gap.evidence["hours"] == 18.25
    assert gap.evidence["implied_kn"] == pytest.approx(10.0, rel=0.01)
    assert [event.preset for event in of_craft if event.kind == "gap"] == ["gfw", "near-shore"]
    assert found.events == len(of_craft)
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        versions = owner.execute(
            "SELECT (SELECT max(version) FROM watchfloor.track_event) = (SELECT max(version) FROM watchfloor.track_day)"
        ).fetchone()
    assert versions == (True,)


def test_pages_of_who_may_see_what_was_found_hear_of_it_and_no_others(store, agencies) -> None:
    load(store, way("1", HOURS, lon=sailing(HOURS)), label=A)
    with asking(store, "A") as (repository, reader), asking(store, "B") as (others, stranger):
        before, of_stranger = repository.versions(reader), others.versions(stranger)

        find(store)

        deadline = datetime.now(UTC) + timedelta(seconds=30)
        while repository.versions(reader) == before:
            assert datetime.now(UTC) < deadline, "nobody heard that events were found"
        assert others.versions(stranger) == of_stranger
        after = repository.versions(reader)
        assert {key for key in after.latest if after.latest[key] != before.latest.get(key)} == {("events", -1, 0)}


def test_what_has_not_changed_is_not_found_again_and_nothing_twice(store) -> None:
    load(store, way("1", HOURS, lon=sailing(HOURS)))
    first = find(store)
    assert find(store) == Found(0, 0)

    load(store, way("2", HOURS + 24 * 20, lat=5.0, lon=sailing(HOURS)))

    assert 0 < find(store).days < first.days + 15
    assert told(store, kind="gap") == ["gap", "gap"]


def test_late_positions_that_fill_a_gap_end_it(store) -> None:
    load(store, way("1", HOURS, lon=sailing(HOURS)))
    find(store)
    between = np.arange(12, 30, 0.25)
    load(store, way("1", between, lon=sailing(between)))

    find(store)

    assert told(store, kind="gap") == []


def test_events_go_at_once_with_positions_that_are_taken_back(store) -> None:
    kept = load(store, way("2", HOURS + 24 * 20, lat=5.0, lon=sailing(HOURS)))
    gone = load(store, way("1", HOURS, lon=sailing(HOURS)))
    find(store)
    assert told(store, kind="gap") == ["gap", "gap"]

    undo_run(store, gone, by="tests")

    assert kept < gone
    assert told(store, kind="gap") == ["gap"]
    find(store)
    assert told(store, kind="gap") == ["gap"]


def test_what_was_taken_back_while_events_were_worked_out_is_not_written(store) -> None:
    gone = load(store, way("1", HOURS, lon=sailing(HOURS)))
    with psycopg.connect(store.conninfo(Role.INTAKE), autocommit=True) as connection:
        (chunk,) = chunks(sorted({day for _, day, _ in stale_days(connection)}))
        worked = _worked_out(connection, chunk, *ports_of_gazetteer())

        undo_run(store, gone, by="tests")

        assert worked.rows
        assert not _written(connection, chunk, worked)
    assert told(store) == []


def meeting(store, one: LabelSpec, other: LabelSpec, numbers: tuple[str, str] = ("1", "2")) -> None:
    load(store, way(numbers[0], SIDE_BY_SIDE), label=one)
    load(store, way(numbers[1], SIDE_BY_SIDE + 0.05, lat=0.002), label=other)
    find(store)


@pytest.mark.usefixtures("agencies")
def test_an_encounter_under_two_labels_is_for_who_sees_both(store) -> None:
    meeting(store, A, PUBLIC)
    assert told(store, "A", "encounter") == ["encounter"]
    assert told(store, "B", "encounter") == []
    assert told(store, None, "encounter") == []


@pytest.mark.usefixtures("agencies")
def test_an_encounter_of_two_strangers_is_for_nobody(store) -> None:
    meeting(store, A, B)
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        owner.execute("ALTER TABLE watchfloor.track_event NO FORCE ROW LEVEL SECURITY")
        there = owner.execute("SELECT count(*) FROM watchfloor.track_event WHERE kind = 'encounter'").fetchone()
        owner.rollback()
    assert there == (2,)
    assert told(store, "A", "encounter") == told(store, "B", "encounter") == []
    assert told(store, "A", "stop") == ["stop"]


@pytest.mark.usefixtures("agencies")
def test_one_ship_heard_by_two_agencies_does_not_meet_itself(store) -> None:
    meeting(store, A, PUBLIC, ("7", "7"))
    assert told(store, "A", "encounter") == []


def test_a_box_and_a_preset_choose(store) -> None:
    load(store, way("1", HOURS, lon=sailing(HOURS)))
    find(store)
    with asking(store, None) as (repository, asker):
        for box, n in ((BBox(-139, -1, -137, 1), 1), (BBox(0, 0, 10, 10), 0)):
            query = Query(Layer.TRACKS, MARCH.period, bbox=box)
            assert len(repository.track_events(asker, query, preset="gfw", kinds=["gap"])) == n
        with pytest.raises(BadQuestion, match="there is no event 'party'"):
            repository.track_events(asker, MARCH, kinds=["party"])


def test_days_are_taken_a_week_at_a_time_and_never_over_a_hole() -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in (*range(9), 20)]
    assert [(c.first.day, c.last.day) for c in chunks(days)] == [(1, 7), (8, 9), (21, 21)]
