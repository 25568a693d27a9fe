"""A drawing process: answers requests for pictures on a socket of its own, and ends with the server that started it.

python -m watchfloor.app.drawing reads its order from standard input, which stays open for as long as that server lives.
"""

import gc
import os
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from watchfloor.app.drawing_order import DrawingOrder
from watchfloor.app.fault_answers import add_fault_answers
from watchfloor.app.identity import VISIT, Cookies, Visit
from watchfloor.app.logs import start_logs
from watchfloor.app.notices import notice, status_of
from watchfloor.app.routes_play import play_routes
from watchfloor.app.tiles import Painter, Sharing, painter_routes
from watchfloor.app.track_files import track_shelf
from watchfloor.data.door import Door
from watchfloor.data.repository import Repository
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import NotSignedIn, StoreUnavailable

CONNECTIONS = 3
GRACE_S = 1
# a thread that waits for the database shall not keep the process
ENDS_S = 4.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """What its routes stand on."""

    repository: Repository


class Doorkeeper:
    """Lets only good sign-ins pass, as the store itself knows them: nothing that the server says of them counts."""

    def __init__(self, app: ASGIApp, *, door: Door, cookies: Cookies, kind: StoreKind) -> None:
        self._app = app
        self._door = door
        self._cookies = cookies
        self._kind = kind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find who asks, or turn the request away."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = self._cookies.token(scope) or ""
        try:
            known = await run_in_threadpool(self._door.peek, token)
        except (NotSignedIn, StoreUnavailable) as error:
            await notice(scope, status_of(error), str(error), self._kind)(scope, receive, send)
            return
        scope["state"] = {**scope.get("state", {}), VISIT: Visit(token, known)}
        await self._app(scope, receive, send)


def drawing_app(order: DrawingOrder, door: Door, repository: Repository) -> FastAPI:
    """Routes of pictures alone, behind a look at the sign-in."""
    cookies, kind = Cookies.of(order.chosen, order.port), order.store_kind
    app = FastAPI(title="Watchfloor drawing", docs_url=None, redoc_url=None, openapi_url=None)
    painter = Painter(repository, Sharing.of(order.pictures, order.secret, order.chosen), hands=order.hands)
    app.include_router(painter_routes(painter))
    app.include_router(play_routes(Drawing(repository)))
    app.add_middleware(Doorkeeper, door=door, cookies=cookies, kind=kind)
    add_fault_answers(app, kind, is_secure=cookies.is_secure)
    return app


def main() -> None:
    """Draw until the server has gone."""
    order = DrawingOrder.parse(sys.stdin.readline())
    start_logs(order.chosen.home, order.chosen.log_level)
    address = order.address
    with (
        Door(address, most=CONNECTIONS) as door,
        Repository(address, track_shelf(order.chosen)) as repository,
        _listening(order.socket) as listener,
    ):
        server = uvicorn.Server(
            uvicorn.Config(
                drawing_app(order, door, repository), log_config=None, access_log=False, server_header=False,
                date_header=False, proxy_headers=False, timeout_graceful_shutdown=GRACE_S,
            )
        )  # fmt: skip
        # what stands now stands for ever: no collection needs to walk through all libraries while pictures are drawn
        gc.freeze()
        threading.Thread(target=_end_with_server, args=(server, order.socket), name="server", daemon=True).start()
        server.run(sockets=[listener])
    _leave(order.socket)


def _listening(path: str) -> socket.socket:
    with suppress(FileNotFoundError):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(path)
    finally:
        os.umask(before)
    listener.listen()
    return listener


def _end_with_server(server: uvicorn.Server, path: str) -> None:
    # nothing more is ever written: what is read is the end, and that comes however the server dies
    sys.stdin.read()
    server.should_exit = True
    time.sleep(ENDS_S)
    _leave(path)


def _leave(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)
        # a folder for nothing but sockets is ours to clear away
        os.rmdir(os.path.dirname(path))
    # Python would still wait for threads that draw for nobody
    os._exit(0)


if __name__ == "__main__":
    main()
