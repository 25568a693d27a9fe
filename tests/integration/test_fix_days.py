"""Positions lie in one table for each UTC day: filled at once when the day is new, reached through the whole alone."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import psycopg
import pytest
import sqlalchemy
from alembic import command
from psycopg import sql
from sqlalchemy.pool import NullPool

from watchfloor.data.address import Role
from watchfloor.data.door import Asked, Door
from watchfloor.data.foundation import lay_foundation
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.ingest import fix_days
from watchfloor.data.ingest.emptied_days import drop_emptied_days
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.moments import LOCK
from watchfloor.data.ingest.pipeline import Order, ingest, ingest_batches
from watchfloor.data.ingest.undo import undo_run
from watchfloor.data.migrating import alembic_config
from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.data.store import upgrade
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import BadFile
from watchfloor.geo.scope import Tlp

FORM = Format("made", "Made", SourceInfo("made", "Made", "", ""), True, lambda *_: iter(()), frozenset({"fixes"}))
BEFORE = "0020"
FIRST = datetime(2024, 5, 1, tzinfo=UTC)
PARTS = (
    "SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid "
    "WHERE i.inhparent = 'watchfloor.fix'::regclass ORDER BY 1"
)
HELD = "SELECT c.identifier, f.at, f.lon FROM watchfloor.fix AS f JOIN watchfloor.craft AS c ON c.id = f.craft_id"


def batch(*rows: tuple[str, int, float], line: int = 1) -> Batch:
    """Positions: name of the craft, minutes after FIRST, longitude."""
    names = sorted({name for name, _, _ in rows})
    fixes = [
        {"craft_kind": "vessel", "identifier": name, "at": FIRST + timedelta(minutes=m), "lon": lon, "lat": 55.0,
         "line": line + number}
        for number, (name, m, lon) in enumerate(rows)
    ]  # fmt: skip
    crafts = pl.DataFrame({"kind": "vessel", "identifier": names, "category": "cargo"})
    return Batch(len(rows), {"crafts": crafts, "fixes": pl.DataFrame(fixes)})


def load(store, *batches: Batch, label: LabelSpec = PUBLIC):
    return ingest_batches(store, Order(FORM, label, "tests"), "made", iter(batches))


def load_files(store, folder, **files: Batch):
    for name in files:
        (folder / name).write_text(name)
    form = replace(FORM, read=lambda opened, _options: iter([files[opened.name]]))
    return ingest(store, Order(form, PUBLIC, "tests"), [folder / name for name in files])


def rows(store, question: str, role: Role = Role.OWNER) -> list[tuple]:
    with psycopg.connect(store.conninfo(role)) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        return connection.execute(question.encode()).fetchall()


def test_each_day_has_a_table_with_the_indexes_of_the_whole(store) -> None:
    load(store, batch(("a", 0, 5.0), ("a", 1439, 6.0), ("a", 1440, 7.0)))

    assert rows(store, PARTS) == [("fix_20240501",), ("fix_20240502",)]
    assert rows(store, "SELECT count(*) FROM watchfloor.fix_20240501") == [(2,)]
    indexes = rows(
        store,
        "SELECT p.relname, a.amname, x.indisprimary FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indexrelid "
        "JOIN pg_am AS a ON a.oid = c.relam JOIN pg_inherits AS i ON i.inhrelid = c.oid "
        "JOIN pg_class AS p ON p.oid = i.inhparent WHERE x.indrelid = 'watchfloor.fix_20240501'::regclass ORDER BY 1",
    )
    assert indexes == [("ix_fix_at", "brin", False), ("ix_fix_key", "btree", False), ("pk_fix", "btree", True)]


@pytest.mark.parametrize("role", [Role.APP, Role.INTAKE])
def test_nobody_reads_or_writes_the_table_of_a_day_past_the_whole(store, role: Role) -> None:
    load(store, batch(("a", 0, 5.0)))
    upgrade(store)

    for statement in ("SELECT FROM", "DELETE FROM", "INSERT INTO"):
        with psycopg.connect(store.conninfo(role)) as connection:
            told = f"{statement} watchfloor.fix_20240501" + (" DEFAULT VALUES" if "INTO" in statement else "")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(told.encode())


def test_a_reader_sees_of_a_day_what_its_labels_let_it(store, people) -> None:
    people.agency("A")
    load(store, batch(("a", 0, 5.0)))
    load(store, batch(("b", 0, 5.0), ("b", 1, 5.0)), label=LabelSpec("A", Tlp.AMBER))
    people.account("ana", "A")
    with Door(store) as door:
        seen = {}
        for name in ("public", "ana"):
            with door.open(Gate(store).issue(name, Terms()), Asked("view")) as (connection, _):
                seen[name] = connection.execute("SELECT count(*) FROM watchfloor.fix").fetchone()

    assert seen == {"public": (1,), "ana": (3,)}
    assert rows(store, "SELECT count(*) FROM watchfloor.fix", Role.APP) == [(0,)]


def test_of_one_moment_the_first_position_holds_and_another_is_kept_aside_with_its_line(store, monkeypatch) -> None:
    monkeypatch.setattr(fix_days, "PART_ROWS", 2)
    first = batch(("a", 0, 5.0), ("b", 0, 1.0), ("c", 0, 2.0), ("a", 1, 5.5))
    again = batch(("a", 0, 9.0), ("b", 0, 1.0), ("c", 2, 2.5), line=101)
    report = load(store, first, again)

    assert report.totals() | {"loaded": 5, "unchanged": 1, "quarantined": 1, "read": 7} == report.totals()
    assert sorted(rows(store, HELD), key=repr)[0] == ("a", FIRST, 5.0)
    assert rows(store, "SELECT line, value FROM watchfloor.quarantine") == [(101, "a 2024-05-01 00:00:00+00")]


def test_a_craft_that_a_run_names_under_its_label_and_without_is_one(store, monkeypatch) -> None:
    monkeypatch.setattr(fix_days, "PART_ROWS", 1)
    ((label,),) = rows(store, "SELECT min(id) FROM watchfloor.label")
    named, plain = batch(("a", 0, 5.0)), batch(("a", 0, 5.0), ("a", 1, 6.0))
    told = named.frames["fixes"].with_columns(pl.lit(label, pl.Int16).alias("label"))
    report = load(store, plain, replace(named, frames={**named.frames, "fixes": told}))

    assert (report.totals()["loaded"], report.totals()["unchanged"]) == (2, 1)


def test_files_of_one_new_day_are_counted_each_for_itself(store, tmp_path) -> None:
    report = load_files(
        store, tmp_path, one=batch(("a", 0, 5.0), ("a", 1, 5.5)), two=batch(("a", 1, 5.5), ("a", 2, 6.0), ("a", 0, 8.0))
    )

    counts = [(file.loaded, file.unchanged, file.quarantined) for file in report.files]
    assert counts == [(2, 0, 0), (1, 1, 1)]


def test_a_day_that_is_there_takes_what_it_lacks(store) -> None:
    load(store, batch(("a", 0, 5.0)))
    report = load(store, batch(("a", 0, 5.0), ("a", 1, 5.5), ("b", 1440, 5.5)))

    assert (report.totals()["loaded"], report.totals()["unchanged"]) == (2, 1)
    assert rows(store, "SELECT label_id, day, n_fixes FROM watchfloor.track_day ORDER BY day")[0][2] == 2


def test_two_runs_of_one_new_day_at_once_are_both_loaded(store) -> None:
    def ours(name: str) -> int:
        return load(store, batch(*((name, minute, 5.0) for minute in range(200)), ("both", 0, 5.0))).totals()["loaded"]

    with ThreadPoolExecutor(3) as pool:
        loaded = list(pool.map(ours, "abc"))

    assert sorted(loaded) == [200, 200, 201]
    assert rows(store, "SELECT count(*) FROM watchfloor.fix") == [(601,)]
    assert rows(store, PARTS) == [("fix_20240501",)]


def test_a_new_day_waits_for_no_reader_and_lets_none_wait(store) -> None:
    load(store, batch(("a", 0, 5.0)))
    with psycopg.connect(store.conninfo(Role.OWNER)) as reader:
        # if a lock were waited for, this ends the reader, and with it the wait: the test then fails instead of hanging
        reader.execute("SET idle_in_transaction_session_timeout = '60s'")
        before = reader.execute("SELECT count(*) FROM watchfloor.fix").fetchone()
        load(store, batch(("a", 1440, 5.0)))
        after = reader.execute("SELECT count(*) FROM watchfloor.fix").fetchone()

    assert (before, after) == ((1,), (2,))


def test_a_day_that_an_undo_emptied_can_be_loaded_again(store) -> None:
    run = load(store, batch(("a", 0, 5.0))).run
    undo_run(store, run, by="tests")
    assert rows(store, "SELECT count(*) FROM watchfloor.fix") == [(0,)]

    load(store, batch(("a", 0, 5.0)))
    assert rows(store, HELD) == [("a", FIRST, 5.0)]


def test_the_table_of_a_day_that_an_undo_emptied_is_dropped_when_nobody_is_in_its_way(store) -> None:
    run = load(store, batch(("a", 0, 5.0), ("a", 1440, 5.0))).run
    load(store, batch(("b", 1440, 5.0)))
    undo_run(store, run, by="tests")
    with psycopg.connect(store.conninfo(Role.INTAKE)) as reader:
        reader.execute("SELECT count(*) FROM watchfloor.fix")
        assert drop_emptied_days(store) == []
    with psycopg.connect(store.conninfo(Role.INTAKE)) as publisher:
        publisher.execute(LOCK)
        assert drop_emptied_days(store) == []

    assert drop_emptied_days(store) == ["fix_20240501"]
    assert rows(store, PARTS) == [("fix_20240502",)]

    load(store, batch(("a", 0, 7.0)))
    assert sorted(rows(store, HELD)) == [("a", FIRST, 7.0), ("b", FIRST + timedelta(days=1), 5.0)]


def test_a_run_whose_count_is_wrong_leaves_no_table(store, tmp_path) -> None:
    with pytest.raises(BadFile, match="2 rows were read and 1 accounted for"):
        load_files(store, tmp_path, one=replace(batch(("a", 0, 5.0)), read=2))

    assert rows(store, PARTS) == []
    assert rows(store, "SELECT to_regclass('watchfloor.fix_20240501')") == [(None,)]


def test_times_of_more_days_than_one_run_may_have_are_refused(store, monkeypatch) -> None:
    monkeypatch.setattr(fix_days, "MOST_DAYS", 2)
    with pytest.raises(BadFile, match="positions of 3 days, from 2024-05-01 to 2024-05-03: one run may have 2"):
        load(store, batch(*(("a", day * 1440, 5.0) for day in range(3))))

    assert rows(store, PARTS) == []


def test_positions_of_an_older_store_move_into_their_days(cluster, template) -> None:
    name = sql.Identifier("older_store")
    with psycopg.connect(replace(cluster, database="postgres").conninfo(Role.OWNER), autocommit=True) as keeper:
        keeper.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            address = replace(cluster, database="older_store")
            _made_before(address)
            upgrade(address, StoreKind.EXERCISE)
            assert rows(address, PARTS) == [("fix_20240501",), ("fix_20240502",), ("fix_20991231",)]
            held = "SELECT f.craft_id, f.at::date, f.lon, f.flags FROM watchfloor.fix AS f ORDER BY f.at"
            assert rows(address, held) == [
                (1, date(2024, 5, 1), 1.0, 4), (1, date(2024, 5, 2), 2.0, 4), (1, date(2099, 12, 31), 3.0, 4)
            ]  # fmt: skip
            assert rows(address, "SELECT sum(n_fixes) FROM watchfloor.track_day") == [(3,)]
            load(address, batch(("a", 0, 5.0), ("a", 5000, 5.0)))
            assert rows(address, "SELECT sum(n_fixes) FROM watchfloor.track_day") == [(5,)]
        finally:
            keeper.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _made_before(address) -> None:
    """A store of the version before positions lay in days, with three of them."""
    with psycopg.connect(address.conninfo(Role.OWNER), autocommit=True) as owner:
        lay_foundation(owner)
        for schema in ("watchfloor", "sealed", "truth"):
            owner.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(address.conninfo(Role.OWNER)), poolclass=NullPool
    )
    config = alembic_config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
        connection.commit()
    engine.dispose()
    with psycopg.connect(address.conninfo(Role.OWNER)) as owner:
        owner.execute("INSERT INTO watchfloor.agency (code, name) VALUES ('PUBLIC', 'Public record')")
        owner.execute("INSERT INTO watchfloor.label (owner_id, tlp, tier) VALUES (1, 0, 0)")
        owner.execute("INSERT INTO watchfloor.run (format, started_by, label_id) VALUES ('made', 'tests', 1)")
        owner.execute(
            "INSERT INTO watchfloor.craft (kind, identifier, category, run_id, label_id) "
            "VALUES ('vessel', 'a', 'cargo', 1, 1)"
        )
        owner.execute(
            "INSERT INTO watchfloor.fix (craft_id, at, lon, lat, cell_key, flags, run_id, label_id) "
            "VALUES (1, '2024-05-01 23:59:59.999999Z', 1, 1, 1, 4, 1, 1), (1, '2024-05-02Z', 2, 2, 2, 4, 1, 1), "
            "(1, '2099-12-31 12:00Z', 3, 3, 3, 4, 1, 1)"
        )
