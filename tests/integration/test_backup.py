"""A backup brings back every table, every right and every answer; what is not whole is not restored."""

import json
import stat
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from watchfloor.app.asking import ask
from watchfloor.data import applied_code
from watchfloor.data.address import Role
from watchfloor.data.backup import back_up
from watchfloor.data.backup_parts import DUMP, MANIFEST, SEALED, TABLES, count_tables, read_manifest
from watchfloor.data.backup_restore import restore, verify
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.door import Asked, Door
from watchfloor.data.exercise.cast import DEMO_PASSWORD
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.repository import Asker, Repository
from watchfloor.data.revisions import revisions
from watchfloor.data.store import upgrade
from watchfloor.geo.bbox import BBox
from watchfloor.geo.errors import BadFile, BadInput, NotSignedIn, Refused, StoreMismatch, StoreUnavailable
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query

from ..copied_store import copied

SECRET = b"a secret of more than thirty-two bytes"
RIGHTS = """
SELECT c.oid::regclass::text, pg_get_userbyid(c.relowner), c.relacl::text, c.relrowsecurity, c.relforcerowsecurity,
       ARRAY(SELECT p.polname || pg_get_expr(p.polqual, p.polrelid) || p.polroles::regrole[]::text
             FROM pg_policy AS p WHERE p.polrelid = c.oid ORDER BY p.polname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname IN ('watchfloor', 'sealed', 'truth') AND c.relkind IN ('r', 'S', 'i') ORDER BY 1
"""
FUNCTIONS = """
SELECT p.oid::regprocedure::text, pg_get_userbyid(p.proowner), p.proacl::text, p.prosecdef, md5(p.prosrc)
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE n.nspname IN ('watchfloor', 'sealed') ORDER BY 1
"""
ASKED = [
    Query(layer=layer, period=Period(date(2025, 6, 30), date(2026, 6, 30)), bbox=BBox.world(), resolution=3)
    for layer in (Layer.SEIZURES, Layer.ROUTES, Layer.PORTS, Layer.OVERDOSES)
]


@pytest.fixture
def fresh(cluster: ClusterAddress, foundation: str) -> Iterator[ClusterAddress]:
    """A database of this test's own that holds no store."""
    with copied(cluster, foundation) as address:
        yield address


@pytest.fixture(scope="module")
def saved(exercise: ClusterAddress, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed backup of the exercise world."""
    folder = tmp_path_factory.mktemp("backups") / "one"
    back_up(exercise, folder, SECRET)
    return folder


@pytest.fixture
def plain(store: ClusterAddress, tmp_path: Path) -> Path:
    """A backup of an empty store, without a key."""
    back_up(store, tmp_path / "plain")
    return tmp_path / "plain"


def rows(address: ClusterAddress, question: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
        return connection.execute(question.encode()).fetchall()


def tables(address: ClusterAddress) -> dict[str, list[Any]]:
    with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
        return count_tables(connection)


def answers(address: ClusterAddress, account: str) -> list[Any]:
    token = Gate(address).sign_in(account, DEMO_PASSWORD, Terms(), demo_allowed=True)
    with Repository(address) as repository:
        found = [ask(repository, Asker(token, uuid.uuid4()), query, "")[0] for query in ASKED]
    return [sorted(json.dumps(row, sort_keys=True, default=str) for row in rows) for rows in found]


def test_a_restored_store_is_the_saved_one_table_by_table_and_answer_by_answer(
    exercise: ClusterAddress, fresh: ClusterAddress, tmp_path: Path
) -> None:
    before = tables(exercise)
    back_up(exercise, tmp_path / "all")

    restore(fresh, tmp_path / "all")
    upgrade(fresh)

    after = tables(fresh)
    # sign-ins that were open are ended, and what was applied here is noted; all else is equal
    assert {name for name in before if before[name] != after[name]} <= {"sealed.sign_in", "watchfloor.store"}
    kept = "SELECT * FROM watchfloor.store WHERE key <> 'code' ORDER BY key"
    assert rows(fresh, kept) == rows(exercise, kept)
    assert after.keys() == before.keys()
    assert rows(fresh, RIGHTS) == rows(exercise, RIGHTS)
    assert rows(fresh, FUNCTIONS) == rows(exercise, FUNCTIONS)
    for account in ("ntf.analyst", "ntf.lead", "sbi.health"):
        answered = answers(exercise, account)
        assert answered == answers(fresh, account)
        assert all(answered[:1])


def test_a_restored_store_bears_no_note_until_its_policies_are_applied(
    store: ClusterAddress, fresh: ClusterAddress, tmp_path: Path
) -> None:
    note = "SELECT value FROM watchfloor.store WHERE key = 'code'"
    upgrade(store)
    back_up(store, tmp_path / "plain")

    restore(fresh, tmp_path / "plain")

    assert rows(fresh, note) == []
    with psycopg.connect(fresh.conninfo(Role.OWNER)) as owner:
        # as it would come from another program's restore: the note, and not all that it speaks of
        owner.execute("INSERT INTO watchfloor.store VALUES ('code', %s)", [rows(store, note)[0][0]])
        owner.execute("DROP POLICY scope_reads ON watchfloor.event")
    upgrade(fresh)
    names = "SELECT polrelid::regclass::text, polname FROM pg_policy ORDER BY 1, 2"
    assert rows(fresh, names) == rows(store, names)
    with psycopg.connect(fresh.conninfo(Role.OWNER)) as owner:
        assert applied_code.stands(owner, revisions().head)


def test_passwords_come_back_and_sign_ins_and_the_signing_key_do_not(
    exercise: ClusterAddress, fresh: ClusterAddress, tmp_path: Path
) -> None:
    token = Gate(exercise).sign_in("ntf.lead", DEMO_PASSWORD, Terms(), demo_allowed=True)
    back_up(exercise, tmp_path / "all")

    restore(fresh, tmp_path / "all")
    upgrade(fresh)

    with Door(fresh, most=2) as door:
        with pytest.raises(NotSignedIn):
            door.peek(token)
        assert door.peek(Gate(fresh).sign_in("ntf.lead", DEMO_PASSWORD, Terms(), demo_allowed=True)).labels
    key = "SELECT key FROM sealed.signing_key"
    assert len(rows(fresh, key)) == 1
    assert rows(fresh, key) != rows(exercise, key)
    assert rows(exercise, key)[0][0] not in (tmp_path / "all" / DUMP).read_bytes()


def test_a_backup_of_a_store_in_use_is_of_one_moment(store, people, fresh: ClusterAddress, tmp_path: Path) -> None:
    token = people.account("ana", "A")
    done = threading.Event()

    def use() -> None:
        with Door(store, most=2) as door:
            while not done.is_set():
                with door.open(token, Asked("page", {"page": "whoami"})):
                    pass

    user = threading.Thread(target=use)
    user.start()
    try:
        manifest = back_up(store, tmp_path / "busy")
    finally:
        done.set()
        user.join()

    # every table is compared with what was counted at that moment
    assert restore(fresh, tmp_path / "busy") == manifest
    assert tables(fresh)["sealed.audit"][0] < tables(store)["sealed.audit"][0]


def test_a_sealed_backup_is_verified_and_restored_with_its_key(saved: Path, fresh: ClusterAddress) -> None:
    manifest, counted = verify(saved, SECRET)

    assert manifest.is_sealed
    assert counted["watchfloor.event"] > 500
    assert restore(fresh, saved, SECRET).kind == "EXERCISE"
    assert rows(fresh, "SELECT count(*) FROM watchfloor.event") == [(counted["watchfloor.event"],)]


def test_a_sealed_backup_tells_nothing_without_its_key(saved: Path) -> None:
    whole = b"".join(file.read_bytes() for file in saved.iterdir())

    assert {file.name for file in saved.iterdir()} == {MANIFEST, TABLES + SEALED, DUMP + SEALED}
    assert not any(word in whole for word in (b"Norrfj", b"argon2", b"watchfloor.event", b"PGDMP"))
    for secret in (None, b"another secret of thirty-two bytes.."):
        with pytest.raises(BadFile, match="key"):
            verify(saved, secret)


def test_the_files_of_a_backup_are_closed_to_others(plain: Path) -> None:
    assert {stat.S_IMODE(path.stat().st_mode) for path in plain.iterdir()} == {0o600}
    assert stat.S_IMODE(plain.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda f: (f / DUMP).write_bytes((f / DUMP).read_bytes()[:-100]), "size or hash differs"),
        (lambda f: (f / TABLES).write_bytes((f / TABLES).read_bytes().replace(b"1", b"2")), "size or hash differs"),
        (lambda f: (f / DUMP).unlink(), "is missing"),
        (lambda f: (f / MANIFEST).unlink(), "holds no backup"),
        (lambda f: (f / MANIFEST).write_text("[]"), "not that of a backup"),
        (lambda f: (f / MANIFEST).write_text('{"form": "other/9"}'), "other/9"),
        (lambda f: (f / MANIFEST).write_text("{" * 100_000), "not that of a backup"),
        (lambda f: edit(f, parts={"../../etc/passwd": {"bytes": 1, "sha256": ""}}), "does not name the parts"),
    ],
)
def test_a_spoiled_backup_is_told_and_nothing_of_it_is_restored(
    plain: Path, fresh: ClusterAddress, spoil: Any, says: str
) -> None:
    spoil(plain)

    with pytest.raises(BadFile, match=says):
        verify(plain)
    with pytest.raises(BadFile, match=says):
        restore(fresh, plain)
    assert rows(fresh, "SELECT count(*) FROM pg_namespace WHERE nspname = 'watchfloor'") == [(0,)]


def edit(folder: Path, **changes: Any) -> None:
    found = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**found, **changes}))


def test_a_signed_manifest_cannot_be_edited(saved: Path, tmp_path: Path) -> None:
    for file in saved.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    edit(tmp_path, kind="OPERATIONAL")

    with pytest.raises(BadFile, match="signature is wrong"):
        verify(tmp_path, SECRET)


def test_rows_that_a_dump_lacks_are_noticed_before_and_after_restoring(plain: Path, fresh: ClusterAddress) -> None:
    from watchfloor.data.backup_parts import measured  # noqa: PLC0415

    counted = json.loads((plain / TABLES).read_text())
    counted["watchfloor.event"] = [7, "7"]
    (plain / TABLES).write_text(json.dumps(counted))
    parts = json.loads((plain / MANIFEST).read_text())["parts"]
    part = measured(plain / TABLES)
    edit(plain, parts={**parts, TABLES: {"bytes": part.bytes, "sha256": part.sha256}})

    with pytest.raises(BadFile, match="as many rows"):
        verify(plain)
    with pytest.raises(BadFile, match=r"in watchfloor\.event$"):
        restore(fresh, plain)
    assert rows(fresh, "SELECT count(*) FROM pg_namespace WHERE nspname = 'watchfloor'") == [(0,)]


def test_a_backup_goes_into_a_fresh_store_only(plain: Path, store: ClusterAddress) -> None:
    before = tables(store)

    with pytest.raises(StoreMismatch, match="fresh one only"):
        restore(store, plain)
    assert tables(store) == before


def test_a_backup_of_a_newer_program_is_refused_in_one_sentence(plain: Path, fresh: ClusterAddress) -> None:
    edit(plain, version="9999")

    with pytest.raises(StoreMismatch, match="version 9999: install the newer program"):
        restore(fresh, plain)


def test_a_backup_that_fails_leaves_nothing(cluster: ClusterAddress, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="no matching schemas"):
        back_up(replace(cluster, database="postgres"), tmp_path / "none")

    assert list(tmp_path.iterdir()) == []


def test_a_backup_overwrites_nothing(store: ClusterAddress, plain: Path) -> None:
    before = read_manifest(plain)

    with pytest.raises(BadInput, match="is there already"):
        back_up(store, plain)
    assert read_manifest(plain) == before


def test_an_owner_who_cannot_read_past_the_policies_is_told_so(store: ClusterAddress, tmp_path: Path) -> None:
    class AsReader:
        """The store, as somebody whose owner role is held by the row policies."""

        def conninfo(self, role: str) -> str:
            return store.conninfo(Role.APP)

    with pytest.raises(Refused, match="BYPASSRLS"):
        back_up(AsReader(), tmp_path / "lacking")
