"""Passes requests for pictures on to the drawing processes, and answers from here what none of them answers.

Plain ASGI, behind the guard. What goes on is the request as it came: a drawing process finds out by itself who asks.
"""

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Final
from urllib.parse import parse_qsl, urlencode

import httpx
import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from watchfloor.app.drawers import Drawer, Drawers
from watchfloor.app.identity import SEAL_HEADER, VISIT, Visit
from watchfloor.app.tile_bundles import MEDIA_TYPE

log = structlog.get_logger(__name__)

FOLDERS: Final = ("/tiles/", "/play/")
BUNDLE: Final = "/tiles/map.bundle"
# one that is stopped, not dead, would hold a page for ever
PATIENCE: Final = httpx.Timeout(120.0, connect=2.0)
_HEAD: Final = struct.Struct("<4I")
_OF_ONE_HOP: Final = frozenset({b"connection", b"transfer-encoding", b"keep-alive", b"upgrade", b"te", b"trailer"})
# what parts a view from another, as far as the memory of a process knows it: not its place
_OF_VIEW: Final = ("layers", "since", "until", "substances", "fact", "measured", "known_at", "against")


class Forwarding:
    """Asks a drawing process for each picture; if it dies, another one for what is missing, at last this process."""

    def __init__(self, app: ASGIApp, *, drawers: Drawers) -> None:
        self._app = app
        self._drawers = drawers
        # nothing but sockets of this machine: the usual context would read all authorities for each request
        self._no_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request for pictures on; all others go their way."""
        visit = scope.get("state", {}).get(VISIT)
        is_ours = scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith(FOLDERS)
        if not (is_ours and isinstance(visit, Visit)):
            await self._app(scope, receive, send)
            return
        answer = Answer(scope, send)
        asking, leaving = asyncio.create_task(self._ask(visit, answer)), asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait({asking, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            if not asking.done():
                asking.cancel()
                with suppress(asyncio.CancelledError):
                    await asking
        if not asking.cancelled() and not asking.result():
            self._drawers.by_server += 1
            await self._app(answer.rest(), receive, answer.from_server)

    async def _ask(self, visit: Visit, answer: "Answer") -> bool:
        """Whether the drawing processes have answered all of it."""
        for drawer in self._drawers.in_order(_view_of(visit, answer.scope)):
            drawer.under_way += 1
            try:
                async with self._asked(drawer, answer.rest()) as said:
                    await answer.take(said)
            except httpx.TransportError as error:
                log.warning("drawing process did not answer", number=drawer.number, error=type(error).__name__)
                if answer.is_past_help:
                    raise
                if answer.is_whole:
                    await answer.end()
                    return True
            else:
                drawer.answered += 1
                return True
            finally:
                drawer.under_way -= 1
        return False

    @asynccontextmanager
    async def _asked(self, drawer: Drawer, scope: Scope) -> AsyncIterator[httpx.Response]:
        transport = httpx.AsyncHTTPTransport(uds=str(drawer.socket), verify=self._no_tls)
        address = httpx.URL(scheme="http", host="drawer", raw_path=_address(scope))
        headers = [one for one in scope["headers"] if one[0] not in _OF_ONE_HOP and one[0] != SEAL_HEADER.encode()]
        request = httpx.Request("GET", address, headers=headers, extensions={"timeout": PATIENCE.as_dict()})
        async with transport:
            said = await transport.handle_async_request(request)
            try:
                yield said
            finally:
                await said.aclose()


class Answer:
    """What the browser has got so far. Of a bundle it gets whole frames, so that another can go on where one died."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope = scope
        self.is_past_help = False
        self._send = send
        self._is_begun = self._is_refused = False
        self._given = [*parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)]
        self._missing = [name for key, value in self._given if key == "tiles" for name in value.split(",")]

    def rest(self) -> Scope:
        """The request for what is missing."""
        if not self._is_begun:
            return self.scope
        given = [(key, value) for key, value in self._given if key != "tiles"] + [("tiles", ",".join(self._missing))]
        return {**self.scope, "query_string": urlencode(given).encode()}

    async def take(self, said: httpx.Response) -> None:
        """Pass on what a drawing process says. Raises httpx.TransportError if it breaks off."""
        assert isinstance(said.stream, httpx.AsyncByteStream)
        if said.status_code == 200 and said.headers.get("content-type") == MEDIA_TYPE:
            await self._begin(said)
            await self._take_frames(said.stream)
        elif self._is_begun:
            log.info("rest of a bundle refused", status=said.status_code)
        elif "content-length" in said.headers:
            whole = b"".join([piece async for piece in said.stream])
            await self._begin(said)
            await self._send({"type": "http.response.body", "body": whole})
            return
        else:
            await self._begin(said)
            self.is_past_help = True
            async for piece in said.stream:
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        await self.end()

    @property
    def is_whole(self) -> bool:
        """Whether nothing of a bundle is missing."""
        return self._is_begun and not self._missing

    async def end(self) -> None:
        """Nothing more comes."""
        await self._send({"type": "http.response.body", "body": b""})

    async def from_server(self, message: Message) -> None:
        """The same of what this process draws itself: what has begun does not begin again."""
        if message["type"] == "http.response.start" and self._is_begun:
            self._is_refused = message["status"] != 200
            return
        # a refusal has no place among the frames: what is missing stays missing, and the page asks again
        await self._send({**message, "body": b""} if self._is_refused else message)

    async def _begin(self, said: httpx.Response) -> None:
        if self._is_begun:
            return
        self._is_begun = True
        headers = [(name.lower(), value) for name, value in said.headers.raw if name.lower() not in _OF_ONE_HOP]
        await self._send({"type": "http.response.start", "status": said.status_code, "headers": headers})

    async def _take_frames(self, stream: httpx.AsyncByteStream) -> None:
        held = bytearray()
        async for piece in stream:
            held += piece
            at = 0
            for name, end in _frames(held):
                self._missing = [one for one in self._missing if one != name]
                at = end
            if at:
                await self._send({"type": "http.response.body", "body": bytes(held[:at]), "more_body": True})
                del held[:at]


def _frames(held: bytearray) -> Iterator[tuple[str, int]]:
    """Names and ends of the whole frames."""
    at = 0
    while len(held) >= at + _HEAD.size:
        z, x, y, size = _HEAD.unpack_from(held, at)
        at += _HEAD.size + size
        if at > len(held):
            return
        yield f"{z}/{x}/{y}", at


def _view_of(visit: Visit, scope: Scope) -> str:
    given = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    return repr((visit.scope.key, [given.get(name, "") for name in _OF_VIEW]))


def _address(scope: Scope) -> bytes:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    return path + (b"?" + scope["query_string"] if scope["query_string"] else b"")


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
