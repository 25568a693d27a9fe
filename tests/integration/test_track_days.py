"""Positions are counted per label and day by whatever changes them, and each change makes a new version of the day."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import polars as pl
import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.ingest.undo import undo_run
from watchfloor.data.registry import PUBLIC, LabelSpec, ensure_agency, intern_label
from watchfloor.geo.scope import Tlp

from ..copied_store import copied

FORM = Format(
    "made", "Made", SourceInfo("made", "Made", "", ""), True, lambda *_: iter(()), frozenset({"crafts", "fixes"})
)
FIRST = datetime(2024, 2, 28, 22, tzinfo=UTC)
COUNTED = "SELECT label_id, day, n_fixes FROM watchfloor.track_day WHERE n_fixes <> 0 ORDER BY 1, 2"
THERE = "SELECT label_id, (at AT TIME ZONE 'UTC')::date, count(*) FROM watchfloor.fix GROUP BY 1, 2 ORDER BY 1, 2"
_numbers = count()

# hours after FIRST by craft, each with the place that is given: the same hour with another place contradicts
HOURS = st.dictionaries(st.integers(0, 60), st.integers(0, 1), min_size=1, max_size=5)
RUN = st.tuples(
    st.dictionaries(st.sampled_from("ab"), HOURS, min_size=1), st.booleans(), st.sampled_from(["cargo", "tanker"])
)


def batch(ways: dict[str, dict[int, int]], category: str = "cargo") -> Batch:
    crafts = pl.DataFrame({"kind": "vessel", "identifier": list(ways), "category": category})
    rows = [
        {"craft_kind": "vessel", "identifier": name, "at": FIRST + timedelta(hours=h), "lon": 5.0 + place, "lat": 55.0}
        for name, way in ways.items()
        for h, place in way.items()
    ]
    return Batch(len(rows), {"crafts": crafts, "fixes": pl.DataFrame(rows)} if rows else {"crafts": crafts})


def load(store: ClusterAddress, *batches: Batch, label: LabelSpec = PUBLIC) -> int:
    return ingest_batches(store, Order(FORM, label, "tests"), "made", iter(batches)).run


def rows(store: ClusterAddress, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        return owner.execute(question.encode()).fetchall()


def versions(store: ClusterAddress) -> dict[date, int]:
    return dict(rows(store, "SELECT day, version FROM watchfloor.track_day"))


def moved(store: ClusterAddress, before: dict[date, int]) -> set[date]:
    now = versions(store)
    assert all(now[day] >= version for day, version in before.items())
    return {day for day, version in now.items() if version != before.get(day)}


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(RUN, min_size=2, max_size=4), data=st.data())
def test_after_any_loads_and_undos_each_day_of_a_label_has_as_many_as_are_there(
    cluster, template, runs, data: st.DataObject
) -> None:
    with copied(cluster, template) as store:
        with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
            ensure_agency(owner, "A", "Agency A")
            intern_label(owner, LabelSpec("A", Tlp.GREEN))
        standing: list[int] = []
        for ways, is_other, category in runs:
            label = LabelSpec("A", Tlp.GREEN) if is_other else PUBLIC
            standing.append(load(store, batch(ways, category), label=label))
            assert rows(store, COUNTED) == rows(store, THERE)
            chosen = data.draw(st.none() | st.sampled_from(standing))
            if chosen is not None:
                undo_run(store, chosen, by="tests")
                standing.remove(chosen)
                assert rows(store, COUNTED) == rows(store, THERE)


def test_a_day_ends_at_midnight_utc(store) -> None:
    load(store, batch({"a": {1: 0, 2: 0, 26: 0}}))

    assert rows(store, "SELECT day, n_fixes FROM watchfloor.track_day ORDER BY day") == [
        (date(2024, 2, 28), 1), (date(2024, 2, 29), 1), (date(2024, 3, 1), 1)
    ]  # fmt: skip


def test_only_the_days_that_a_run_changed_are_of_a_new_version(store) -> None:
    load(store, batch({"a": {0: 0, 24: 0}}))
    before = versions(store)
    load(store, batch({"a": {0: 0, 25: 0}}))

    assert moved(store, before) == {date(2024, 2, 29)}


def test_the_same_file_again_makes_no_new_version(store) -> None:
    load(store, batch({"a": {0: 0, 24: 0}}))
    before = versions(store)
    load(store, batch({"a": {0: 0, 24: 0}}))

    assert moved(store, before) == set()


def test_an_undo_makes_a_new_version_and_a_day_without_positions_stays(store) -> None:
    load(store, batch({"a": {0: 0}}))
    second = load(store, batch({"a": {24: 0}}))
    before = versions(store)
    undo_run(store, second, by="tests")

    assert moved(store, before) == {date(2024, 2, 29)}
    assert rows(store, "SELECT n_fixes FROM watchfloor.track_day ORDER BY day") == [(1,), (0,)]


def test_an_undo_by_which_another_place_holds_makes_a_new_version(store) -> None:
    first = load(store, batch({"a": {0: 0}}))
    load(store, batch({"a": {0: 1}}))
    before = versions(store)
    undo_run(store, first, by="tests")

    assert rows(store, "SELECT lon FROM watchfloor.fix") == [(6.0,)]
    assert moved(store, before) == {date(2024, 2, 28)}


def test_another_category_makes_a_new_version_of_all_days_of_that_craft_alone(store) -> None:
    load(store, batch({"a": {0: 0, 24: 0}, "b": {50: 0}}))
    before = versions(store)
    second = load(store, batch({"a": {}}, "tanker"))

    days = {date(2024, 2, 28), date(2024, 2, 29)}
    assert moved(store, before) == days
    before = versions(store)
    undo_run(store, second, by="tests")
    assert moved(store, before) == days


def test_what_a_run_told_of_a_craft_without_another_category_leaves_versions(store) -> None:
    load(store, batch({"a": {0: 0}}))
    before = versions(store)
    second = load(store, batch({"a": {}}, "other"))
    undo_run(store, second, by="tests")

    assert moved(store, before) == set()


def test_a_correction_by_hand_is_counted(store) -> None:
    load(store, batch({"a": {0: 0, 1: 0, 24: 0}}))
    before = versions(store)
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        owner.execute("DELETE FROM watchfloor.fix WHERE at = %s", [FIRST])

    assert moved(store, before) == {date(2024, 2, 28)}
    assert rows(store, COUNTED) == rows(store, THERE)


def test_another_run_on_the_same_positions_is_no_change_of_them(store) -> None:
    load(store, batch({"a": {0: 0}}))
    second = load(store, batch({"a": {24: 0}}))
    before = versions(store)
    with psycopg.connect(store.conninfo(Role.INTAKE)) as intake:
        intake.execute("UPDATE watchfloor.fix SET run_id = %s", [second])

    assert moved(store, before) == set()
