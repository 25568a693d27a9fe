"""Nobody passes without a sign-in: page, websocket, tile and API alike.

Plain ASGI, so that it sees websockets, and added after Panel's applications, which install themselves as a
layer of their own: a layer that was added before them never sees a page.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from bokeh.util.token import check_token_signature, get_token_payload
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from watchfloor.app.identity import SEAL_HEADER, VISIT, Cookies, Visit, same
from watchfloor.app.notices import notice, status_of, wants_page
from watchfloor.app.origins import SAFE_METHODS, Origins
from watchfloor.app.settings import Settings
from watchfloor.app.sockets import GuardedSocket, Sockets
from watchfloor.data.door import Door
from watchfloor.data.gate import Gate
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import NotSignedIn, StoreUnavailable
from watchfloor.geo.scope import PrincipalKind

OPEN_PATHS = frozenset({"/sign-in", "/device", "/healthz", "/readyz", "/metrics"})
OPEN_FOLDER = "/assets/"
# a page's session is made by its own request and never named from outside
SESSION_ARGUMENTS = frozenset({"bokeh-session-id", "bokeh-token"})
EMBEDDING_SUFFIXES = ("/autoload.js", "/metadata")
READ_ONLY_KINDS = frozenset({PrincipalKind.WALL, PrincipalKind.PUBLIC})
READ_ONLY_POSTS = frozenset({"/sign-out", "/session/touch", "/session/lock"})
TOUCH_S = 60.0
REMEMBERED = 10_000
OWN_THREADS = 8


@dataclass(frozen=True, slots=True)
class Guarded:
    """What guard and session routes share: one for each server."""

    settings: Settings
    kind: StoreKind
    door: Door
    gate: Gate
    cookies: Cookies
    origins: Origins
    sockets: Sockets
    page_secret: bytes = field(repr=False)


class Guard:
    """Lets only the open paths and good sign-ins pass; the visit goes along in the request's state."""

    def __init__(self, app: ASGIApp, *, server: Guarded) -> None:
        self._app = app
        self._server = server
        self._touched: OrderedDict[str, float] = OrderedDict()
        # questions may hold all shared threads: who asks is found out beside them
        self._threads = CapacityLimiter(OWN_THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find the visit behind a request, or turn it away."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        try:
            visit = await self._visit(scope)
        except StoreUnavailable as error:
            if scope["type"] == "websocket":
                await refuse_socket(receive, send)
                return
            if not is_open(scope["path"]):
                await notice(scope, status_of(error), str(error), self._server.kind)(scope, receive, send)
                return
            visit = None
        if scope["type"] == "websocket":
            await self._websocket(visit, scope, receive, send)
        else:
            await self._http(visit, scope, receive, send)

    async def _visit(self, scope: Scope) -> Visit | None:
        token = self._server.cookies.token(scope)
        if token is None:
            return None
        try:
            visit = Visit(token, await run_sync(self._server.door.peek, token, limiter=self._threads))
        except NotSignedIn:
            return None
        scope["state"][VISIT] = visit
        scope["headers"] = [*scope["headers"], (SEAL_HEADER.encode(), visit.seal.encode())]
        return visit

    async def _http(self, visit: Visit | None, scope: Scope, receive: Receive, send: Send) -> None:
        if not is_open(scope["path"]):
            answer = self._refused(visit, scope)
            if answer is not None:
                await answer(scope, receive, send)
                return
        if visit is not None and _is_by_hand(scope):
            await self._touch(visit)
        await self._app(scope, receive, send)

    def _refused(self, visit: Visit | None, scope: Scope) -> Response | None:
        if visit is None:
            return self._sign_in_first(scope)
        arguments = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if SESSION_ARGUMENTS & arguments.keys() or Headers(scope=scope).get("bokeh-session-id") is not None:
            return notice(scope, 400, "a page's session cannot be named from outside", self._server.kind)
        if scope["path"].endswith(EMBEDDING_SUFFIXES) and not scope["path"].startswith("/static/"):
            return notice(scope, 404, "there is nothing at this address", self._server.kind)
        is_change = scope["method"] not in SAFE_METHODS
        if is_change and visit.scope.kind in READ_ONLY_KINDS and scope["path"] not in READ_ONLY_POSTS:
            return notice(scope, 403, "this account may look, not change", self._server.kind)
        return None

    def _sign_in_first(self, scope: Scope) -> Response:
        if not wants_page(scope):
            return notice(scope, 401, "sign in first", self._server.kind)
        here = scope["path"] + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")
        return RedirectResponse(f"/sign-in?next={quote(here, safe='')}", 303)

    async def _websocket(self, visit: Visit | None, scope: Scope, receive: Receive, send: Send) -> None:
        if visit is None or not self._is_own_page(visit, scope):
            await refuse_socket(receive, send)
            return

        async def is_good() -> bool:
            try:
                await run_sync(self._server.door.peek, visit.token, limiter=self._threads)
            except NotSignedIn:
                return False
            except StoreUnavailable:
                # nothing can be read while the store is away, and a wall shall not go dark for that
                return True
            return True

        socket = GuardedSocket(send, is_good)
        self._server.sockets.add(visit.token, socket)
        try:
            await socket.run(self._app, scope, receive)
        finally:
            self._server.sockets.discard(visit.token, socket)

    def _is_own_page(self, visit: Visit, scope: Scope) -> bool:
        """Whether a Bokeh websocket belongs to a page that this very sign-in opened."""
        protocols = scope.get("subprotocols", [])
        if not protocols or protocols[0] != "bokeh":
            return True
        page_token = protocols[-1]
        # the signature first: what is not ours is not unpacked
        if not check_token_signature(page_token, secret_key=self._server.page_secret, signed=True):
            return False
        headers = get_token_payload(page_token).get("headers", {})
        return same(str(headers.get(SEAL_HEADER, "")), visit.seal)

    async def _touch(self, visit: Visit) -> None:
        now = time.monotonic()
        if now - self._touched.get(visit.seal, -TOUCH_S) < TOUCH_S:
            return
        self._touched[visit.seal] = now
        self._touched.move_to_end(visit.seal)
        while len(self._touched) > REMEMBERED:
            self._touched.popitem(last=False)
        await run_sync(self._server.gate.touch, visit.token, limiter=self._threads)


def is_open(path: str) -> bool:
    """Whether the path answers without a sign-in."""
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDER)


async def refuse_socket(receive: Receive, send: Send) -> None:
    """Refuse a websocket before it is opened: the server answers its handshake with 403."""
    await receive()
    await send({"type": "websocket.close", "code": 1008})


def _is_by_hand(scope: Scope) -> bool:
    """Whether a person did this: opened a page or sent a form. Tiles and pollers keep nobody signed in."""
    if scope["method"] not in SAFE_METHODS:
        return True
    return Headers(scope=scope).get("sec-fetch-mode") == "navigate"
