"""Who is behind a request: the cookies, the visit that the guard found, and what is derived from its token.

Everything is derived from the token itself, so several server processes agree without a shared secret.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from starlette.requests import HTTPConnection, cookie_parser
from starlette.responses import Response
from starlette.types import Scope as AsgiScope

from watchfloor.app.settings import DEFAULT_PORT, Settings
from watchfloor.geo.errors import NotSignedIn
from watchfloor.geo.scope import Scope

VISIT = "watchfloor.visit"
NONCE = "watchfloor.nonce"
SEAL_HEADER = "x-watchfloor-seal"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is signed in."""

    token: str = field(repr=False)
    scope: Scope

    @property
    def form_key(self) -> str:
        """What a form must carry, so that no other site can send it."""
        return _derived(self.token, "form")

    @property
    def seal(self) -> str:
        """Names the sign-in without giving it away: a page and its websocket must bear the same."""
        return _derived(self.token, "seal")


@dataclass(frozen=True, slots=True)
class Cookies:
    """Names and attributes of the cookies of one server.

    Cookies know no ports, so a server beside the usual one has names of its own: two stores in one
    browser do not sign each other out.
    """

    session: str
    account: str
    form: str
    is_secure: bool

    @classmethod
    def of(cls, settings: Settings, port: int) -> "Cookies":
        """The cookies of a server that listens on this port."""
        prefix = "__Host-" if settings.is_exposed else ""
        suffix = "" if settings.is_exposed or port == DEFAULT_PORT else f"_{port}"
        session, account, form = (f"{prefix}watchfloor_{name}{suffix}" for name in ("session", "account", "form"))
        return cls(session, account, form, settings.is_exposed)

    def token(self, scope: AsgiScope) -> str | None:
        """The sign-in's token that came with the request, if it has the form of one."""
        token = self.all(scope).get(self.session, "")
        return token if _TOKEN.fullmatch(token) else None

    def all(self, scope: AsgiScope) -> dict[str, str]:
        """All cookies of a request."""
        given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
        return cookie_parser("; ".join(given))

    def put(self, response: Response, name: str, value: str, max_age: int) -> None:
        """Set one of our cookies: for this host alone, out of reach of scripts and of other sites."""
        response.set_cookie(name, value, max_age, path="/", secure=self.is_secure, httponly=True, samesite="strict")

    def drop(self, response: Response, name: str) -> None:
        """Take one of our cookies back."""
        response.delete_cookie(name, path="/", secure=self.is_secure, httponly=True, samesite="strict")


def is_token(text: str) -> bool:
    """Whether the text has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


def current_visit(request: HTTPConnection) -> Visit:
    """Who asks, as the guard found it a moment ago. Raises NotSignedIn outside of guarded paths."""
    visit = request.scope.get("state", {}).get(VISIT)
    if not isinstance(visit, Visit):
        raise NotSignedIn("sign in first")
    return visit


def request_of_session() -> Any:
    """The request that opened the page whose callback runs now; None outside of a page."""
    # what draws alone has no pages, and does not wait for their libraries
    from panel.io.state import state  # noqa: PLC0415

    context: Any = state.curdoc.session_context if state.curdoc else None
    return context.request if context else None


def visit_of_session() -> Visit:
    """Who is behind the open page whose callback runs now. Raises NotSignedIn outside of a page."""
    visit = getattr(request_of_session(), "user", None)
    if not isinstance(visit, Visit):
        raise NotSignedIn("sign in first")
    return visit


def new_form_secret() -> str:
    """Secret of a browser that is not signed in yet, for the sign-in form."""
    return secrets.token_urlsafe(24)


def sign_in_form_key(form_secret: str) -> str:
    """What the sign-in form must carry for that secret."""
    return _derived(form_secret, "sign-in")


def same(given: str, wanted: str) -> bool:
    """Whether two secrets are equal, in a time that tells nothing."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def _derived(token: str, purpose: str) -> str:
    return hmac.new(token.encode(), f"watchfloor.{purpose}".encode(), sha256).hexdigest()[:32]
