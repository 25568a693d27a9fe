"""The outermost layer: who may talk to us at all, and the headers of every answer."""

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from watchfloor.app.guard import refuse_socket
from watchfloor.app.headers import LIBRARY, LIBRARY_VERSIONED, NEVER, protect
from watchfloor.app.identity import NONCE, SEAL_HEADER
from watchfloor.app.notices import notice
from watchfloor.app.origins import Origins
from watchfloor.data.door import new_token
from watchfloor.data.store_kind import StoreKind

log = structlog.get_logger(__name__)


class Shield:
    """Refuses strangers' names and sites; puts the protecting headers on every answer."""

    def __init__(self, app: ASGIApp, *, origins: Origins, kind: StoreKind, is_secure: bool) -> None:
        self._app = app
        self._origins = origins
        self._kind = kind
        self._is_secure = is_secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that is refused, pass all others on."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        nonce = new_token()
        scope["state"] = {**scope.get("state", {}), NONCE: nonce}
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != SEAL_HEADER.encode()]
        refusal = self._origins.refusal(scope)
        if refusal is not None:
            log.warning("refused", reason=refusal.reason, status=refusal.status, client=self._origins.client(scope))
        if scope["type"] == "websocket":
            await (refuse_socket(receive, send) if refusal else self._app(scope, receive, send))
            return
        guarded = self._with_headers(scope, nonce, send)
        if refusal is None:
            await self._app(scope, receive, guarded)
        else:
            await notice(scope, refusal.status, refusal.reason, self._kind)(scope, receive, guarded)

    def _with_headers(self, scope: Scope, nonce: str, send: Send) -> Send:
        is_library = scope["path"].startswith("/static/")
        is_versioned = b"v=" in scope["query_string"]
        keeping = (LIBRARY_VERSIONED if is_versioned else LIBRARY) if is_library else NEVER

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                protect(MutableHeaders(scope=message), nonce, is_secure=self._is_secure, keeping=keeping)
            await send(message)

        return guarded
