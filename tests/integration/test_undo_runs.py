"""A store with a run that was taken back is a store that never had it, and knows what it once held for true."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import polars as pl
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.ingest.undo import undo_run
from watchfloor.data.registry import PUBLIC, ensure_agency
from watchfloor.geo.errors import BadQuestion

MORE = Format("more", "Tests", SourceInfo("tests", "Tests", "Tests", "none"), True, lambda *_: iter(()))
OTHER = replace(MORE, source=SourceInfo("others", "Others", "Tests", "none"))
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
_numbers = count()

# what is current, without numbers and moments that the store gives out as it goes
CURRENT = {
    "event": "SELECT id, content, title, starts, cell, label_id, %s(run_id) FROM watchfloor.event",
    "seizure_item": "SELECT event_id, substance_id, amount, unit, %s(run_id) FROM watchfloor.seizure_item",
    "entity": "SELECT id, content, name, %s(run_id) FROM watchfloor.entity",
    "identifier": "SELECT entity_id, scheme, value, identity, %s(run_id) FROM watchfloor.identifier",
    "link": "SELECT id, content, from_id, to_id, kind, %s(run_id) FROM watchfloor.link",
    "overdose": "SELECT id, content, day, cell, %s(run_id) FROM watchfloor.overdose",
    "case_file": "SELECT id, content, number, status, agency_id, %s(run_id) FROM watchfloor.case_file",
    "case_record": "SELECT case_id, record_id, role, %s(run_id) FROM watchfloor.case_record",
    "case_member": "SELECT case_id, principal, role, %s(run_id) FROM watchfloor.case_member",
    "operation": "SELECT id, content, title, case_id, cell, %s(run_id) FROM watchfloor.operation",
    "deconfliction": "SELECT id, content, subject_id, status, overlap, %s(run_id) FROM watchfloor.deconfliction",
    "reported": (
        "SELECT p.kind, p.code, v.starts, v.ends, v.value, v.amount, %s(v.run_id) FROM (SELECT * FROM "
        "watchfloor.reported WHERE recorded_to = 'infinity') AS v JOIN watchfloor.series AS s ON s.id = v.series_id "
        "LEFT JOIN watchfloor.place AS p ON p.id = s.place_id"
    ),
}
TIMELESS = {
    "place": (
        "SELECT kind, code, name, country, lon, lat, uncertainty_m, cell, cell_key, attributes::text, ST_AsText(geom), "
        "%s(run_id) FROM watchfloor.place WHERE kind = 'harbour'"
    ),
    "craft": "SELECT kind, identifier, name, category, attributes::text, %s(run_id) FROM watchfloor.craft",
    "fix": (
        "SELECT c.identifier, f.at, f.lon, f.lat, f.speed_kn, %s(f.run_id) FROM watchfloor.fix AS f "
        "JOIN watchfloor.craft AS c ON c.id = f.craft_id"
    ),
    "craft_identity": (
        "SELECT c.identifier, i.aspect, i.value, i.heard_from, i.heard_to, i.identity, %s(i.run_id) "
        "FROM watchfloor.craft_identity AS i JOIN watchfloor.craft AS c ON c.id = i.craft_id"
    ),
    "track day": "SELECT label_id, day, n_fixes FROM watchfloor.track_day WHERE n_fixes <> 0",
    "roll-up": (
        "SELECT kind, level, substance_id, year, region, label_id, entries, total FROM watchfloor.event_rollup"
    ),
    "route": "SELECT from_place_id, to_place_id, month, n_tracks, n_seizures, kilograms FROM watchfloor.route",
}
# which of the runs of a sequence a run is, whatever its number here: a name of the run's own stands in its file
NAMED = "(SELECT rf.name FROM watchfloor.run_file AS rf WHERE rf.run_id = {0} AND rf.ordinal = 0)"


def current(store) -> dict[str, list[tuple]]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return {name: sorted(rows(connection, name, question), key=repr) for name, question in questions()}


def questions() -> Iterator[tuple[str, str]]:
    for name, question in CURRENT.items():
        yield name, question if name == "reported" else f"{question} WHERE recorded_to = 'infinity'"
    yield from TIMELESS.items()


def rows(connection, name: str, question: str) -> list[tuple]:
    for column in ("v.run_id", "f.run_id", "i.run_id", "run_id"):
        if f"%s({column})" in question:
            of = f"watchfloor.{name}"
            return connection.execute(
                question.replace(f"%s({column})", NAMED.format(column if "." in column else f"{of}.run_id")).encode()
            ).fetchall()
    return connection.execute(question.encode()).fetchall()


@contextmanager
def copied(cluster: ClusterAddress, template: str) -> Iterator[ClusterAddress]:
    name = sql.Identifier(f"undone_{next(_numbers)}")
    with psycopg.connect(replace(cluster, database="postgres").conninfo(Role.OWNER), autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(template)))
        owner.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO watchfloor_intake").format(name))
        address = replace(cluster, database=name.as_string().strip('"'))
        with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
            ensure_agency(connection, "A", "Agency A", "+1-202-555-0100")
        try:
            yield address
        finally:
            owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def load(store, folder: Path, name: str, *batches: Batch, form: Format = MORE) -> int:
    files = {f"{name}-{number}": batch for number, batch in enumerate(batches)}
    for file in files:
        (folder / file).write_text(file)
    form = replace(form, read=lambda opened, _options: iter([files[opened.name]]))
    return ingest(store, Order(form, PUBLIC, "tests"), [folder / file for file in files]).run


def batch(said: dict[str, dict[str, int]]) -> Batch:
    """What a file says: values by key, for each kind of record; a value stands for one content."""
    frames = {kind: frame for kind, values in said.items() if values for frame in [MADE[kind](values)]}
    if "events" in frames:
        frames["seizure_items"] = items(said["events"])
    if "fixes" in frames:
        frames["crafts"] = crafts(said["fixes"])
    if "entities" in frames:
        frames["identifiers"] = identifiers(said["entities"])
    if "cases" in frames:
        frames |= case_parts(said["cases"])
    return Batch(sum(frames[kind].height for kind in MADE if kind in frames), frames)


def events(values: dict[str, int]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "key": key,
                "kind": "seizure",
                "title": f"{key} {value}",
                "starts": NOON + timedelta(days=200 * value),
                "time_precision": 2,
                "lon": -117.0 + 10 * value,
                "lat": 32.5,
                "uncertainty_m": 20.0,
                "place_precision": 0,
            }
            for key, value in values.items()
        ]
    )


def items(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"event_key": key, "substance_id": 1 + value % 2, "amount": value + 1.5, "unit": "kg", "original": str(value)}
        for key, value in values.items()
    ]
    return pl.DataFrame(rows)


def reported(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {
            "measure": "trucks",
            "place_kind": None,
            "place_code": None,
            "dimensions": f'{{"key": "{key}"}}',
            "starts": date(2023, 1, 1),
            "ends": date(2023, 2, 1),
            "value": value + 1.0,
        }
        for key, value in values.items()
    ]
    return pl.DataFrame(rows, schema_overrides={"place_kind": pl.String, "place_code": pl.String})


def places(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {
            "kind": "harbour",
            "code": key,
            "name": f"{key} {value}",
            "country": "XX" if value else None,
            "lon": 10.0 + value,
            "lat": 50.0,
            "uncertainty_m": 1000.0 / (value + 1),
            "attributes": f'{{"told{value}": {value}}}',
        }
        for key, value in values.items()
    ]
    return pl.DataFrame(rows, schema_overrides={"country": pl.String})


def fixes(values: dict[str, int]) -> pl.DataFrame:
    # the first position of a craft contradicts that of another value; the first that is given holds
    rows = [
        {
            "craft_kind": "vessel",
            "identifier": key,
            "at": NOON + timedelta(hours=h),
            "lon": 5.0 + h + (value * 20 if h == 0 else 0),
            "lat": 55.0,
        }
        for key, value in values.items()
        for h in range(value + 1)
    ]
    return pl.DataFrame(rows)


def crafts(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"kind": "vessel", "identifier": key, "name": f"{key} {value}" if value else None, "category": "cargo"}
        for key, value in values.items()
    ]
    return pl.DataFrame(rows, schema_overrides={"name": pl.String})


def entities(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"key": key, "pole": "person", "kind": "person", "name": f"{key} {value}", "lon": None, "lat": None,
         "uncertainty_m": None, "place_precision": 5}
        for key, value in values.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(("lon", "lat", "uncertainty_m"), pl.Float64))


def overdoses(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"key": key, "day": date(2023, 1, 1 + value), "time_precision": 2, "is_fatal": True, "lon": -72.0 - value,
         "lat": 41.5, "uncertainty_m": 8_000.0, "place_precision": 2, "substances": [1 + value]}
        for key, value in values.items()
    ]  # fmt: skip
    return pl.DataFrame(rows)


def links(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"key": key, "from_key": "a", "to_key": "b", "kind": f"kind{value}", "starts": None}
        for key, value in values.items()
    ]
    return pl.DataFrame(rows, schema_overrides={"starts": pl.Datetime("us", "UTC")})


def cases(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"key": key, "number": f"2024-{key}", "title": key, "agency": "A", "status": f"s{value}", "opened": NOON,
         "summary": ""}
        for key, value in values.items()
    ]  # fmt: skip
    return pl.DataFrame(rows)


def case_parts(values: dict[str, int]) -> dict[str, pl.DataFrame]:
    """A case without any record, or member, is one whose others were taken out."""
    held = [{"case_key": key, "record_key": "a", "role": f"r{value}"} for key, value in values.items() if value]
    members = [{"case_key": key, "principal": f"p{value}", "role": "lead"} for key, value in values.items()]
    parts = {"case_members": pl.DataFrame(members)}
    return parts | ({"case_records": pl.DataFrame(held)} if held else {})


def operations(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"key": key, "agency": "A", "kind": "search", "title": f"{key} {value}", "radius_m": 100.0, "starts": NOON,
         "ends": NOON + timedelta(hours=1), "case_key": "a", "lon": 5.0, "lat": 50.0 + value, "uncertainty_m": 20.0,
         "place_precision": 0}
        for key, value in values.items()
    ]  # fmt: skip
    return pl.DataFrame(rows)


def deconflictions(values: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"key": key, "subject": "entity", "subject_key": "a", "status": "possible", "other_agency": "A",
         "overlap": f"o{value}", "decided_at": NOON}
        for key, value in values.items()
    ]  # fmt: skip
    return pl.DataFrame(rows)


def withdrawals(values: dict[str, int]) -> pl.DataFrame:
    """What is withdrawn under a key: an event, an entity or an overdose."""
    frames = ("events", "entities", "overdoses")
    return pl.DataFrame([{"frame": frames[value], "key": key, "line": 1} for key, value in values.items()])


def identifiers(values: dict[str, int]) -> pl.DataFrame:
    return pl.DataFrame(
        [{"entity_key": key, "scheme": "phone", "value": f"+1520555014{value}"} for key, value in values.items()]
    )


MADE = {
    "events": events,
    "reported": reported,
    "places": places,
    "fixes": fixes,
    "entities": entities,
    "overdoses": overdoses,
    "links": links,
    "cases": cases,
    "operations": operations,
    "deconflictions": deconflictions,
    "withdrawals": withdrawals,
}
VALUES = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3)
FILE = st.fixed_dictionaries(dict.fromkeys(MADE, VALUES))
RUN = st.tuples(st.booleans(), st.lists(FILE, min_size=1, max_size=2))


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(RUN, min_size=2, max_size=4), data=st.data())
def test_runs_and_undos_in_any_order_leave_what_the_standing_runs_alone_would_have_made(
    cluster, template, tmp_path, runs, data: st.DataObject
) -> None:
    gone: list[int] = []
    with copied(cluster, template) as store, copied(cluster, template) as wanted:
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


def one(store, question: str) -> tuple | None:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question.encode()).fetchone()


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


def all_of(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question.encode()).fetchall()


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
