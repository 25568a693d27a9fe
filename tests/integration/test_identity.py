"""Sign-in, lock, device links: who is let in, for how long, and how often one may try."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.gate import Terms
from watchfloor.geo.scope import PrincipalKind

type Serve = Callable[..., Any]


def last_hand(server: Any) -> str:
    with psycopg.connect(server.runtime.address.conninfo(Role.OWNER)) as connection:
        row = connection.execute("SELECT seen_at::text FROM sealed.sign_in ORDER BY id DESC LIMIT 1").fetchone()
    return str(row[0]) if row else ""


def test_signing_in_leads_to_the_page_that_was_asked_for(server: Any) -> None:
    server.account("ada")
    with server.client() as client:
        answer = server.send_sign_in(client, "ada", next="/whoami?view=1")

    assert (answer.status_code, answer.headers["location"]) == (303, "/whoami?view=1")


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(server: Any) -> None:
    server.account("ada")
    with server.client() as client:
        cookies = server.send_sign_in(client, "ada").headers.get_list("set-cookie")

    (session,) = [cookie for cookie in cookies if "session" in cookie.partition("=")[0]]
    assert "HttpOnly" in session
    assert "SameSite=strict" in session


@pytest.mark.parametrize(
    ("name", "password"), [("ada", "wrong"), ("nobody", "correct horse"), ("ada", ""), ("n\0body", "x"), ("😀", "x")]
)
def test_a_wrong_pair_is_refused_in_the_same_words(server: Any, name: str, password: str) -> None:
    server.account("ada")
    with server.client() as client:
        answer = server.send_sign_in(client, name, password or " ")

    assert answer.status_code == 401
    assert "Account and password do not match." in answer.text


def test_a_form_from_another_browser_is_refused(server: Any) -> None:
    server.account("ada")
    with server.client() as one, server.client() as other:
        other.get("/sign-in")
        answer = server.send_sign_in(one, "ada", form_key="0" * 32)

    assert (answer.status_code, "too long" in answer.text) == (403, True)


def test_after_five_wrong_passwords_the_account_waits_from_that_address(serve: Serve) -> None:
    server = serve()
    server.account("ada")
    server.account("bob")
    with server.client() as client:
        for _ in range(5):
            server.send_sign_in(client, "ada", "wrong")
        answer = server.send_sign_in(client, "ada")

        assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (429, True)
        assert server.send_sign_in(client, "bob").status_code == 303


def test_an_idle_sign_in_locks_and_keeps_the_account_s_name(server: Any) -> None:
    with server.signed_in() as client:
        server.sql("UPDATE sealed.sign_in SET seen_at = now() - interval '16 minutes'")
        answer = client.get("/whoami", follow_redirects=True)

    assert answer.url.path == "/sign-in"
    assert "Locked after 15 minutes" in answer.text
    assert 'name="account" value="ada"' in answer.text


def test_a_page_that_saw_no_hand_locks_its_sign_in_at_once(server: Any) -> None:
    with server.signed_in() as client:
        key = client.get("/whoami").text.split('data-form-key="')[1].split('"')[0]
        client.post("/session/lock", headers={"x-form-key": key})
        answer = client.get("/whoami", follow_redirects=True)

    assert "Locked after 15 minutes" in answer.text
    assert 'name="account" value="ada"' in answer.text


def test_an_opened_page_counts_as_a_hand_and_a_poll_does_not(server: Any) -> None:
    with server.signed_in() as client:
        server.sql("UPDATE sealed.sign_in SET seen_at = now() - interval '10 minutes'")
        before = last_hand(server)
        client.get("/session", headers={"sec-fetch-mode": "cors", "sec-fetch-site": "same-origin"})
        after_poll = last_hand(server)
        client.get("/whoami", headers={"sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"})

        assert after_poll == before
        assert last_hand(server) > before


def test_hands_are_noted_once_a_minute_at_most(server: Any) -> None:
    with server.signed_in() as client:
        key = client.get("/whoami").text.split('data-form-key="')[1].split('"')[0]
        client.post("/session/touch", headers={"x-form-key": key})
        noted = last_hand(server)
        answer = client.post("/session/touch", headers={"x-form-key": key})

    assert answer.status_code == 200
    assert last_hand(server) == noted


def test_a_sign_in_ends_after_its_hours_whoever_is_there(server: Any) -> None:
    with server.signed_in() as client:
        server.sql("UPDATE sealed.sign_in SET expires_at = now()")

        assert client.get("/whoami").status_code == 303


def test_a_demo_account_signs_in_on_loopback(server: Any) -> None:
    server.account("demo", is_demo=True)
    with server.client() as client:
        assert server.send_sign_in(client, "demo").status_code == 303


def test_a_demo_account_cannot_sign_in_beyond_loopback(serve: Serve) -> None:
    server = serve(public_url="https://watch.example", trusted_proxy="127.0.0.1")
    server.account("demo", is_demo=True)
    outside = {"host": "watch.example", "origin": "https://watch.example", "x-forwarded-proto": "https"}
    with server.client(**outside) as client:
        # the cookies are for TLS alone, which ends at the proxy: hand them back by hand
        page = client.get("/sign-in")
        client.headers["cookie"] = page.headers["set-cookie"].partition(";")[0]
        assert server.send_sign_in(client, "demo").status_code == 401


def test_behind_a_proxy_cookies_are_secure_and_plain_requests_refused(serve: Serve) -> None:
    server = serve(public_url="https://watch.example", trusted_proxy="127.0.0.1")
    outside = {"host": "watch.example", "origin": "https://watch.example"}
    with server.client(**outside) as client:
        secure = client.get("/sign-in", headers={"x-forwarded-proto": "https"})
        plain = client.get("/sign-in", headers={"x-forwarded-proto": "http"})

    assert secure.headers["set-cookie"].startswith("__Host-watchfloor_form=")
    assert "Secure" in secure.headers["set-cookie"]
    assert "strict-transport-security" in secure.headers
    assert plain.status_code == 403


def test_any_peer_but_the_named_proxy_is_refused(serve: Serve) -> None:
    server = serve(public_url="https://watch.example", trusted_proxy="192.0.2.1")
    with server.client(host="watch.example", origin="https://watch.example") as client:
        assert client.get("/sign-in", headers={"x-forwarded-proto": "https"}).status_code == 403


def test_a_device_link_signs_a_wall_in_once_and_never_locks(server: Any) -> None:
    server.account("wall", kind=PrincipalKind.WALL)
    link = server.runtime.gate.issue("wall", Terms("device link", timedelta(minutes=15), None))
    with server.client() as wall, server.client() as second:
        assert wall.get("/device", params={"token": link}).status_code == 303
        assert second.get("/device", params={"token": link}).status_code == 401
        server.sql("UPDATE sealed.sign_in SET seen_at = now() - interval '5 days'")
        assert wall.get("/whoami").status_code == 200


def test_a_wall_may_look_and_not_change(server: Any) -> None:
    server.account("wall", kind=PrincipalKind.WALL)
    link = server.runtime.gate.issue("wall", Terms("device link", timedelta(minutes=15), None))
    with server.client() as wall:
        wall.get("/device", params={"token": link})

        assert wall.post("/anything").status_code == 403


def test_a_link_for_a_person_is_no_device_link(server: Any) -> None:
    server.account("ada")
    token = server.runtime.gate.issue("ada", Terms())
    with server.client() as client:
        assert client.get("/device", params={"token": token}).status_code == 401


def test_who_is_signed_in_is_not_asked_again(server: Any) -> None:
    with server.signed_in() as client:
        answer = client.get("/sign-in", params={"next": "/whoami"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/whoami")
