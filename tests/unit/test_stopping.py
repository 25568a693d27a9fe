"""A server that is stopped ends its pages first, however hasty the hand is."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn

from watchfloor.app.serving import _Server


class Pages:
    """An application that writes down what it is told of its life."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Any]) -> None:
        assert scope["type"] == "lifespan"
        while "lifespan.shutdown" not in self.told:
            self.told.append((await receive())["type"])
            await send({"type": f"{self.told[-1]}.complete"})


@pytest.mark.parametrize("is_hasty", [False, True])
def test_pages_are_ended_once_when_the_server_stops(is_hasty: bool) -> None:
    pages = Pages()

    async def served() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = _Server(uvicorn.Config(pages, log_config=None, lifespan="on"), lambda: None)
            server.force_exit = is_hasty
            server.should_exit = True
            await server.serve(sockets=[listener])

    asyncio.run(served())

    assert pages.told == ["lifespan.startup", "lifespan.shutdown"]
