"""The clock of Panel's own that must begin on the event loop."""

import asyncio

from panel.io.state import _state

from watchfloor.app.serving import start_busy_clock


def test_the_clock_runs_as_a_task_before_any_page_asks_for_it() -> None:
    async def started() -> bool:
        start_busy_clock()
        clock = _state._busy_cleanup_scheduled
        assert clock is not None
        is_running = isinstance(clock._cb, asyncio.Task)
        clock.stop()
        _state._busy_cleanup_scheduled = None
        return is_running

    assert asyncio.run(started())
