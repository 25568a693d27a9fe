"""One calm line about the feeds that the reader may see, which opens to a list of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from watchfloor.dashboards.answers import Answers
from watchfloor.dashboards.pane_state import PaneState
from watchfloor.data.door import Asked, Door
from watchfloor.data.feeds import Feed, FeedState
from watchfloor.data.questions.feeds import list_feeds
from watchfloor.data.repository import Asker

_HERE = Path(__file__).parent


class FeedList(JSComponent):
    """The line and the list; times are written by the browser, in its reader's zone and in Zulu. Hidden without feeds.

    state: that of the worst of them. rows: texts of one feed each, set as text and never as markup.
    """

    summary = param.String(default="")
    state = param.String(default="")
    rows = param.List(default=[], item_type=dict)

    _esm = _HERE / "feeds.js"
    _stylesheets = [str(_HERE / "feeds.css")]  # noqa: RUF012 - Panel reads it from the class

    def __init__(self, **params: Any) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0, visible=False, **params)

    def read(self, door: Door, asker: Asker, answers: Answers) -> None:
        """Ask for the feeds; audited once for each open page."""

        def ask() -> list[Feed]:
            with door.open(asker.token, Asked("view", {"asks": "feeds"}, asker.view_id)) as (connection, _):
                return list_feeds(connection)

        answers.ask("feeds", ask, self.take, self._fault)

    def take(self, feeds: Sequence[Feed]) -> None:
        """Show them, the worst first."""
        order = list(FeedState)
        sorted_feeds = sorted(feeds, key=lambda feed: (order.index(feed.state), feed.name, feed.id))
        counted = Counter(feed.state for feed in sorted_feeds)
        self.param.update(
            summary=", ".join(f"{counted[state]} {state}" for state in order if counted[state]),
            state=sorted_feeds[0].state.value if sorted_feeds else "",
            rows=[_row(feed) for feed in sorted_feeds],
            visible=bool(sorted_feeds),
        )

    def _fault(self, fault: PaneState) -> None:
        # what was read stands on, but no longer as if it were of now
        self.param.update(summary=f"not known now: {fault.sentence}", state=FeedState.LATE.value)


def _row(feed: Feed) -> dict[str, str]:
    return {
        "name": feed.name,
        "state": feed.state.value,
        "words": feed.words,
        "label": feed.label,
        "success": feed.last_success.astimezone(UTC).isoformat() if feed.last_success else "",
        "newest": feed.newest.astimezone(UTC).isoformat() if feed.newest else "",
        "error": (feed.last_error or "")[:500] if feed.errors or feed.is_unwatched else "",
    }
