"""What a command asks in an account's name is audited: the question, what was exported, and who sat at the machine."""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout

import psycopg
import pytest
import structlog

from watchfloor.app.__main__ import main
from watchfloor.app.os_user import operator_name
from watchfloor.data.address import Role


@pytest.fixture
def command(store, tmp_path, monkeypatch):
    """Runs the program in this process over this test's store; its output."""
    url = f"postgresql://watchfloor_owner@/{store.database}?host={store.socket_dir}&port={store.port}"
    monkeypatch.setenv("WATCHFLOOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WATCHFLOOR_DATABASE_URL", url)
    monkeypatch.delenv("WATCHFLOOR_AS", raising=False)

    def run(*arguments: str) -> str:
        out, wiring = io.StringIO(), structlog.get_config()
        out.buffer = io.BytesIO()  # type: ignore[attr-defined]
        monkeypatch.setattr(sys, "argv", ["watchfloor", *arguments])
        with redirect_stdout(out), redirect_stderr(io.StringIO()), pytest.raises(SystemExit) as end:
            main()
        structlog.configure(**wiring)
        assert not end.value.code
        return out.getvalue()

    return run


def exports(store) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        return owner.execute(
            "SELECT p.name, s.operator, a.question ->> 'form', (a.question ->> 'rows')::integer, "
            "a.question ->> 'layer' FROM sealed.audit AS a JOIN sealed.sign_in AS s ON s.id = a.sign_in_id "
            "JOIN sealed.principal AS p ON p.id = a.principal_id WHERE a.action = 'export' ORDER BY a.id"
        ).fetchall()


def test_an_answer_that_a_program_reads_is_audited_as_an_export_each_time(store, command) -> None:
    rows = len(json.loads(command("ask", "seizures", "--format", "json"))["rows"])
    for form in ("json", "csv", "geojson", "parquet"):
        command("ask", "seizures", "--format", form)
    forms = [form for _, _, form, _, _ in exports(store)]
    assert forms == ["json", "json", "csv", "geojson", "parquet"]
    assert set(exports(store)) == {("public", operator_name(), form, rows, "seizures") for form in forms}


def test_a_table_on_the_screen_is_no_export(store, command) -> None:
    command("ask", "seizures")
    assert exports(store) == []


def test_whoami_names_the_operator_behind_the_account(store, command) -> None:
    told = json.loads(command("whoami", "--json"))
    assert (told["principal"], told["operator"]) == ("public", operator_name())
