"""Nobody passes without a sign-in, and nobody passes from elsewhere: page, websocket, tiles, API alike."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

type Serve = Callable[..., Any]
TILE = "/tiles/map/3/1/2.png"
BUNDLE = "/tiles/map.bundle"


def page_token(page: str) -> str:
    """The Bokeh token that stands in a page."""
    return page.split('"token":"')[1].split('"', maxsplit=1)[0]


def drain(socket: ClientConnection) -> None:
    while True:
        socket.recv(timeout=10)


def refused_status(server: Any, token: str, client: httpx.Client | None = None, origin: str | None = "") -> int:
    with pytest.raises(InvalidStatus) as refusal, server.socket(token, client, origin=origin):
        pass
    return refusal.value.response.status_code


def test_an_anonymous_page_leads_to_the_sign_in_and_back(server: Any) -> None:
    with server.client() as client:
        answer = client.get("/whoami?view=1")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fwhoami%3Fview%3D1")


@pytest.mark.parametrize("path", [TILE, BUNDLE, "/session", "/static/js/bokeh.min.js", "/nothing", "/whoami"])
def test_an_anonymous_program_gets_401_at_every_path(server: Any, path: str) -> None:
    with server.client(accept="*/*") as client:
        answer = client.get(path)

    assert (answer.status_code, answer.json()["error"]) == (401, "sign in first")


def test_an_anonymous_websocket_is_refused(server: Any) -> None:
    with server.signed_in() as client:
        token = page_token(client.get("/whoami").text)

        assert refused_status(server, token) == 403


def test_the_asker_s_own_websocket_opens(server: Any) -> None:
    with server.signed_in() as client, server.socket(page_token(client.get("/whoami").text), client) as socket:
        assert "ACK" in str(socket.recv(timeout=10))


def test_a_page_of_another_person_cannot_be_taken_over(server: Any) -> None:
    with server.signed_in("ada") as ada, server.signed_in("bob") as bob:
        token = page_token(ada.get("/whoami").text)

        assert refused_status(server, token, bob) == 403
        assert bob.get("/whoami", params={"bokeh-token": token}).status_code == 400
        assert bob.get("/whoami", params={"bokeh-session-id": "x"}).status_code == 400
        assert bob.get("/whoami", headers={"Bokeh-Session-Id": "x"}).status_code == 400


def test_a_page_token_that_we_did_not_sign_is_refused(server: Any) -> None:
    with server.signed_in() as client:
        body, _, _ = page_token(client.get("/whoami").text).partition(".")

        assert refused_status(server, f"{body}.AAAA", client) == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1", "null"])
@pytest.mark.parametrize("path", ["/whoami", TILE, BUNDLE, "/session"])
def test_a_foreign_origin_is_refused_even_with_the_cookie(server: Any, path: str, origin: str) -> None:
    with server.signed_in() as client:
        answer = client.get(path, headers={"origin": origin})

    assert answer.status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1", None])
def test_a_websocket_of_a_foreign_or_unnamed_origin_is_refused(server: Any, origin: str | None) -> None:
    with server.signed_in() as client:
        token = page_token(client.get("/whoami").text)

        assert refused_status(server, token, client, origin=origin) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_picture_that_another_site_embeds_is_refused(server: Any, site: str) -> None:
    with server.signed_in() as client:
        del client.headers["origin"]
        answer = client.get(TILE, headers={"sec-fetch-site": site, "sec-fetch-mode": "no-cors"})

    assert answer.status_code == 403


def test_a_form_that_does_not_say_where_it_comes_from_is_refused(server: Any) -> None:
    with server.signed_in() as client:
        del client.headers["origin"]

        assert client.post("/sign-out").status_code == 403


def test_a_foreign_name_for_our_address_is_refused(server: Any) -> None:
    with server.client() as client:
        del client.headers["origin"]
        answer = client.get("/sign-in", headers={"host": f"rebound.example:{server.port}"})

    assert answer.status_code == 421


def test_signing_out_ends_the_cookie_and_the_open_page(server: Any) -> None:
    with server.signed_in() as client:
        page = client.get("/whoami").text
        key = page.split('data-form-key="')[1].split('"')[0]
        kept = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        with server.socket(page_token(page), client) as socket:
            socket.recv(timeout=10)
            answer = client.post("/sign-out", data={"form_key": key})

            with pytest.raises(ConnectionClosed) as end:
                drain(socket)
        assert end.value.rcvd is not None
        assert end.value.rcvd.code == 4401
        assert answer.headers["clear-site-data"] == '"cache", "storage"'
        assert "watchfloor_session" not in " ".join(client.cookies)
        assert client.get("/whoami", headers={"cookie": kept}).status_code == 303


def test_a_form_without_the_sign_in_s_key_is_refused(server: Any) -> None:
    with server.signed_in() as client:
        assert client.post("/sign-out", data={"form_key": "guess"}).status_code == 403
        assert client.post("/session/touch", headers={"x-form-key": ""}).status_code == 403
        assert client.get("/whoami").status_code == 200


def test_pages_cannot_be_embedded_elsewhere(server: Any) -> None:
    with server.signed_in() as client:
        assert client.get("/whoami/autoload.js?bokeh-autoload-element=x").status_code == 404
        assert client.get("/whoami/metadata").status_code == 404


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/assets/page.css", "/sign-in"])
def test_what_the_sign_in_and_a_balancer_need_is_open(server: Any, path: str) -> None:
    with server.client() as client:
        assert client.get(path).status_code == 200
