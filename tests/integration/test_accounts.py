"""Rights that are given and taken: what an account sees follows at the next answer and tile."""

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from watchfloor.app.accounts import ensure_cast
from watchfloor.data.accounts import (
    add_account,
    administrators,
    grant_right,
    list_accounts,
    revoke_all,
    revoke_right,
    set_active,
    set_password,
)
from watchfloor.data.address import Role
from watchfloor.data.agencies import add_agency, add_label, list_agencies
from watchfloor.data.door import Door
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.registry import PUBLIC, Account, LabelSpec
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.errors import BadInput, NotSignedIn
from watchfloor.geo.scope import PrincipalKind, Right, Tier, Tlp

SEALED = LabelSpec("A", Tlp.AMBER_STRICT, Tier.SENSITIVE, "LAMP")
PASSWORD = "violet tram under lantern 9"


def owner(store: Any) -> psycopg.Connection:
    return psycopg.connect(store.conninfo(Role.OWNER))


def person(name: str, agency: str | None = None) -> Account:
    return Account(name, PrincipalKind.PERSON, name, agency, (), PASSWORD)


def seen(store: Any, token: str) -> set[int]:
    with Repository(store) as repository:
        return set(repository.scope(Asker(token, uuid.uuid4())).labels)


def test_a_right_is_there_from_the_next_answer_and_gone_from_the_next_one(store, people) -> None:
    label = people.label(SEALED)
    token = people.account("ana", "A", (Right.COMPARTMENT, "LAMP"))
    assert label not in seen(store, token)

    with owner(store) as connection:
        grant_right(connection, "ana", Right.TIER, "sensitive")
    assert label in seen(store, token)

    with owner(store) as connection:
        assert revoke_right(connection, "ana", Right.TIER, None) == 1
    assert label not in seen(store, token)


def test_a_right_with_an_end_is_gone_when_the_end_has_come(store, people) -> None:
    label = people.label(SEALED)
    token = people.account("ana", "A", (Right.TIER, "1"))
    with owner(store) as connection:
        grant_right(connection, "ana", Right.COMPARTMENT, "LAMP", ends=datetime.now(UTC) + timedelta(seconds=2))

    with Door(store) as door:
        held = door.peek(token)
        while label in door.peek(token).labels:
            time.sleep(0.1)

        assert label in held.labels
        assert door.peek(token).epoch != held.epoch


def test_the_same_right_under_another_end_replaces_the_first(store, people) -> None:
    people.account("ana", "A")
    with owner(store) as connection:
        grant_right(connection, "ana", Right.HEALTH, None)
        connection.commit()
        grant_right(connection, "ana", Right.HEALTH, None, ends=datetime.now(UTC) + timedelta(days=1))
        connection.commit()
        (ana,) = [account for account in list_accounts(connection) if account.name == "ana"]

    assert [(h.right, h.ends is not None) for h in ana.rights] == [("health", True)]


@pytest.mark.parametrize(
    ("right", "value"),
    [
        (Right.TIER, "HIGH"),
        (Right.TIER, "9"),
        (Right.TIER, None),
        (Right.COMPARTMENT, "NO-SUCH"),
        (Right.COMPARTMENT, "LAMP'; DROP TABLE label"),
        (Right.NAMED, "1"),
        (Right.NAMED, "99999999999999999999"),
        (Right.HEALTH, "some"),
    ],
)
def test_a_right_that_means_nothing_is_not_written(store, people, right: Right, value: str | None) -> None:
    people.label(PUBLIC)
    people.label(SEALED)
    people.account("ana", "A")

    with owner(store) as connection, pytest.raises(BadInput):
        grant_right(connection, "ana", right, value)


def test_an_end_that_is_past_is_refused(store, people) -> None:
    people.account("ana", "A")

    with owner(store) as connection, pytest.raises(BadInput, match="is past"):
        grant_right(connection, "ana", Right.HEALTH, None, ends=datetime(2020, 1, 1, tzinfo=UTC))


def test_a_red_label_is_named_by_its_number(store, people) -> None:
    red = people.label(LabelSpec("A", Tlp.RED))
    token = people.account("ana", "B")
    with owner(store) as connection:
        grant_right(connection, "ana", Right.NAMED, str(red))

    assert red in seen(store, token)


def test_a_new_password_ends_the_sign_ins_and_is_the_only_one_that_is_right(store, people) -> None:
    with owner(store) as connection:
        add_account(connection, person("ada"))
    gate = Gate(store)
    token = gate.sign_in("ada", PASSWORD, Terms(), demo_allowed=False)

    with owner(store) as connection:
        assert set_password(connection, "ada", "some tall grass over 77 hills") == 1

    with Door(store) as door, pytest.raises(NotSignedIn):
        door.peek(token)
    with pytest.raises(NotSignedIn):
        gate.sign_in("ada", PASSWORD, Terms(), demo_allowed=False)
    assert gate.sign_in("ada", "some tall grass over 77 hills", Terms(), demo_allowed=False)


def test_a_closed_account_is_cut_off_and_may_be_opened_again(store, people) -> None:
    token = people.account("ana", "A")
    with owner(store) as connection:
        assert set_active(connection, "ana", is_active=False) == 1
    with Door(store) as door, pytest.raises(NotSignedIn):
        door.peek(token)
    with pytest.raises(NotSignedIn):
        people.token("ana")

    with owner(store) as connection:
        set_active(connection, "ana", is_active=True)
    assert people.token("ana")


@pytest.mark.parametrize("name", ["", "Ada", "ada lovelace", "ada/..", "=cmd", "a" * 64, "ada\n", "ádá"])
def test_an_account_needs_a_plain_name(store, name: str) -> None:
    with owner(store) as connection, pytest.raises(BadInput, match="no name"):
        add_account(connection, person(name))


def test_no_account_is_made_twice_or_for_an_unknown_agency(store) -> None:
    with owner(store) as connection:
        add_account(connection, person("ada"))
        with pytest.raises(BadInput, match="already"):
            add_account(connection, person("ada"))
        with pytest.raises(BadInput, match="no agency"):
            add_account(connection, person("bob", "NOWHERE"))


def test_rights_that_have_all_ended_leave_no_administrator(store, people) -> None:
    people.account("ana", "A", (Right.OPERATE, "yes"), (Right.HEALTH, "yes"))
    with owner(store) as connection:
        assert administrators(connection) == ["ana"]
        connection.commit()
        assert revoke_all(connection, "ana") == 2
        connection.commit()
        assert administrators(connection) == []


def test_agencies_and_labels_are_checked_before_they_are_written(store) -> None:
    with owner(store) as connection:
        add_agency(connection, "A", "Agency A", None)
        number = add_label(connection, SEALED)
        assert add_label(connection, SEALED) == number
        assert "A" in {row[0] for row in list_agencies(connection)}
        with pytest.raises(BadInput, match="no agency"):
            add_label(connection, LabelSpec("NOWHERE", Tlp.GREEN))
        with pytest.raises(BadInput, match="no code"):
            add_agency(connection, "a/b", "Agency", None)
        with pytest.raises(BadInput, match="printed"):
            add_agency(connection, "C", "one\x1b[2Jtwo", None)


def test_a_revoked_right_is_gone_from_the_next_tile_and_page_of_an_open_browser(serve: Callable[..., Any]) -> None:
    served = serve()
    store = served.runtime.address
    with owner(store) as connection:
        add_agency(connection, "A", "Agency A", None)
        add_label(connection, SEALED)
    with served.signed_in("ada") as client:
        with owner(store) as connection:
            connection.execute(
                "UPDATE sealed.principal SET agency_id = a.id FROM watchfloor.agency AS a WHERE a.code = 'A'"
            )
            grant_right(connection, "ada", Right.TIER, "SENSITIVE")
            grant_right(connection, "ada", Right.COMPARTMENT, "LAMP")
        epoch = served.runtime.door.peek(
            client.cookies[next(name for name in client.cookies if "session" in name)]
        ).epoch
        asked = {
            "layers": "ground",
            "since": "2026-01-01",
            "until": "2026-07-01",
            "view": str(uuid.uuid4()),
            "e": epoch,
        }
        assert client.get("/tiles/map/2/1/1.png", params=asked).status_code == 200
        assert "LAMP" in served.document(client)

        with owner(store) as connection:
            revoke_right(connection, "ada", Right.COMPARTMENT, "LAMP")

        assert client.get("/tiles/map/2/1/1.png", params=asked).status_code == 410
        assert "LAMP" not in served.document(client)


def test_a_right_of_an_exercise_account_that_was_ended_does_not_come_back_with_the_next_start(store) -> None:
    ensure_cast(store)
    with owner(store) as connection:
        revoke_right(connection, "sbi.health", Right.HEALTH, None)
        grant_right(connection, "ntf.lead", Right.HEALTH, None, ends=datetime.now(UTC) + timedelta(days=1))

    ensure_cast(store)

    with owner(store) as connection:
        rights = {account.name: account.rights for account in list_accounts(connection)}
    assert {held.right for held in rights["sbi.health"]} == {"tier"}
    assert [held.ends is None for held in rights["ntf.lead"] if held.right == "health"] == [False]
