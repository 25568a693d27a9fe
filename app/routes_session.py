"""Sign-in, sign-out, lock and device links."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import unquote, urlsplit

import structlog
from fastapi import APIRouter, Form, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from watchfloor.app.attempts import Attempts
from watchfloor.app.guard import Guarded
from watchfloor.app.identity import (
    VISIT,
    Visit,
    current_visit,
    is_token,
    new_form_secret,
    same,
    sign_in_form_key,
)
from watchfloor.app.notices import notice
from watchfloor.dashboards.templates import rendered
from watchfloor.data.exercise.cast import ACCOUNTS, DEMO_PASSWORD
from watchfloor.data.gate import Terms
from watchfloor.data.store import StoreKind
from watchfloor.geo.errors import NotSignedIn, Refused
from watchfloor.geo.scope import PrincipalKind

log = structlog.get_logger(__name__)

FORM_LIFETIME_S = 3600


def session_routes(server: Guarded) -> APIRouter:
    """The routes, for this server."""
    router = APIRouter()
    attempts = Attempts()

    @router.get("/sign-in")
    def sign_in_page(request: Request, next: str = "/", account: str = "") -> Response:  # noqa: A002 - the URL's word
        if isinstance(request.scope["state"].get(VISIT), Visit):
            return RedirectResponse(local_path(next), 303)
        return _page(server, request, next=next, account=account)

    @router.post("/sign-in")
    def sign_in(
        request: Request,
        account: Annotated[str, Form(max_length=100)],
        password: Annotated[str, Form(max_length=500)],
        form_key: Annotated[str, Form(max_length=100)] = "",
        next: Annotated[str, Form(max_length=4000)] = "/",  # noqa: A002 - the form's word
    ) -> Response:
        def again(fault: str, status: int, headers: dict[str, str] | None = None) -> Response:
            return _page(server, request, next=next, account=account, fault=fault, status=status, headers=headers)

        secret = server.cookies.all(request.scope).get(server.cookies.form, "")
        if not secret or not same(form_key, sign_in_form_key(secret)):
            return again("This page was open for too long. Try again.", 403)
        client = server.origins.client(request.scope)
        wait_s = attempts.wait_s(account, client)
        if wait_s:
            fault = f"Too many attempts. Try again in {wait_s} s."
            return again(fault, 429, {"retry-after": str(wait_s)})
        try:
            token = server.gate.sign_in(account, password, _terms(server), demo_allowed=not server.settings.is_exposed)
        except NotSignedIn as error:
            attempts.failed(account, client)
            log.warning("sign-in refused", client=client)
            return again(f"{str(error).capitalize()}.", 401)
        attempts.succeeded(account, client)
        return _signed_in(server, token, local_path(next), timedelta(hours=server.settings.session_hours), account)

    @router.post("/sign-out")
    async def sign_out(request: Request, form_key: Annotated[str, Form(max_length=100)] = "") -> Response:
        visit = _checked(request, form_key)
        await run_in_threadpool(server.gate.revoke, visit.token)
        await server.sockets.cut(visit.token)
        answer = RedirectResponse("/sign-in", 303)
        answer.headers["clear-site-data"] = '"cache", "storage"'
        for name in (server.cookies.session, server.cookies.account):
            server.cookies.drop(answer, name)
        return answer

    @router.get("/session")
    def session(request: Request) -> Response:
        return JSONResponse({"seal": current_visit(request).seal})

    @router.post("/session/touch")
    def touch(request: Request, x_form_key: Annotated[str, Header(max_length=100)] = "") -> Response:
        # the guard has noted the hand behind this request already
        return JSONResponse({"seal": _checked(request, x_form_key).seal})

    @router.post("/session/lock")
    async def lock(request: Request, x_form_key: Annotated[str, Header(max_length=100)] = "") -> Response:
        visit = _checked(request, x_form_key)
        await run_in_threadpool(server.gate.revoke, visit.token)
        await server.sockets.cut(visit.token)
        answer = JSONResponse({})
        server.cookies.drop(answer, server.cookies.session)
        return answer

    @router.get("/device")
    def device(request: Request, token: str = "") -> Response:
        try:
            fresh = _device_token(server, token)
        except NotSignedIn as error:
            return notice(request.scope, 401, str(error), server.kind)
        return _signed_in(server, fresh, "/", timedelta(days=server.settings.device_days))

    return router


def local_path(wanted: str) -> str:
    """Where to go after sign-in: a path on this server, never another site."""
    parts = urlsplit(wanted)
    is_local = wanted.startswith("/") and not parts.scheme and not parts.netloc
    # browsers read a backslash as a slash and drop control characters: "/\\evil" would be another site
    is_plain = "\\" not in unquote(wanted) and wanted.isprintable() and not wanted.startswith("//")
    return wanted if is_local and is_plain and not parts.path.startswith(("/sign-in", "/device")) else "/"


def _terms(server: Guarded) -> Terms:
    settings = server.settings
    return Terms("page", timedelta(hours=settings.session_hours), settings.idle_minutes)


def _checked(request: Request, form_key: str) -> Visit:
    visit = current_visit(request)
    if not same(form_key, visit.form_key):
        raise Refused("the form is not from this sign-in: open the page again")
    return visit


def _page(
    server: Guarded,
    request: Request,
    *,
    next: str,  # noqa: A002 - the form's word
    account: str = "",
    fault: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    cookies = server.cookies.all(request.scope)
    secret = cookies.get(server.cookies.form) or new_form_secret()
    kept = cookies.get(server.cookies.account, "")
    has_demo = server.kind is StoreKind.EXERCISE and not server.settings.is_exposed
    page = rendered(
        "sign_in.html",
        account=account or kept,
        next=local_path(next),
        fault=fault,
        form_key=sign_in_form_key(secret),
        is_locked=bool(kept) and not fault,
        idle_minutes=server.settings.idle_minutes,
        demo_accounts=[a for a in ACCOUNTS if a.kind is PrincipalKind.PERSON] if has_demo else [],
        demo_password=DEMO_PASSWORD,
        is_exercise=server.kind is StoreKind.EXERCISE,
    )
    answer = HTMLResponse(page, status, headers)
    server.cookies.put(answer, server.cookies.form, secret, FORM_LIFETIME_S)
    return answer


def _signed_in(server: Guarded, token: str, path: str, lifetime: timedelta, account: str | None = None) -> Response:
    answer = RedirectResponse(path, 303)
    seconds = int(lifetime.total_seconds())
    server.cookies.put(answer, server.cookies.session, token, seconds)
    if account is not None:
        server.cookies.put(answer, server.cookies.account, account, seconds)
    server.cookies.drop(answer, server.cookies.form)
    return answer


def _device_token(server: Guarded, link_token: str) -> str:
    """The display's own sign-in for the token of its link, which works once."""
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
