"""What may be set, what may not, and that the page about it is true."""

from pathlib import Path
from typing import Any

import pytest

from watchfloor.app.settings import DEFAULT_PORT, Settings, load_settings
from watchfloor.app.settings_table import settings_table
from watchfloor.geo.errors import BadInput

ROOT = Path(__file__).parents[2]
TLS = {"tls_cert": "/etc/cert.pem", "tls_key": "/etc/key.pem"}


def test_the_page_about_settings_is_made_from_the_settings() -> None:
    assert (ROOT / "docs/settings.md").read_text() == settings_table()


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_unset_settings_serve_this_machine_only() -> None:
    settings = load_settings()

    assert (settings.host, settings.port, settings.is_exposed) == ("127.0.0.1", None, False)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::"])
def test_beyond_loopback_plain_http_is_refused(host: str) -> None:
    with pytest.raises(BadInput, match="needs TLS"):
        load_settings(host=host, public_url="https://watch.example")


@pytest.mark.parametrize("protection", [TLS, {"trusted_proxy": "10.0.0.1"}])
def test_beyond_loopback_the_server_must_know_its_name(protection: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="PUBLIC_URL"):
        load_settings(host="0.0.0.0", **protection)


@pytest.mark.parametrize("protection", [TLS, {"trusted_proxy": "10.0.0.0/30"}])
def test_beyond_loopback_tls_or_a_named_proxy_will_do(protection: dict[str, Any]) -> None:
    assert load_settings(host="0.0.0.0", public_url="https://watch.example", **protection).is_exposed


def test_a_proxy_on_the_same_machine_makes_the_server_reachable_from_beyond() -> None:
    assert load_settings(trusted_proxy="127.0.0.1", public_url="https://watch.example").is_exposed


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"host": "example.org"}, "example.org"),
        ({"port": 0}, "WATCHFLOOR_PORT"),
        ({"tls_cert": "/etc/cert.pem"}, "go together"),
        ({"idle_minutes": 600}, "WATCHFLOOR_IDLE_MINUTES"),
        ({"public_url": "http://watch.example", "trusted_proxy": "10.0.0.1"}, "https://"),
        ({"public_url": "https://watch.example/path", "trusted_proxy": "10.0.0.1"}, "https://"),
        ({"trusted_proxy": "everybody", "public_url": "https://watch.example"}, "WATCHFLOOR_TRUSTED_PROXY"),
    ],
)
def test_a_wrong_setting_is_named_in_the_refusal(given: dict[str, Any], named: str) -> None:
    with pytest.raises(BadInput, match=named):
        load_settings(**given)


def test_the_environment_is_read_with_its_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHFLOOR_PORT", "9001")
    monkeypatch.setenv("WATCHFLOOR_HOME", "~/here")

    settings = load_settings()

    assert (settings.port, settings.home) == (9001, Path.home() / "here")


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHFLOOR_PORT", "9001")

    assert load_settings(port=9002).port == 9002
    assert load_settings(port=None).port == 9001


def test_the_database_s_password_is_in_no_message() -> None:
    settings = load_settings(database_url="postgresql://owner:hunter2@db/watchfloor")

    assert "hunter2" not in repr(settings)
    assert DEFAULT_PORT == 8470
