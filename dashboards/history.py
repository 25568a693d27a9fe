"""Undo and redo of the choices of a page: what was chosen before, and again after."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

import param

from watchfloor.dashboards.state import PLACE, State

MOST: Final = 100
# choices that follow each other as fast as this are one: a slider that is drawn, a brush that is moved
TOGETHER_S: Final = 0.4


class History(param.Parameterized):
    """Remembers choices, not the place on the map: to pan is to look, not to choose."""

    can_undo = param.Boolean(default=False)
    can_redo = param.Boolean(default=False)

    def __init__(self, state: State, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._state, self._clock = state, clock
        self._now = _choices(state)
        self._before: list[dict[str, Any]] = []
        self._after: list[dict[str, Any]] = []
        self._changed_s = float("-inf")
        self._last: frozenset[str] = frozenset()
        self._walks = False
        state.param.watch(lambda *_: self._note(), list(self._now))

    def undo(self) -> None:
        """Go back to the choices before the last change; the place on the map stays."""
        if self._before:
            self._after.append(self._now)
            self._go(self._before.pop())

    def redo(self) -> None:
        """Choose again what was taken back last."""
        if self._after:
            self._before.append(self._now)
            self._go(self._after.pop())

    def forget(self) -> None:
        """Begin anew with what is chosen now: the page itself has chosen, not the reader."""
        self._now = _choices(self._state)
        self._before.clear()
        self._after.clear()
        self._tell()

    def _note(self) -> None:
        now = _choices(self._state)
        if self._walks or now == self._now:
            return
        changed = frozenset(name for name in now if now[name] != self._now[name])
        at = self._clock()
        if changed != self._last or at - self._changed_s > TOGETHER_S or not self._before:
            self._before.append(self._now)
            del self._before[:-MOST]
        self._now, self._changed_s, self._last = now, at, changed
        self._after.clear()
        self._tell()

    def _go(self, choices: dict[str, Any]) -> None:
        with self._walking():
            self._now, self._last = choices, frozenset()
            self._state.param.update(**choices)
        # what follows from a choice may have chosen more
        self._now = _choices(self._state)
        self._tell()

    @contextmanager
    def _walking(self) -> Iterator[None]:
        self._walks = True
        try:
            yield
        finally:
            self._walks = False

    def _tell(self) -> None:
        self.param.update(can_undo=bool(self._before), can_redo=bool(self._after))


def _choices(state: State) -> dict[str, Any]:
    return {name: value for name, value in state.chosen().items() if name not in PLACE}
