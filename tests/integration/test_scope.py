"""A scope cannot be forged, widened or done without."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.door import Asked, Door
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.geo.errors import NotSignedIn
from watchfloor.geo.scope import Right, Tlp

COUNT = "SELECT count(*), cardinality(array_positions(watchfloor.visible_mask(), true)) FROM watchfloor.label"
BEGIN = "SELECT * FROM watchfloor.begin_scope(%s, 'view', '{}', gen_random_uuid())"
SETTING = "SELECT current_setting('watchfloor.scope')"
SET = "SELECT set_config('watchfloor.scope', %s, true)"


def count(connection: psycopg.Connection) -> int:
    """Labels that are visible; policies that ask the list and those that ask the mask must agree."""
    row = connection.execute(COUNT).fetchone()
    assert row
    assert row[0] == (row[1] or 0)
    return int(row[0])


def app(store) -> psycopg.Connection:
    return psycopg.connect(store.conninfo(Role.APP))


def test_without_a_scope_nothing_is_read(store, people) -> None:
    people.label(PUBLIC)
    with app(store) as connection:
        assert count(connection) == 0


def test_with_a_scope_the_visible_labels_are_read(store, people) -> None:
    people.label(LabelSpec("A", Tlp.AMBER_STRICT))
    token = people.account("ana", "A")
    with app(store) as connection:
        connection.execute(BEGIN, [token])
        assert count(connection) == 2
        connection.commit()
        assert count(connection) == 0, "a scope ends with its transaction"


def test_the_mask_claims_what_the_list_says(store, people) -> None:
    shown, hidden = people.label(LabelSpec("A", Tlp.AMBER_STRICT)), people.label(LabelSpec("B", Tlp.AMBER_STRICT))
    token = people.account("ana", "A")
    with app(store) as connection:
        connection.execute(BEGIN, [token])
        said = "SELECT (watchfloor.visible_mask())[%s], watchfloor.visible_labels() @> ARRAY[%s]::smallint[]"
        assert connection.execute(said, [shown, shown]).fetchone() == (True, True)
        assert connection.execute(said, [hidden, hidden]).fetchone()[0] is not True
        assert connection.execute(said, [0, 0]).fetchone() == (None, False)


def test_a_setting_written_by_hand_reads_nothing(store, people) -> None:
    people.label(PUBLIC)
    with app(store) as connection:
        connection.execute(SET, ["1|1|-|{1,2,3}#00"])
        assert count(connection) == 0


def test_a_setting_copied_from_another_transaction_reads_nothing(store, people) -> None:
    token = people.account("ana", "A")
    with app(store) as connection:
        connection.execute(BEGIN, [token])
        copied = connection.execute(SETTING).fetchone()[0]
        connection.commit()
        connection.execute(SET, [copied])
        assert count(connection) == 0


def test_a_setting_widened_by_hand_reads_nothing(store, people) -> None:
    hidden = people.label(LabelSpec("B", Tlp.AMBER_STRICT))
    token = people.account("ana", "A")
    with app(store) as connection:
        connection.execute(BEGIN, [token])
        own = connection.execute(SETTING).fetchone()[0]
        connection.execute(SET, [own.replace("{", f"{{{hidden},")])
        assert count(connection) == 0


def test_a_second_scope_in_one_transaction_is_refused(store, people) -> None:
    first, second = people.account("ana", "A"), people.account("bob", "B")
    with app(store) as connection:
        connection.execute(BEGIN, [first])
        with pytest.raises(psycopg.Error, match="already begun"):
            connection.execute(BEGIN, [second])
        with pytest.raises(psycopg.errors.InFailedSqlTransaction):
            connection.execute(COUNT)


@pytest.mark.parametrize("undone", ["SELECT set_config('watchfloor.scope', '', true)", "ROLLBACK TO SAVEPOINT before"])
def test_a_second_scope_is_refused_whatever_was_done_to_the_first(store, people, undone: str) -> None:
    first, second = people.account("ana", "A"), people.account("bob", "B")
    with app(store) as connection:
        connection.execute("SAVEPOINT before")
        connection.execute(BEGIN, [first])
        connection.execute(undone)
        assert count(connection) == 0
        with pytest.raises(psycopg.Error, match="already begun"):
            connection.execute(BEGIN, [second])


def test_a_setting_copied_within_one_message_reads_nothing(store, people) -> None:
    token = people.account("ana", "A")
    begin = f"SELECT * FROM watchfloor.begin_scope('{token}', 'view', '{{}}', gen_random_uuid())"
    keep = "SELECT set_config('watchfloor.kept', current_setting('watchfloor.scope'), false)"
    again = "SELECT set_config('watchfloor.scope', current_setting('watchfloor.kept'), true)"
    with psycopg.connect(store.conninfo(Role.APP), autocommit=True) as connection:
        # both transactions of one message begin at the same microsecond
        cursor = connection.execute(
            f"BEGIN; {begin}; {keep}; {COUNT}; COMMIT; BEGIN; {again}; {COUNT}; COMMIT".encode()
        )
        seen = []
        while cursor.nextset():
            if cursor.description and cursor.description[0].name == "count":
                seen += [row[0] for row in cursor]
    assert seen == [1, 0]


def test_a_scope_reaches_the_workers_of_a_parallel_question(store, people) -> None:
    token = people.account("ana", "A")
    with app(store) as connection:
        for setting in ("parallel_setup_cost", "parallel_tuple_cost", "min_parallel_table_scan_size"):
            connection.execute(f"SET LOCAL {setting} = 0".encode())
        connection.execute(BEGIN, [token])
        row = connection.execute(
            "SELECT count(*) FROM watchfloor.place AS p WHERE p.label_id = ANY (watchfloor.visible_labels())"
        ).fetchone()
    assert row
    assert row[0] > 100


def test_a_command_that_acts_for_an_account_names_its_operator(store, people) -> None:
    people.account("ana", "A")
    gate, terms = Gate(store), Terms(channel="command")
    with Door(store) as door, door.open(gate.issue("ana", terms, operator="olga"), Asked("page")) as (_, scope):
        assert (scope.principal, scope.operator) == ("ana", "olga")
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        rows = owner.execute(
            "SELECT p.name, s.operator FROM sealed.audit AS a JOIN sealed.sign_in AS s ON s.id = a.sign_in_id "
            "JOIN sealed.principal AS p ON p.id = a.principal_id"
        ).fetchall()
    assert rows == [("ana", "olga")]
    with pytest.raises(psycopg.errors.CheckViolation):
        gate.issue("ana", terms)


def test_a_principal_without_a_sign_in_reads_nothing(store, people) -> None:
    people.account("ana", "A")
    with Door(store) as door, pytest.raises(NotSignedIn), door.open("ana", Asked("view")):
        pytest.fail("the door opened")


def test_a_revoked_sign_in_opens_no_more(store, people) -> None:
    token = people.account("ana", "A")
    Gate(store).revoke(token)
    with Door(store) as door, pytest.raises(NotSignedIn):
        door.peek(token)


@pytest.mark.parametrize("table", ["principal", "entitlement", "sign_in", "signing_key", "audit"])
def test_the_login_role_cannot_enter_what_is_sealed(store, table: str) -> None:
    with app(store) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"SELECT * FROM sealed.{table}")


def test_the_login_role_cannot_issue_a_sign_in(store) -> None:
    with app(store) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT watchfloor.gate_issue('ana', 'x'::bytea, 'page', '1 hour', NULL, NULL)")


def test_the_login_role_cannot_become_another(store) -> None:
    with app(store) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SET ROLE watchfloor_intake")


def test_a_withdrawn_right_is_gone_from_the_next_answer(store, people) -> None:
    sealed = LabelSpec("A", Tlp.AMBER_STRICT, compartment="LANTERN")
    label = people.label(sealed)
    token = people.account("ana", "A", (Right.COMPARTMENT, "LANTERN"))
    with Door(store) as door:
        before = door.peek(token)
        with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
            owner.execute("UPDATE sealed.entitlement SET ends = now()")
        after = door.peek(token)
    assert label in before.labels
    assert label not in after.labels
    assert before.epoch != after.epoch


def test_one_view_asked_often_leaves_one_audit_row_and_records_one_each(store, people) -> None:
    token, view = people.account("ana", "A"), uuid.uuid4()
    with Door(store) as door:
        for action in ("view", "view", "record", "record"):
            with door.open(token, Asked(action, {"layer": "seizures"}, view)):
                pass
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        rows = owner.execute("SELECT action, count(*) FROM sealed.audit GROUP BY action ORDER BY action").fetchall()
    assert rows == [("record", 2), ("view", 1)]


def test_one_view_asked_from_another_sign_in_or_on_another_day_leaves_a_row_of_its_own(store, people) -> None:
    asked = Asked("view", {"layer": "seizures"}, uuid.uuid4())
    tokens = [people.account("ana", "A"), people.token("ana")]
    with Door(store) as door, psycopg.connect(store.conninfo(Role.OWNER), autocommit=True) as owner:
        for _ in range(2):
            for token in tokens:
                with door.open(token, asked):
                    pass
        assert owner.execute("SELECT count(*), count(DISTINCT sign_in_id) FROM sealed.audit").fetchone() == (2, 2)
        owner.execute("UPDATE sealed.audit SET at = at - interval '1 day'")
        with door.open(tokens[0], asked):
            pass
        assert owner.execute("SELECT count(*) FROM sealed.audit").fetchone() == (3,)


def test_many_pages_may_note_the_same_view_at_once(store, people) -> None:
    token, view = people.account("ana", "A"), uuid.uuid4()

    def look(_: int) -> int:
        with door.open(token, Asked("view", {"layer": "seizures"}, view)) as (connection, _scope):
            return count(connection)

    with Door(store) as door, ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(look, range(200)))) == 1
