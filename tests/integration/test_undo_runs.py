"""A store with a run that was taken back is a store that never had it, and knows what it once held for true."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.data.address import Role
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.undo import undo_run
from watchfloor.geo.errors import BadQuestion

from .current_contents import current
from .run_world import (
    MADE,
    MORE,
    NOON,
    OTHER,
    all_of,
    batch,
    copied_run_store,
    crafts,
    entities,
    load,
    one,
    places,
    reported,
)

VALUES = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3)
FILE = st.fixed_dictionaries(dict.fromkeys(MADE, VALUES))
RUN = st.tuples(st.booleans(), st.lists(FILE, min_size=1, max_size=2))


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(RUN, min_size=2, max_size=4), data=st.data())
def test_runs_and_undos_in_any_order_leave_what_the_standing_runs_alone_would_have_made(
    cluster, template, tmp_path, runs, data: st.DataObject
) -> None:
    gone: list[int] = []
    with copied_run_store(cluster, template) as store, copied_run_store(cluster, template) as wanted:
        numbers = []
        for number, said in enumerate(runs):
            numbers.append(run(store, tmp_path, number, said))
            standing = [one for one in range(number + 1) if one not in gone]
            chosen = data.draw(st.none() | st.sampled_from(standing) if standing else st.none())
            if chosen is not None:
                undo_run(store, numbers[chosen], by="tests")
                gone.append(chosen)
        for number, said in enumerate(runs):
            if number not in gone:
                run(wanted, tmp_path, number, said)
        assert current(store) == current(wanted)


def run(store, folder: Path, number: int, said) -> int:
    is_other, files = said
    return load(store, folder, f"run{number}", *map(batch, files), form=OTHER if is_other else MORE)


def test_a_version_that_was_superseded_holds_again_and_history_keeps_all_three(store, tmp_path) -> None:
    load(store, tmp_path, "a", batch({"events": {"a": 0}}))
    second = load(store, tmp_path, "b", batch({"events": {"a": 1}}))
    undone = undo_run(store, second, by="ana", reason="wrong file")

    assert (undone.closed, undone.restored) == (1, 1)
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        history = connection.execute(
            "SELECT title, recorded_to <= lead(recorded_from) OVER (ORDER BY recorded_from) FROM watchfloor.event "
            "ORDER BY recorded_from"
        ).fetchall()
    assert history == [("a 0", True), ("a 1", True), ("a 0", None)]


def test_an_undo_is_a_run_of_its_own_that_says_who_and_why(store, tmp_path) -> None:
    first = load(store, tmp_path, "a", batch({"events": {"a": 0}}))
    undone = undo_run(store, first, by="ana", reason="wrong file")

    found = one(store, f"SELECT format, started_by, status, options FROM watchfloor.run WHERE id = {undone.by}")
    assert found == ("undo", "ana", "published", {"run": first, "reason": "wrong file"})
    assert one(store, f"SELECT status, undone_by FROM watchfloor.run WHERE id = {first}") == ("undone", undone.by)


def test_a_run_is_taken_back_once(store, tmp_path) -> None:
    first = load(store, tmp_path, "a", batch({"events": {"a": 0}}))
    undone = undo_run(store, first, by="ana")

    again = undo_run(store, first, by="ana")
    assert (again.is_new, again.by) == (False, undone.by)
    assert "already" in again.lines()[0]


def test_what_was_taken_back_can_be_loaded_again(store, tmp_path) -> None:
    first = load(store, tmp_path, "a", batch({"events": {"a": 0}, "places": {"a": 1}, "fixes": {"a": 2}}))
    before = current(store)
    undo_run(store, first, by="ana")
    load(store, tmp_path, "a", batch({"events": {"a": 0}, "places": {"a": 1}, "fixes": {"a": 2}}))
    assert current(store) == before


def test_a_run_that_others_stand_on_is_not_taken_back(store, tmp_path) -> None:
    first = load(store, tmp_path, "a", batch({"places": {"a": 1}}))
    values = reported({"a": 1}).with_columns(place_kind=pl.lit("harbour"), place_code=pl.lit("a"))
    second = load(store, tmp_path, "b", Batch(1, {"reported": values}))
    with pytest.raises(BadQuestion, match=f"run {second} reports values of places that this run brought"):
        undo_run(store, first, by="ana")
    assert one(store, f"SELECT status FROM watchfloor.run WHERE id = {first}") == ("published",)
    assert one(store, "SELECT count(*) FROM watchfloor.place WHERE kind = 'harbour'") == (1,)


def test_a_place_with_closed_values_is_withdrawn_and_comes_back_anew(store, tmp_path) -> None:
    values = reported({"a": 1}).with_columns(place_kind=pl.lit("harbour"), place_code=pl.lit("a"))
    both = Batch(2, {"places": places({"a": 1}), "reported": values})
    first = load(store, tmp_path, "a", both)
    before = current(store)
    undo_run(store, first, by="ana")
    assert one(store, "SELECT count(*) FROM watchfloor.place WHERE kind = 'harbour'") == (0,)
    load(store, tmp_path, "a", both)
    assert current(store) == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("status = 'failed'", "published nothing"),
        ("is_kept = false", "before the store kept"),
        ("format = 'gazetteer'", "own gazetteer"),
        ("format = 'undo'", "is an undo itself"),
    ],
)
def test_what_cannot_be_taken_back_is_refused_with_the_reason(store, tmp_path, change: str, said: str) -> None:
    first = load(store, tmp_path, "a", batch({"events": {"a": 0}}))
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        connection.execute(f"UPDATE watchfloor.run SET {change} WHERE id = {first}".encode())
    with pytest.raises(BadQuestion, match=said):
        undo_run(store, first, by="ana")


def test_a_run_that_is_not_there_cannot_be_taken_back(store) -> None:
    with pytest.raises(BadQuestion, match="there is no run 4711"):
        undo_run(store, 4711, by="ana")


def test_servers_are_told_of_what_an_undo_changes(store, tmp_path) -> None:
    first = load(store, tmp_path, "a", batch({"events": {"a": 0}, "reported": {"a": 0}, "fixes": {"a": 1}}))
    undone = undo_run(store, first, by="ana")
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        told = connection.execute(
            "SELECT DISTINCT layer FROM watchfloor.data_version WHERE version = %s", [undone.by]
        ).fetchall()
    assert {layer for (layer,) in told} >= {"seizures", "reported", "tracks"}


def positions(*values: tuple[int, float]) -> Batch:
    """Positions of one craft: hour and longitude."""
    rows = [
        {"craft_kind": "vessel", "identifier": "a", "at": NOON + timedelta(hours=h), "lon": lon, "lat": 55.0}
        for h, lon in values
    ]
    return Batch(len(rows), {"fixes": pl.DataFrame(rows), "crafts": crafts({"a": 1})})


def test_positions_that_stood_in_the_way_give_way_to_those_that_later_runs_gave(store, tmp_path) -> None:
    first = load(store, tmp_path, "a", positions((0, 5.0), (1, 6.0), (2, 7.0)))
    second = load(store, tmp_path, "b", positions((0, 25.0), (1, 6.0)))
    load(store, tmp_path, "c", positions((0, 25.0)))
    load(store, tmp_path, "d", positions((0, 5.0)))
    undone = undo_run(store, first, by="ana")
    held = "SELECT extract(hour FROM at)::int - 12, lon, {} FROM watchfloor.fix ORDER BY at"

    assert (undone.positions, undone.exchanged) == (1, 1)
    assert all_of(store, held.format("run_id")) == [(0, 25.0, second), (1, 6.0, second)]
    undo_run(store, second, by="ana")
    assert all_of(store, held.format("1")) == [(0, 25.0, 1)]
    undo_run(store, second + 1, by="ana")
    assert all_of(store, held.format("run_id")) == [(0, 5.0, second + 2)]


def test_what_a_run_withdrew_holds_again_and_what_it_stood_in_the_way_of_stays_withdrawn(store, tmp_path) -> None:
    first = load(store, tmp_path, "a", batch({"events": {"a": 0}}))
    second = load(store, tmp_path, "b", batch({"withdrawals": {"a": 0}}))
    assert one(store, "SELECT count(*) FROM watchfloor.event WHERE recorded_to = 'infinity'") == (0,)
    third = load(store, tmp_path, "c", batch({"withdrawals": {"a": 0}}))
    undo_run(store, second, by="ana")
    assert one(store, "SELECT count(*) FROM watchfloor.event WHERE recorded_to = 'infinity'") == (0,)
    undo_run(store, third, by="ana")
    assert one(store, "SELECT run_id FROM watchfloor.event WHERE recorded_to = 'infinity'") == (first,)


def test_a_release_that_leaves_out_what_belonged_to_a_record_ends_it(store, tmp_path) -> None:
    load(store, tmp_path, "a", batch({"entities": {"a": 0}}))
    load(store, tmp_path, "b", Batch(1, {"entities": entities({"a": 1})}))
    assert one(store, "SELECT count(*) FROM watchfloor.identifier WHERE recorded_to = 'infinity'") == (0,)
