"""A list of vehicles handed in at the intake page: drafted, shown with its plates, published."""

import re
import time

import httpx
import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.registry import Account, ensure_agency, ensure_principal
from watchfloor.geo.scope import PrincipalKind

from .conftest import PASSWORD, Served

TABLE = b"Plate,State,Make,Model\nABC1234,AZ,Honda,<script>x</script>\nKLM555,CA,Ford,F150\n"


@pytest.fixture(scope="module")
def people(server: Served) -> Served:
    """The server, with a person of an agency."""
    with psycopg.connect(server.runtime.address.conninfo(Role.OWNER)) as owner:
        ensure_agency(owner, "NTF", "Agency NTF")
        ensure_principal(owner, Account("cleo", PrincipalKind.PERSON, "Cleo", "NTF", (), PASSWORD))
    return server


def form_key(client: httpx.Client) -> str:
    found = re.search(r'data-form-key="([^"]+)"', client.get("/intake").text)
    assert found is not None
    return found[1]


def test_a_list_is_shown_with_what_each_row_bears_and_published(people: Served) -> None:
    with people.client() as client:
        assert people.send_sign_in(client, "cleo").status_code == 303
        client.timeout = httpx.Timeout(120)
        headers = {"x-form-key": form_key(client)}
        at = client.post("/intake/file?name=cars.csv", content=TABLE, headers=headers).json()["at"]
        draft = client.get(at)
        assert draft.status_code == 200
        for text in ("plate (US-AZ) ABC1234", "Honda &lt;script&gt;x&lt;/script&gt;", "What is a row?"):
            assert text in draft.text
        answer = client.post(
            f"{at}/publish", data={"form_key": form_key(client), "tlp": "AMBER", "owner": "NTF", "tier": "OPEN"}
        )
        assert answer.status_code == 303, answer.text
        while 'http-equiv="refresh"' in (shown := client.get(at)).text:
            time.sleep(0.2)
        assert shown.status_code == 200
    with psycopg.connect(people.runtime.address.conninfo(Role.INTAKE)) as connection:
        found = connection.execute(
            "SELECT i.scheme, i.value FROM watchfloor.identifier AS i JOIN watchfloor.entity AS e "
            "ON e.id = i.entity_id WHERE e.name IN ('Ford F150', 'Honda <script>x</script>') ORDER BY i.value"
        ).fetchall()
    assert found == [("plate (US-AZ)", "ABC1234"), ("plate (US-CA)", "KLM555")]
