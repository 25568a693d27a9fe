"""What every answer bears, and what no page gives away."""

import html
import json
from collections.abc import Callable
from typing import Any

import pytest

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize(
    "path", ["/whoami", "/sign-in?next=/", "/static/js/bokeh.min.js", "/assets/page.js", "/nothing", "/session"]
)
def test_every_answer_bears_the_protecting_headers(server: Any, path: str) -> None:
    with server.signed_in() as client:
        headers = client.get(path).headers

    assert {name: headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "'unsafe-eval'" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_no_page_is_kept_by_the_browser_and_libraries_are(server: Any) -> None:
    with server.signed_in() as client:
        kept = {
            path: client.get(path).headers["cache-control"]
            for path in ("/whoami", "/nothing", "/static/js/bokeh.min.js", "/static/js/bokeh.min.js?v=1")
        }

    assert list(kept.values()) == ["no-store", "no-store", "private, max-age=600", "private, max-age=86400, immutable"]


def test_scripts_of_a_page_run_under_its_own_nonce_only(server: Any) -> None:
    with server.signed_in() as client:
        first, second = client.get("/whoami"), client.get("/whoami")

    nonce = first.headers["content-security-policy"].split("'nonce-")[1].split("'")[0]
    scripts = first.text.split("<script")[1:]
    assert "'unsafe-inline'" not in first.headers["content-security-policy"].split("script-src")[1].split(";")[0]
    assert all(f'nonce="{nonce}"' in tag.partition(">")[0] or 'src="/assets/' in tag for tag in scripts)
    assert nonce not in second.text


def test_no_page_holds_the_sign_in_s_secret(server: Any) -> None:
    with server.signed_in() as client:
        page = client.get("/whoami").text

    assert not [name for name, value in client.cookies.items() if "session" in name and value in page]


def test_a_hostile_name_is_only_text(server: Any) -> None:
    with server.signed_in("eve") as client:
        server.sql("UPDATE sealed.principal SET display_name = '<script>alert(1)</script>' WHERE name = 'eve'")
        page = client.get("/whoami").text

        said = json.loads(server.document(client))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    # markup is escaped once more inside of the model's text
    assert "<script>alert" not in html.unescape(json.dumps(said))


def test_a_page_says_that_the_store_is_an_exercise(server: Any) -> None:
    with server.signed_in() as client, server.client() as stranger:
        assert "EXERCISE" in client.get("/whoami").text
        assert "EXERCISE" in client.get("/nothing").text
        assert "EXERCISE" in stranger.get("/sign-in").text


def test_what_is_missing_is_said_as_a_page_or_as_json(server: Any) -> None:
    with server.signed_in() as client:
        page = client.get("/nothing")
        answer = client.get("/nothing", headers={"accept": "application/json"})

    assert (page.status_code, answer.status_code) == (404, 404)
    assert "Back to the start" in page.text
    assert "error" in json.loads(answer.text)


def test_no_generated_documentation_is_served(server: Any) -> None:
    with server.signed_in() as client:
        assert {client.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")} == {404}


def test_a_fault_in_a_page_tells_nothing_of_the_store(serve: Callable[..., Any]) -> None:
    server = serve()
    with server.signed_in() as client:
        server.sql("REVOKE SELECT ON watchfloor.label FROM watchfloor_app")
        said = server.document(client)

    assert "This page could not be built" in said
    assert "permission denied" not in said
