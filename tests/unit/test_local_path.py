"""After sign-in a person goes to a page of ours, whatever the link said."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.app.routes_sign_in import local_path

HERE = "http://127.0.0.1:8470/sign-in"


@pytest.mark.parametrize("path", ["/", "/explore", "/explore?bbox=1,2,3,4&since=2026-01-01", "/case/7#links"])
def test_our_own_pages_are_kept(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "/%5Cevil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "explore",
        "",
        "/sign-in?next=/",
        "/device?token=x",
        "http:evil.example",
    ],
)
def test_everything_else_leads_to_the_start(path: str) -> None:
    assert local_path(path) == "/"


@given(st.text(alphabet="/\\:.@%25Cevil[]\t\r\n?# ", max_size=30))
def test_no_text_leads_to_another_site(text: str) -> None:
    assert urlsplit(urljoin(HERE, local_path(text))).netloc == urlsplit(HERE).netloc
