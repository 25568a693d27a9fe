"""Turns at work of which little is done at once: who waits holds no thread, and after a while is told to come again."""

import asyncio
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool

from watchfloor.geo.errors import Busy


class Turns:
    """So many at once, in threads; who waits for longer is refused."""

    def __init__(self, at_once: int, waited_s: float, busy: str) -> None:
        """busy: what is said to who waited in vain."""
        self._hands = asyncio.Semaphore(at_once)
        self._waited_s = waited_s
        self._busy = busy

    async def take[Made](self, make: Callable[[], Made]) -> Made:
        """What is made when a hand is free. Raises Busy if none is for long."""
        try:
            async with asyncio.timeout(self._waited_s):
                await self._hands.acquire()
        except TimeoutError as error:
            raise Busy(self._busy) from error
        try:
            return await run_in_threadpool(make)
        finally:
            self._hands.release()
