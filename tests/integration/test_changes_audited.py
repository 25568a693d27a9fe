"""Every command and form either changes nothing or leaves a row in the audit: a new one has to say which."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import typer

from watchfloor.app.commands import MODULES, register
from watchfloor.app.server import ROUTERS
from watchfloor.data.address import Role
from watchfloor.data.cluster import PrivateCluster
from watchfloor.data.store import upgrade
from watchfloor.data.store_kind import StoreKind

from ..temporary_home import temporary_home
from .command_line import watchfloor
from .conftest import Served

SAFE = {
    "serve": "each act of a person on its pages has its own row; an empty exercise store is filled by a run",
    "ask": "reads, as a view and an export",
    "audit export": "reads, as audit",
    "audit show": "reads, as audit",
    "db reset": "the audit goes with the store",
    "db start": "the server, not what it holds",
    "db status": "starts nothing",
    "db stop": "the server, not what it holds",
    "db verify": "reads a backup",
    "doctor": "mends nothing",
    "events find": "works out derived rows, not facts",
    "events list": "reads, as a record",
    "feed list": "reads, as a page",
    "feed show": "reads, as a record",
    "formats": "reads no store",
    "layer addresses": "reads the operator's file",
    "layer check": "asks a partner once, keeps nothing",
    "layer list": "reads, as a page",
    "layer show": "reads, as a record",
    "mapping diff": "reads, as a record",
    "mapping export": "reads, as an export",
    "mapping list": "reads, as a page",
    "mapping show": "reads, as a record",
    "overdoses releases": "reads what is released to everybody",
    "run list": "reads, as a page",
    "run report": "reads, as an export",
    "run show": "reads, as a record",
    "tracks build": "makes derived files, not facts; the server does so unasked",
    "tracks status": "counts files, for who owns the machine",
    "tracks verify": "compares files, for who owns the machine",
    "whoami": "reads, as a page",
}
# forms of the pages: what each is called in the audit (tested where the page is), or why it changes nothing
FORMS = {
    "/intake/file": "the file lies in a folder; nothing of it is in the store",
    "/intake/{key}/answers": "a draft, not the store",
    "/intake/{key}/publish": "ingest",
    "/intake/{key}/discard": "the file goes; the store never had it",
    "/kept/attachments": "keep",
    "/partner/layers": "keep",
    "/exports": "a file is made; that it leaves is written when it is fetched",
    "/exports/{key}/cancel": "the file goes; the store never had it",
    "/exports/{key}/file": "export",
    "/brief/file": "export",
}
PASSWORD = "some tall grass over 77 hills\n"
TRACK = "MMSI,BaseDateTime,LAT,LON\n799000111,2025-11-20T10:00:00,29.1,-94.2\n"
HEARD = "\\c:1384257600*51\\!AIVDM,1,1,,A,13@:`L001N0ded0O6Fp8wW<00<0t,0*7B\n"
MAPPING = """target = "seizures"
[source]
code = "lab"
title = "Lab"
publisher = "Lab"
licence = "none"
[record]
key = ["id"]
[time]
columns = ["day"]
format = "%Y-%m-%d"
precision = "day"
"""
ZONE = '{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [1, 2]}}'
WORLD = ("--scale", "0.02", "--until", "2025-11-22")
type Typed = tuple[str, ...]


def run_of(store: Path, question: str) -> str:
    with psycopg.connect(PrivateCluster(store).status().address.conninfo(Role.OWNER)) as owner:
        return str(owner.execute(question.encode()).fetchone()[0])


def a_label(store: Path) -> str:
    return run_of(store, "SELECT min(label_id) FROM watchfloor.overdose_release")


def the_ingest(store: Path) -> str:
    return run_of(store, "SELECT max(id) FROM watchfloor.run WHERE format = 'ais-csv'")


def the_layer(store: Path) -> str:
    return run_of(store, "SELECT id FROM watchfloor.partner_layer")


# in an order in which each can be done; what it is called in the audit; how it is typed
CHANGES: dict[str, tuple[str, Callable[[Path], Typed]]] = {
    "exercise": ("exercise", lambda _: WORLD),
    "exercise live": ("exercise live", lambda _: ("--speed", "7200", "--every", "1", "--until", "2025-11-22T01:00")),
    "ingest": ("ingest", lambda store: ("ais-csv", str(store / "track.csv"), "--label", "public")),
    "run undo": ("undo", lambda store: (the_ingest(store), "--yes", "--as", "operator")),
    "watch": (
        "watch",
        lambda store: (str(store / "in"), "--format", "ais-csv", "--label", "public", "--name", "box", "--once"),
    ),
    "listen": ("listen", lambda store: (f"file:{store}/heard.nmea", "--speed", "max", "--label", "public")),
    "feed retire": ("retire feed", lambda _: ("box", "--as", "operator")),
    "mapping save": ("keep mapping", lambda store: ("tracks", str(store / "map.toml"), "--label", "public")),
    "mapping retire": ("retire mapping", lambda _: ("tracks",)),
    "agency add": ("agency", lambda _: ("XYZ", "--name", "Another", "--as", "operator")),
    "agency label": ("label", lambda _: ("XYZ/AMBER", "--as", "operator")),
    "agency labels": ("list labels", lambda _: ("--as", "operator")),
    "agency list": ("list agencies", lambda _: ("--as", "operator")),
    "principal add": ("add", lambda _: ("eve", "--agency", "XYZ", "--password-stdin", "--as", "operator")),
    "principal grant": ("grant", lambda _: ("eve", "health", "--as", "operator")),
    "principal revoke": ("revoke", lambda _: ("eve", "health", "--as", "operator")),
    "principal passwd": ("passwd", lambda _: ("eve", "--password-stdin", "--as", "operator")),
    "principal close": ("close", lambda _: ("eve", "--as", "operator")),
    "principal reopen": ("reopen", lambda _: ("eve", "--as", "operator")),
    "principal list": ("list principals", lambda _: ("--as", "operator")),
    "device-token": ("device link", lambda _: ("wall.ntf",)),
    "overdoses release-anew": (
        "release anew", lambda store: (a_label(store), "--because", "a count was wrong", "--as", "operator")
    ),
    "layer add": ("add layer", lambda store: (str(store / "zone.geojson"), "--label", "public", "--as", "operator")),
    "layer remove": ("remove layer", lambda store: (the_layer(store), "--as", "operator")),
    "db rebuild": ("rebuild", lambda _: ()),
    "db backup": ("backup", lambda store: (str(store / "saved"), "--as", "operator")),
    "db restore": ("restore", lambda store: (str(store / "saved"),)),
    "db upgrade": ("upgrade", lambda _: ()),
    "db retire-demo": ("retire demo accounts", lambda _: ()),
}  # fmt: skip
CHANGED_ELSEWHERE = {"db restore"}


def every_command() -> Iterator[str]:
    app = typer.Typer()
    register(app, [])
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        below = getattr(command, "commands", {})
        if not below or command.invoke_without_command:
            yield name
        yield from (f"{name} {one}" for one in below)


def acts(home: Path, after: int) -> list[tuple[str, str, str | None]]:
    with psycopg.connect(PrivateCluster(home).status().address.conninfo(Role.OWNER)) as owner:
        return owner.execute(
            "SELECT a.question ->> 'act', p.name, s.operator FROM sealed.audit AS a "
            "JOIN sealed.principal AS p ON p.id = a.principal_id JOIN sealed.sign_in AS s ON s.id = a.sign_in_id "
            "WHERE a.action = 'admin' AND a.id > %s",
            [after],
        ).fetchall()


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """An empty EXERCISE store of its own cluster, at rest."""
    with temporary_home() as folder:
        with PrivateCluster(folder, durable=False) as cluster:
            upgrade(cluster.address, StoreKind.EXERCISE)
        yield folder
        cluster.remove()


@pytest.fixture
def home(made: Path) -> Iterator[Path]:
    with temporary_home(made) as folder, PrivateCluster(folder, durable=False) as cluster:
        (folder / "track.csv").write_text(TRACK)
        (folder / "heard.nmea").write_text(HEARD)
        (folder / "map.toml").write_text(MAPPING)
        (folder / "zone.geojson").write_text(ZONE)
        (folder / "in").mkdir()
        yield folder
        cluster.remove()


@pytest.fixture
def other() -> Iterator[Path]:
    with temporary_home() as folder, PrivateCluster(folder, durable=False) as cluster:
        yield folder
        cluster.remove()


def test_every_command_has_said_whether_it_changes_the_store() -> None:
    assert set(every_command()) == SAFE.keys() | CHANGES.keys()
    assert "ingest" in MODULES


def test_every_form_of_a_page_has_said_whether_it_changes_the_store(server: Served) -> None:
    routes = [route for make in ROUTERS for route in make(server.runtime).routes]
    assert {route.path for route in routes if route.methods - {"GET", "HEAD"}} == FORMS.keys()


def test_every_command_that_changes_the_store_says_so_in_the_audit_and_who_sat_there(home: Path, other: Path) -> None:
    untold, last = [], 0
    for name, (act, typed) in CHANGES.items():
        where = other if name in CHANGED_ELSEWHERE else home
        done = watchfloor(where, *name.split(), *typed(home), typed=PASSWORD, kind="EXERCISE")
        assert done.exit_code == 0, (name, done.output, done.exception)
        found = acts(where, 0 if where is other else last)
        if not any(said == act and operator for said, _, operator in found):
            untold.append((name, found))
        if where is home:
            last = int(run_of(home, "SELECT max(id) FROM sealed.audit"))
    assert untold == []


def test_what_is_done_at_the_machine_stands_under_the_public_account(home: Path) -> None:
    watchfloor(home, "db", "upgrade", kind="EXERCISE")
    watchfloor(home, "db", "rebuild", "--as", "operator", kind="EXERCISE")

    assert [(act, account) for act, account, _ in acts(home, 0)] == [("upgrade", "public"), ("rebuild", "operator")]


def test_who_may_not_operate_changes_nothing(home: Path) -> None:
    refused = watchfloor(home, "exercise", *WORLD, "--as", "ntf.analyst", kind="EXERCISE")

    assert "may not administer" in str(refused.exception)
    assert run_of(home, "SELECT count(*) FROM watchfloor.event") == "0"


def test_releases_are_withdrawn_by_an_account_that_may_operate_only(home: Path) -> None:
    typed = ("overdoses", "release-anew", "1", "--because", "a count was wrong")
    refused = [watchfloor(home, *typed, *who, kind="EXERCISE") for who in ((), ("--as", "ntf.lead"))]

    assert "say who you are" in str(refused[0].exception)
    assert "may not administer" in str(refused[1].exception)


def test_the_audit_of_a_load_names_format_label_and_files(home: Path) -> None:
    watchfloor(home, "ingest", "ais-csv", str(home / "track.csv"), "--label", "public", kind="EXERCISE")

    with psycopg.connect(PrivateCluster(home).status().address.conninfo(Role.OWNER)) as owner:
        said = owner.execute("SELECT question FROM sealed.audit WHERE question ->> 'act' = 'ingest'").fetchall()
    assert json.loads(json.dumps(said[0][0])) == {
        "act": "ingest", "format": "ais-csv", "label": "public", "files": ["track.csv"],
    }  # fmt: skip
