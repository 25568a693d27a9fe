"""Open websockets by sign-in: when a sign-in ends, its pages are cut off."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable

from starlette.types import Message, Receive, Scope, Send

ENDED = 4401
CHECK_S = 20.0


class Sockets:
    """Websockets that are open now, by the token behind them."""

    def __init__(self) -> None:
        self._open: defaultdict[str, set[GuardedSocket]] = defaultdict(set)

    def add(self, token: str, socket: "GuardedSocket") -> None:
        """A websocket was opened."""
        self._open[token].add(socket)

    def discard(self, token: str, socket: "GuardedSocket") -> None:
        """A websocket is gone."""
        self._open[token].discard(socket)
        if not self._open[token]:
            del self._open[token]

    async def cut(self, token: str) -> None:
        """Close all websockets of a sign-in that has ended."""
        for socket in list(self._open.get(token, ())):
            await socket.cut()


class GuardedSocket:
    """One websocket whose sign-in is looked at again and again while it is open."""

    def __init__(self, send: Send, is_good: Callable[[], Awaitable[bool]], *, check_s: float = CHECK_S) -> None:
        self._send = send
        self._is_good = is_good
        self._check_s = check_s
        self._is_accepted = False
        self._is_cut = False

    async def run(self, app: Callable[[Scope, Receive, Send], Awaitable[None]], scope: Scope, receive: Receive) -> None:
        """Serve it until either side, or the sign-in, ends."""
        watch = asyncio.create_task(self._watch())
        try:
            await app(scope, receive, self.send)
        finally:
            watch.cancel()

    async def send(self, message: Message) -> None:
        """Pass a message on. Raises OSError once cut, as a server does whose peer is gone."""
        if self._is_cut:
            raise OSError("the sign-in of this websocket has ended")
        if message["type"] == "websocket.accept":
            self._is_accepted = True
        if message["type"] == "websocket.close":
            self._is_cut = True
        await self._send(message)

    async def cut(self) -> None:
        """Close it from our side."""
        if self._is_accepted and not self._is_cut:
            self._is_cut = True
            await self._send({"type": "websocket.close", "code": ENDED, "reason": "signed out"})

    async def _watch(self) -> None:
        while not self._is_cut:
            await asyncio.sleep(self._check_s)
            if not await self._is_good():
                await self.cut()
