"""The exercise world in a store: loaded once, seen by each as far as the labels say, refused where it has no place."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from typer.testing import Result

from watchfloor.app.accounts import ensure_cast
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress, PrivateCluster
from watchfloor.data.door import Asked, Door
from watchfloor.data.exercise.cast import AGENCIES
from watchfloor.data.exercise.labels import SEALED
from watchfloor.data.exercise.load import load_exercise
from watchfloor.data.exercise.places import Places
from watchfloor.data.exercise.world import make_world
from watchfloor.data.gate import Gate, Terms
from watchfloor.geo.errors import BadQuestion

from ..copied_store import copied
from ..temporary_home import temporary_home
from .command_line import watchfloor

PLAN = {"seed": 7, "scale": 0.02, "until": date(2025, 11, 22)}
TABLES = {
    "events": "event",
    "seizure_items": "seizure_item",
    "overdoses": "overdose",
    "crafts": "craft",
    "fixes": "fix",
    "entities": "entity",
    "identifiers": "identifier",
    "links": "link",
    "cases": "case_file",
    "case_records": "case_record",
    "operations": "operation",
    "deconflictions": "deconfliction",
}


@pytest.fixture(scope="module")
def loaded(cluster: ClusterAddress, template: str) -> Iterator[ClusterAddress]:
    """A store with the cast and a small exercise world, for tests that do not change it."""
    with copied(cluster, template) as address:
        ensure_cast(address)
        load_exercise(address, **PLAN)
        yield address


def count(store, table: str) -> int:
    """Rows of a table that stand now."""
    current = "" if table in {"craft", "fix"} else " WHERE recorded_to = 'infinity'"
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM watchfloor.{table}{current}".encode()).fetchone()[0])


def answer(store: ClusterAddress, name: str, question: str) -> int:
    """A number as that account sees it."""
    with Door(store) as door, door.open(Gate(store).issue(name, Terms()), Asked("page", {})) as (connection, _scope):
        return int(connection.execute(question.encode()).fetchone()[0])


def seen(store: ClusterAddress, name: str, table: str) -> int:
    return answer(store, name, f"SELECT count(*) FROM watchfloor.{table}")


def test_every_row_of_the_world_is_in_the_store_and_none_twice(loaded) -> None:
    world = make_world(places=Places.shipped(), **PLAN)
    once = {table: count(loaded, table) for table in TABLES.values()}

    report = load_exercise(loaded, **PLAN)

    assert once == {TABLES[name]: world.frames[name].height for name in TABLES}
    assert {table: count(loaded, table) for table in TABLES.values()} == once
    assert report.totals()["unchanged"] == report.totals()["read"]


def test_another_world_is_refused_where_one_is(loaded) -> None:
    with pytest.raises(BadQuestion, match="holds the exercise world of seed 7"):
        load_exercise(loaded, **(PLAN | {"seed": 8}))


def test_only_those_with_the_compartment_see_sealed_records(loaded) -> None:
    world = make_world(places=Places.shipped(), **PLAN)
    sealed = (world.frames["events"]["label"] == SEALED).sum()

    assert sealed
    assert seen(loaded, "ntf.lead", "event") >= seen(loaded, "ntf.analyst", "event") + sealed


def test_each_side_reads_its_own_notices_of_deconfliction_only(loaded) -> None:
    own = {agency.code: 0 for agency in AGENCIES}
    with psycopg.connect(loaded.conninfo(Role.INTAKE)) as connection:
        own |= dict(
            connection.execute(
                "SELECT a.code, count(*) FROM watchfloor.deconfliction AS d JOIN watchfloor.label AS l "
                "ON l.id = d.label_id JOIN watchfloor.agency AS a ON a.id = l.owner_id GROUP BY a.code"
            ).fetchall()
        )

    assert {code: seen(loaded, f"{code.lower()}.analyst", "deconfliction") for code in own} == own


def test_red_records_are_for_the_named_alone(loaded) -> None:
    question = (
        "SELECT count(*) FROM watchfloor.event AS e JOIN watchfloor.label AS l ON l.id = e.label_id "
        "JOIN watchfloor.agency AS a ON a.id = l.owner_id WHERE l.tlp = 4 AND a.code = 'SBI'"
    )
    with psycopg.connect(loaded.conninfo(Role.INTAKE)) as connection:
        red = connection.execute(question).fetchone()[0]
    found = {name: answer(loaded, name, question) for name in ("sbi.lead", "sbi.analyst", "ntf.lead")}

    assert red
    assert found == {"sbi.lead": red, "sbi.analyst": 0, "ntf.lead": 0}


def test_the_planted_truth_is_out_of_reach_of_those_who_ask(loaded) -> None:
    with psycopg.connect(loaded.conninfo(Role.OWNER)) as connection:
        assert connection.execute("SELECT count(*) FROM truth.planted").fetchone()[0] > 50
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        answer(loaded, "ntf.lead", "SELECT count(*) FROM truth.planted")


@pytest.fixture(scope="module")
def home():
    """A folder for a store of the command's own, short enough for a socket and open to the database's account."""
    with temporary_home() as folder:
        yield folder
        PrivateCluster(folder).remove()


def command(home: Path, *arguments: str, **settings: str) -> Result:
    """The command run within this process."""
    return watchfloor(home, "exercise", *arguments, kind="EXERCISE", **settings)


def test_the_command_loads_a_world_once_and_says_so(home: Path) -> None:
    first = command(home, "--scale", "0.01", "--until", "2025-11-22", "--json")
    second = command(home, "--scale", "0.01", "--until", "2025-11-22")

    told = json.loads(first.stdout)
    assert first.exit_code == second.exit_code == 0
    assert told["until"] == "2025-11-22"
    assert told["loaded"] + told["superseded"] == told["read"] > 0
    assert re.search(r"0 rows loaded, [\d,]{5,} were there already", second.stdout)


def test_the_command_refuses_a_day_that_is_none(home: Path) -> None:
    result = command(home, "--until", "yesterday")

    assert isinstance(result.exception, BadQuestion)
    assert "--until 'yesterday'" in str(result.exception)


def test_an_operational_store_refuses_the_exercise(store: ClusterAddress) -> None:
    with psycopg.connect(store.conninfo(Role.OWNER)) as connection:
        connection.execute("UPDATE watchfloor.store SET value = 'OPERATIONAL' WHERE key = 'kind'")

    with pytest.raises(BadQuestion, match="OPERATIONAL"):
        load_exercise(store, **PLAN)


def test_the_command_lets_the_world_run_on_until_a_moment(home: Path) -> None:
    command(home, "--scale", "0.01", "--until", "2025-11-22")

    told = command(home, "live", "--speed", "7200", "--every", "1", "--until", "2025-11-22T03:00", "--json")

    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["loaded"] > 0
    assert json.loads(told.stdout)["steps"] >= 1


def test_the_command_refuses_a_moment_that_is_none(home: Path) -> None:
    assert "--until 'noon'" in str(command(home, "live", "--until", "noon").exception)
