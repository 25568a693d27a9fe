"""The six states in which a pane can be; each is visible, and no fault of one pane touches another."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.coming_words import Words
from watchfloor.dashboards.styles import PANELS, WIDGETS
from watchfloor.dashboards.templates import rendered


class Condition(StrEnum):
    """What a pane is doing."""

    LOADING = "loading"
    EMPTY = "empty"
    DATA = "data"
    TRUNCATED = "truncated"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PaneState:
    """A condition and the sentence that goes with it: what is so, and what to do."""

    condition: Condition
    sentence: str = ""

    @property
    def shows_body(self) -> bool:
        """Whether the pane's content stands; while the next one loads, the last one stays."""
        return self.condition in {Condition.LOADING, Condition.DATA, Condition.TRUNCATED}


LOADING = PaneState(Condition.LOADING, "Loading…")
DATA = PaneState(Condition.DATA)


def empty(sentence: str) -> PaneState:
    """There is nothing to show; the sentence says how to see more."""
    return PaneState(Condition.EMPTY, sentence)


def truncated(shown: int, total: int, what: str, advice: str) -> PaneState:
    """Not all is shown."""
    return PaneState(Condition.TRUNCATED, f"{shown:,} of {total:,} {what} shown. {advice}")


def refused(sentence: str) -> PaneState:
    """The reader may not ask this; nothing tells whether there would be an answer."""
    return PaneState(Condition.REFUSED, sentence)


def failed(sentence: str) -> PaneState:
    """No answer came."""
    return PaneState(Condition.FAILED, sentence)


class StatedPane(Viewer):
    """A pane with its state: a line above the body, or in its place.

    again: what the reader's wish to try again calls, after a failure. instead: called from a button of its own where
    there is nothing to show, once `offer` gives it words. sizing: 'stretch_width' where the body is as high as what it
    holds.
    """

    def __init__(
        self,
        body: pn.viewable.Viewable,
        state: PaneState,
        again: Callable[[], None] | None = None,
        *,
        instead: Callable[[], None] | None = None,
        sizing: str = "stretch_both",
    ) -> None:
        super().__init__()
        self._body = body
        self._line = Words(sizing_mode="stretch_width")
        self._again = pn.widgets.Button(label="Try again", visible=False, stylesheets=[WIDGETS], margin=8)
        if again is not None:
            self._again.on_click(lambda _: again())
        self._can_retry = again is not None
        self._instead = pn.widgets.Button(label="", visible=False, stylesheets=[WIDGETS], margin=(0, 16, 16, 16))
        if instead is not None:
            self._instead.on_click(lambda _: instead())
        parts = (self._line, self._again, *([self._instead] if instead is not None else []), body)
        self._column = pn.Column(*parts, sizing_mode=sizing, margin=0, stylesheets=[PANELS])
        self.take(state)

    def offer(self, words: str) -> None:
        """What can be seen instead, where there is nothing to show; no words, no button."""
        self._instead.param.update(label=words, visible=bool(words) and self.state.condition is Condition.EMPTY)

    def take(self, state: PaneState) -> None:
        """Take on a state."""
        self.state = state
        self._line.say(rendered("pane_state.html", state=state) if state is not DATA else "")
        self._again.visible = self._can_retry and state.condition is Condition.FAILED
        self._instead.visible = bool(self._instead.label) and state.condition is Condition.EMPTY
        self._body.visible = state.shows_body
        self._column.css_classes = ["wf-pane", f"wf-pane-{state.condition.value}"]

    def __panel__(self) -> pn.viewable.Viewable:
        return self._column
