"""The way in: a form for people, a link that works once for wall displays."""

import threading
from datetime import timedelta
from typing import Annotated
from urllib.parse import unquote, urlsplit

import structlog
from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from watchfloor.app.attempts import Attempts
from watchfloor.app.guard import Guarded
from watchfloor.app.identity import VISIT, Visit, is_token, new_form_secret, same, sign_in_form_key
from watchfloor.app.notices import notice
from watchfloor.dashboards.templates import rendered
from watchfloor.data.exercise.cast import ACCOUNTS, DEMO_PASSWORD
from watchfloor.data.gate import Terms
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import NotSignedIn
from watchfloor.geo.scope import PrincipalKind

log = structlog.get_logger(__name__)

FORM_LIFETIME_S = 3600


class TooManyAttempts(NotSignedIn):
    """Too many wrong passwords: the next one is heard after `wait_s` seconds."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"too many attempts, try again in {wait_s} s")
        self.wait_s = wait_s


class SignInRoutes:
    """Sign-in by password and by device link, for one server."""

    def __init__(self, server: Guarded) -> None:
        self._server = server
        self._attempts = Attempts()
        # a password costs 64 MB and a processor for a while, and guesses are to be counted one by one
        self._one_at_a_time = threading.Lock()
        self.router = APIRouter()
        self.router.add_api_route("/sign-in", self.page, methods=["GET"])
        self.router.add_api_route("/sign-in", self.sign_in, methods=["POST"])
        self.router.add_api_route("/device", self.device, methods=["GET"])

    def page(self, request: Request, next: str = "/", account: str = "") -> Response:  # noqa: A002 - the URL's word
        """The form; who is signed in already goes on."""
        if isinstance(request.scope["state"].get(VISIT), Visit):
            return RedirectResponse(local_path(next), 303)
        return self._form(request, next, account)

    def sign_in(
        self,
        request: Request,
        account: Annotated[str, Form(max_length=100)],
        password: Annotated[str, Form(max_length=500)],
        form_key: Annotated[str, Form(max_length=100)] = "",
        next: Annotated[str, Form(max_length=4000)] = "/",  # noqa: A002 - the form's word
    ) -> Response:
        """Let the person in, or show the form again with one sentence."""
        secret = self._server.cookies.all(request.scope).get(self._server.cookies.form, "")
        if not secret or not same(form_key, sign_in_form_key(secret)):
            return self._form(request, next, account, fault="this page was open for too long, try again", status=403)
        try:
            token = self._token(account, password, self._server.origins.client(request.scope))
        except TooManyAttempts as error:
            answer = self._form(request, next, account, fault=str(error), status=429)
            answer.headers["retry-after"] = str(error.wait_s)
            return answer
        except NotSignedIn as error:
            return self._form(request, next, account, fault=str(error), status=401)
        return self._signed_in(token, local_path(next), timedelta(hours=self._server.settings.session_hours), account)

    def device(self, request: Request, token: str = "") -> Response:
        """Sign a wall display in by its link."""
        try:
            fresh = self._device_token(token)
        except NotSignedIn as error:
            return notice(request.scope, 401, str(error), self._server.kind)
        return self._signed_in(fresh, "/", timedelta(days=self._server.settings.device_days))

    def _token(self, account: str, password: str, client: str) -> str:
        settings = self._server.settings
        terms = Terms("page", timedelta(hours=settings.session_hours), settings.idle_minutes)
        with self._one_at_a_time:
            wait_s = self._attempts.wait_s(account, client)
            if wait_s:
                raise TooManyAttempts(wait_s)
            try:
                # the store takes no NUL in a text
                name = account.replace("\0", "")
                token = self._server.gate.sign_in(name, password, terms, demo_allowed=not settings.is_exposed)
            except NotSignedIn:
                self._attempts.failed(account, client)
                log.warning("sign-in refused", client=client)
                raise
            self._attempts.succeeded(account, client)
        return token

    def _device_token(self, link_token: str) -> str:
        """The display's own sign-in for the token of its link, which works once."""
        server = self._server
        used_up = NotSignedIn("this link was used or has run out: make a new one with `watchfloor device-token`")
        if not is_token(link_token):
            raise used_up
        try:
            scope = server.door.peek(link_token)
        except NotSignedIn:
            raise used_up from None
        # ending the link's token tells whether we are the first to use it
        if scope.kind is not PrincipalKind.WALL or not server.gate.revoke(link_token):
            raise used_up
        return server.gate.issue(scope.principal, Terms("device", timedelta(days=server.settings.device_days), None))

    def _form(self, request: Request, next: str, account: str, *, fault: str = "", status: int = 200) -> Response:  # noqa: A002 - the form's word
        server = self._server
        cookies = server.cookies.all(request.scope)
        secret = cookies.get(server.cookies.form) or new_form_secret()
        kept = cookies.get(server.cookies.account, "")
        has_demo = server.kind is StoreKind.EXERCISE and not server.settings.is_exposed
        page = rendered(
            "sign_in.html",
            account=account or kept,
            next=local_path(next),
            fault=fault and f"{fault[:1].upper()}{fault[1:]}.",
            form_key=sign_in_form_key(secret),
            is_locked=bool(kept) and not fault,
            idle_minutes=server.settings.idle_minutes,
            demo_accounts=[a for a in ACCOUNTS if a.kind is PrincipalKind.PERSON] if has_demo else [],
            demo_password=DEMO_PASSWORD,
            is_exercise=server.kind is StoreKind.EXERCISE,
        )
        answer = HTMLResponse(page, status)
        server.cookies.put(answer, server.cookies.form, secret, FORM_LIFETIME_S)
        return answer

    def _signed_in(self, token: str, path: str, lifetime: timedelta, account: str | None = None) -> Response:
        cookies = self._server.cookies
        answer = RedirectResponse(path, 303)
        seconds = int(lifetime.total_seconds())
        cookies.put(answer, cookies.session, token, seconds)
        if account is not None:
            cookies.put(answer, cookies.account, account, seconds)
        cookies.drop(answer, cookies.form)
        return answer


def local_path(wanted: str) -> str:
    """Where to go after sign-in: a path on this server, never another site."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    is_local = wanted.startswith("/") and not parts.scheme and not parts.netloc
    # browsers read a backslash as a slash and drop control characters: "/\\evil" would be another site
    is_plain = "\\" not in unquote(wanted) and wanted.isprintable() and not wanted.startswith("//")
    return wanted if is_local and is_plain and not parts.path.startswith(("/sign-in", "/device")) else "/"
