"""A websocket ends with its sign-in."""

import asyncio
from typing import Any

import pytest

from watchfloor.app.sockets import ENDED, GuardedSocket, Sockets


class Peer:
    """A browser at the other end: keeps what it is sent, and says nothing until it is closed."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.closed = asyncio.Event()

    async def send(self, message: Any) -> None:
        self.sent.append(message)
        if message["type"] == "websocket.close":
            self.closed.set()

    async def receive(self) -> Any:
        await self.closed.wait()
        return {"type": "websocket.disconnect", "code": ENDED}


async def page(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "websocket.accept"})
    await receive()


async def good() -> bool:
    return True


async def ended() -> bool:
    return False


def test_a_websocket_is_closed_when_its_sign_in_has_ended() -> None:
    async def act() -> list[Any]:
        peer = Peer()
        await GuardedSocket(peer.send, ended, check_s=0.001).run(page, {}, peer.receive)
        return peer.sent

    assert [m["type"] for m in asyncio.run(act())] == ["websocket.accept", "websocket.close"]


def test_signing_out_cuts_the_websockets_of_that_sign_in_only() -> None:
    async def act() -> tuple[int, int]:
        sockets, peers = Sockets(), (Peer(), Peer())
        mine, other = (GuardedSocket(peer.send, good) for peer in peers)
        sockets.add("mine", mine)
        sockets.add("other", other)
        for socket in (mine, other):
            await socket.send({"type": "websocket.accept"})
        await sockets.cut("mine")
        return len(peers[0].sent), len(peers[1].sent)

    assert asyncio.run(act()) == (2, 1)


def test_nothing_leaves_through_a_websocket_that_was_cut() -> None:
    async def act() -> None:
        peer = Peer()
        socket = GuardedSocket(peer.send, good)
        await socket.send({"type": "websocket.accept"})
        await socket.cut()
        await socket.send({"type": "websocket.send", "text": "a row"})

    with pytest.raises(OSError, match="ended"):
        asyncio.run(act())
