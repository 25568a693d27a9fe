"""Who waits for a turn holds no thread that others need, and is told to come again before long."""

import asyncio
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from anyio.to_thread import current_default_thread_limiter
from starlette.concurrency import run_in_threadpool

from watchfloor.app.guard import Guard
from watchfloor.app.identity import Cookies
from watchfloor.app.intake_drafts import Drafts
from watchfloor.app.settings import DEFAULT_PORT, Settings
from watchfloor.app.turns import Turns
from watchfloor.geo.errors import Busy

WAIT_S = 10
NOTHING: Any = None


def test_those_who_wait_for_a_turn_hold_no_thread() -> None:
    async def waited() -> int:
        turns, may_end = Turns(1, WAIT_S, "busy"), threading.Event()
        taken = [asyncio.create_task(turns.take(lambda: may_end.wait(WAIT_S))) for _ in range(60)]
        await asyncio.sleep(0.1)
        held = current_default_thread_limiter().borrowed_tokens
        may_end.set()
        assert all(await asyncio.gather(*taken))
        return int(held)

    assert asyncio.run(waited()) == 1


def test_who_waits_for_long_is_told_to_come_again() -> None:
    async def refused() -> None:
        turns, may_end = Turns(1, 0.05, "come again"), threading.Event()
        first = asyncio.create_task(turns.take(lambda: may_end.wait(WAIT_S)))
        await asyncio.sleep(0.05)
        try:
            with pytest.raises(Busy, match="come again"):
                await turns.take(lambda: True)
        finally:
            may_end.set()
            await first
        assert await turns.take(lambda: "later") == "later"

    asyncio.run(refused())


def test_a_draft_waits_for_no_run_and_holds_no_thread_meanwhile() -> None:
    async def refused() -> None:
        drafts = Drafts(NOTHING, waited_s=0.05)
        with drafts.alone(), pytest.raises(Busy):
            await drafts.take(lambda: pytest.fail("a draft began while a file was being published"))
        assert await drafts.take(lambda: "drafted") == "drafted"

    asyncio.run(refused())


def test_who_asks_is_found_out_while_questions_hold_all_shared_threads() -> None:
    async def visited() -> Any:
        cookies = Cookies.of(Settings(), DEFAULT_PORT)
        server: Any = SimpleNamespace(cookies=cookies, door=SimpleNamespace(peek=lambda token: f"scope of {token[:3]}"))
        headers = [(b"cookie", f"{cookies.session}=abc{'x' * 40}".encode())]
        current_default_thread_limiter().total_tokens = 1
        may_end = threading.Event()
        holding = asyncio.create_task(run_in_threadpool(may_end.wait, WAIT_S))
        await asyncio.sleep(0.05)
        try:
            guard = Guard(NOTHING, server=server)
            return await asyncio.wait_for(guard._visit({"type": "http", "state": {}, "headers": headers}), 2)
        finally:
            may_end.set()
            await holding

    assert asyncio.run(visited()).scope == "scope of abc"
