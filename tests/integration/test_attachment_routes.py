"""Attachments come in through a bounded form of the own page, and go out as downloads to who may see them."""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.registry import Account, LabelSpec, ensure_agency, ensure_principal, intern_label
from watchfloor.geo.scope import PrincipalKind, Tlp

from . import case_rows
from .conftest import PASSWORD, Served

PAGE = b"<script>alert(1)</script>"


@pytest.fixture(scope="module")
def labels(server: Served) -> dict[str, int]:
    """Labels by name; agencies A and B, each with one person: ana and bob."""
    with psycopg.connect(server.runtime.address.conninfo(Role.OWNER)) as owner:
        for code, name in (("A", "ana"), ("B", "bob")):
            ensure_agency(owner, code, f"Agency {code}")
            ensure_principal(owner, Account(name, PrincipalKind.PERSON, name, code, password=PASSWORD))
        return {
            "own": intern_label(owner, LabelSpec("A", Tlp.AMBER_STRICT)),
            "common": intern_label(owner, LabelSpec("A", Tlp.GREEN)),
        }


@pytest.fixture(scope="module")
def case(server: Served, labels: dict[str, int]) -> str:
    about = case_rows.case(server.runtime.address, labels["common"])
    return f"case:{about.id}"


@pytest.fixture
def signed_in(server: Served, labels: dict[str, int]) -> Iterator[Callable[[str], httpx.Client]]:
    """Browsers in which somebody has signed in."""
    with ExitStack() as stack:

        def enter(name: str) -> httpx.Client:
            client = stack.enter_context(server.client())
            assert server.send_sign_in(client, name).status_code == 303
            return client

        yield enter


def key(client) -> str:
    return client.get("/intake").text.split('data-form-key="')[1].split('"')[0]


def send(
    client, about: str, label: object, *, content: bytes = PAGE, name: str = "a.html", form_key: str | None = None
):
    given = {"about": about, "label": str(label), "name": name}
    headers = {"x-form-key": key(client) if form_key is None else form_key, "content-type": "text/html"}
    return client.post("/kept/attachments", params=given, content=content, headers={**headers, "accept": "*/*"})


def test_an_attachment_goes_out_as_a_download_whatever_it_was_called(signed_in, labels, case) -> None:
    client = signed_in("ana")
    sent = send(client, case, labels["common"], name='../x"\r\ny<b>.html')
    assert sent.status_code == 200, sent.text

    given = client.get(f"/kept/attachments/{sent.json()['id']}")

    assert given.content == PAGE
    assert sent.json()["sha256"] == hashlib.sha256(PAGE).hexdigest()
    assert given.headers["content-type"] == "application/octet-stream"
    assert given.headers["content-disposition"] == (
        "attachment; filename=\"x_ y_b_.html\"; filename*=UTF-8''x%22%20y%3Cb%3E.html"
    )
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["cache-control"] == "no-store"


def test_another_agency_gets_what_its_label_gives_and_learns_nothing_of_the_rest(signed_in, labels, case) -> None:
    ana, bob = signed_in("ana"), signed_in("bob")
    common, own = (send(ana, case, labels[name]).json()["id"] for name in ("common", "own"))

    answers = [
        bob.get(f"/kept/attachments/{thing}", headers={"accept": "*/*"}) for thing in (common, own, uuid.uuid4())
    ]

    assert [answer.status_code for answer in answers] == [200, 400, 400]
    assert answers[1].json() == answers[2].json()


@pytest.mark.parametrize(
    ("about", "label", "status"),
    [
        ("case:7", "common", 400),
        ("place:1", "common", 400),
        ("", "common", 400),
        (f"case:{uuid.UUID(int=1)}", "common", 403),
        ("", "", 400),
    ],
)
def test_an_attachment_about_nothing_is_refused(signed_in, labels, about: str, label: str, status: int) -> None:
    client = signed_in("ana")
    assert send(client, about, labels.get(label, "")).status_code == status


def test_a_label_that_the_sender_does_not_see_is_refused(signed_in, labels, case) -> None:
    client = signed_in("bob")
    assert [send(client, case, label).status_code for label in (labels["own"], 9_999, "-1", "x")] == [
        403,
        403,
        400,
        400,
    ]


def test_a_form_of_another_sign_in_is_refused(signed_in, labels, case) -> None:
    client = signed_in("ana")
    assert send(client, case, labels["own"], form_key="x" * 32).status_code == 403


def test_what_is_empty_or_too_large_is_told_in_one_sentence(signed_in, labels, case) -> None:
    client = signed_in("ana")
    answers = [send(client, case, labels["own"], content=content) for content in (b"", bytes(20 * 2**20 + 1))]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert "empty (0 bytes)" in answers[0].json()["error"]
    assert "larger than 20 MB" in answers[1].json()["error"]


def test_an_attachment_taken_in_and_handed_out_stands_in_the_audit(server, signed_in, labels, case) -> None:
    client = signed_in("ana")
    thing = send(client, case, labels["own"]).json()["id"]
    client.get(f"/kept/attachments/{thing}")

    with psycopg.connect(server.runtime.address.conninfo(Role.OWNER)) as owner:
        told = owner.execute("SELECT action, question FROM sealed.audit ORDER BY id DESC LIMIT 6").fetchall()
    assert ("export", {"attachment": thing}) in told
    assert any(action == "keep" and question["act"] == "attach" for action, question in told)
