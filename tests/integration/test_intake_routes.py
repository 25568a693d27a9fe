"""The intake page over HTTP: who may hand in, forms from elsewhere, labels that were not offered, a table published."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import psycopg
import pytest

from watchfloor.app.intake_publishing import Publishing
from watchfloor.data.address import Role
from watchfloor.data.registry import Account, LabelSpec, ensure_agency, ensure_principal, intern_label
from watchfloor.geo.scope import PrincipalKind, Right, Tier, Tlp

from .conftest import PASSWORD, Served
from .tricky_tables import ods, xlsx

TABLE = b"Case,Date,Lat,Lon,Drug,kg,Note\n1,2024-03-14,32.5521,-117.0431,Cocaine,12.5,<script>x</script>\n"


@pytest.fixture(scope="module")
def people(server: Served) -> Served:
    """The server, with persons of two agencies, of whom one holds a compartment, and one of none."""
    with psycopg.connect(server.runtime.address.conninfo(Role.OWNER)) as owner:
        for code in ("NTF", "CGD"):
            ensure_agency(owner, code, f"Agency {code}")
        intern_label(owner, LabelSpec("NTF", Tlp.AMBER, Tier.OPEN, "LANTERN"))
        for name, agency, kind, rights in (
            ("ana", "NTF", PrincipalKind.PERSON, ((Right.COMPARTMENT, "LANTERN"),)),
            ("bob", "CGD", PrincipalKind.PERSON, ()),
            ("guest", None, PrincipalKind.PERSON, ()),
        ):
            ensure_principal(owner, Account(name, kind, name.title(), agency, rights, PASSWORD))
    return server


@contextmanager
def browser(served: Served, name: str) -> Iterator[httpx.Client]:
    with served.client() as client:
        assert served.send_sign_in(client, name).status_code == 303
        client.timeout = httpx.Timeout(120)
        yield client


def key_of(client: httpx.Client) -> str:
    found = re.search(r'data-form-key="([^"]+)"', client.get("/intake").text)
    assert found is not None
    return found[1]


def handed_in(client: httpx.Client, name: str = "march.csv", body: bytes = TABLE) -> httpx.Response:
    return client.post("/intake/file", params={"name": name}, content=body, headers={"x-form-key": key_of(client)})


def published(client: httpx.Client, at: str, **form: str | list[str]) -> httpx.Response:
    client.get(at)
    answer = client.post(f"{at}/publish", data={"form_key": key_of(client), **form})
    if answer.status_code != 303:
        return answer
    while 'http-equiv="refresh"' in (shown := client.get(at)).text:
        time.sleep(0.2)
    return shown


def test_only_persons_of_an_agency_hand_in(people: Served) -> None:
    with browser(people, "guest") as client:
        assert client.get("/intake").status_code == 403
    with people.client() as nobody:
        assert nobody.get("/intake").status_code == 303


def test_a_form_that_is_not_from_this_sign_in_is_refused(people: Served) -> None:
    with browser(people, "ana") as client:
        assert client.post("/intake/file?name=a.csv", content=TABLE).status_code == 403
        at = handed_in(client).json()["at"]
        for step in ("answers", "publish", "discard"):
            assert client.post(f"{at}/{step}", data={"form_key": "made up"}).status_code == 403
        assert client.get(at).status_code == 200


def test_another_person_does_not_find_the_file(people: Served) -> None:
    with browser(people, "ana") as ana, browser(people, "bob") as bob:
        at = handed_in(ana).json()["at"]
        assert "no longer in hand" in bob.get(at).text


def test_labels_that_were_not_offered_are_refused_and_the_draft_stays(people: Served) -> None:
    with browser(people, "ana") as client:
        at = handed_in(client).json()["at"]
        for form in (
            {"tlp": "AMBER", "owner": "CGD"},
            {"tlp": "AMBER", "owner": "NTF", "compartment": "SECRET"},
            {"tlp": "GREEN", "owner": "NTF", "released": ["CGD"]},
            {"tlp": "CLEAR", "owner": "NTF", "tier": "SEALED"},
            {"tlp": "PINK", "owner": "NTF"},
            {"tlp": "", "owner": "NTF"},
            {"tlp": "AMBER", "owner": "NTF", "keep": "a/b@2"},
        ):
            answer = published(client, at, **form)
            assert answer.status_code == 400, form
            assert 'role="alert"' in answer.text
            assert "Nothing is published yet" in answer.text


def test_a_table_is_published_under_a_whole_label_and_its_mapping_is_kept_under_the_same(people: Served) -> None:
    with browser(people, "ana") as client:
        at = handed_in(client).json()["at"]
        draft = client.get(at)
        assert draft.status_code == 200
        assert "<script>x</script>" not in draft.text
        assert "&lt;script&gt;x" in draft.text
        shown = published(
            client, at, tlp="AMBER", owner="NTF", tier="OPEN", compartment="LANTERN", released=["CGD"], keep="lab"
        )
        assert "TLP:AMBER · OPEN · owner NTF · compartment LANTERN · releasable to CGD" in shown.text
        assert "lab, version 1" in shown.text
        again = handed_in(client, "april.csv").json()["at"]
        assert "lab, version 1 (NTF)" in client.get(again).text
    with browser(people, "bob") as client:
        assert "lab" not in client.get("/intake").text.split("Kept mappings")[1]
    with psycopg.connect(people.runtime.address.conninfo(Role.INTAKE)) as store:
        row = store.execute(
            "SELECT m.name, m.version, m.label_id = r.label_id FROM watchfloor.run AS r "
            "JOIN watchfloor.mapping AS m ON m.id = r.mapping_id ORDER BY r.id DESC LIMIT 1"
        ).fetchone()
    assert row == ("lab", 1, True)
    with psycopg.connect(people.runtime.address.conninfo(Role.OWNER)) as owner:
        acts = owner.execute(
            "SELECT p.name, a.question FROM sealed.audit AS a JOIN sealed.principal AS p ON p.id = a.principal_id "
            "WHERE a.action = 'admin'"
        ).fetchall()
    label = "NTF/AMBER/OPEN/LANTERN+CGD"
    act = {"act": "ingest", "format": "csv", "label": label, "files": ["march.csv"], "keep": "lab"}
    assert acts == [("ana", act)]


def n_runs(served: Served) -> int:
    with psycopg.connect(served.runtime.address.conninfo(Role.OWNER)) as owner:
        (n,) = owner.execute("SELECT count(*) FROM watchfloor.run").fetchone() or (0,)
    return int(n)


def test_publish_that_is_pressed_twice_is_one_run(people: Served) -> None:
    with browser(people, "ana") as client:
        at = handed_in(client, "twice.csv", TABLE.replace(b"2024-03-14", b"2024-03-15")).json()["at"]
        client.get(at)
        form = {"form_key": key_of(client), "tlp": "AMBER", "owner": "NTF", "tier": "OPEN"}
        before = n_runs(people)
        with ThreadPoolExecutor(4) as hands:
            answers = list(hands.map(lambda _: client.post(f"{at}/publish", data=form).status_code, range(4)))
        while 'http-equiv="refresh"' in (shown := client.get(at)).text:
            time.sleep(0.2)

    assert answers == [303] * 4
    assert n_runs(people) == before + 1
    assert "run failed" not in shown.text
    assert "published, in" in shown.text


def test_what_is_published_is_told_so_if_its_label_cannot_be_read(people: Served, monkeypatch) -> None:
    def fails(*_: object) -> None:
        raise psycopg.OperationalError("the store is away")

    monkeypatch.setattr(Publishing, "_note_label", fails)
    with browser(people, "ana") as client:
        at = handed_in(client, "label.csv", TABLE.replace(b"2024-03-14", b"2024-03-16")).json()["at"]
        shown = published(client, at, tlp="AMBER", owner="NTF", tier="OPEN")

    assert "published, in" in shown.text
    assert "nothing was published" not in shown.text
    assert "not read: the store did not answer" in shown.text


@pytest.mark.parametrize("name", ["march.xlsx", "march.ods"])
def test_a_sheet_is_drafted_corrected_and_published_as_a_table_of_text_is(people: Served, name: str) -> None:
    rows: list[list[object]] = [
        ["Case", "Date", "Lat", "Lon", "Drug", "kg"],
        [name, "2024-03-05", 32.55, -117.04, "Cocaine", 12.5],
    ]
    body = xlsx(("Seizures", rows, "")) if name.endswith("xlsx") else ods(rows)
    with browser(people, "bob") as client:
        at, key = handed_in(client, name, body).json()["at"], key_of(client)
        assert "12.5 kg Cocaine" in client.get(at).text
        client.post(f"{at}/answers", data={"form_key": key, "answer:place.precision": "town"})
        assert "6 km" in client.get(at).text
        shown = published(client, at, tlp="GREEN", owner="CGD", keep=name.replace(".", " "))
        assert re.search(r"<th>Loaded</th><td>1</td>", shown.text)
        again = handed_in(client, name, body).json()["at"]
        assert "as kept in" in client.get(again).text


def test_corrections_draft_again_and_are_taken_back(people: Served) -> None:
    with browser(people, "bob") as client:
        at, key = handed_in(client).json()["at"], key_of(client)
        client.get(at)
        client.post(f"{at}/answers", data={"form_key": key, "base": "anew"})
        client.post(
            f"{at}/answers", data={"form_key": key, "answer:place.precision": "town", "role:place.name": "Note"}
        )
        assert "6 km" in client.get(at).text
        client.post(f"{at}/answers", data={"form_key": key, "answer:time.format": "%d/%m/%Y"})
        assert "1 would be kept aside" in client.get(at).text
        client.post(f"{at}/answers", data={"form_key": key, "reset": "yes"})
        assert "150 m" in client.get(at).text
        client.post(f"{at}/answers", data={"form_key": key, "answer:time.precision": "nearly"})
        told = client.get(at)
        assert (told.status_code, "The answers were taken back" in told.text) == (400, True)


def test_a_discarded_file_is_gone(people: Served) -> None:
    with browser(people, "bob") as client:
        at = handed_in(client).json()["at"]
        client.post(f"{at}/discard", data={"form_key": key_of(client)})
        assert "no longer in hand" in client.get(at).text


def test_what_is_no_table_is_told_what_to_do(people: Served) -> None:
    with browser(people, "bob") as client:
        assert "watchfloor ingest geojson FILE" in handed_in(client, "areas.geojson", b"{}").text
        at = handed_in(client, "empty header.csv", b"1,2\n3,4\n").json()["at"]
        told = client.get(at)
        assert told.status_code == 400
        assert "looks like a header" in told.text
