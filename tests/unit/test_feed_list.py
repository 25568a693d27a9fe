"""The line about feeds on a page: the worst first, texts as texts, nothing where there are none."""

from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from watchfloor.dashboards.answers import Answers
from watchfloor.dashboards.feeds import FeedList
from watchfloor.data.feeds import Feed
from watchfloor.geo.errors import StoreUnavailable

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOSTILE = "<img src=x onerror=alert(1)>"
FRESH = Feed(
    id=3, created_at=NOW, expected=timedelta(days=1), every=None, looked_at=NOW, last_success=NOW, errors=0,
    newest=NOW, asked_at=NOW, name="daily", format="cbp-drugs", folder="in", mapping=None, label="TLP:CLEAR",
    created_by="ada", retired_by=None, retired_at=None, last_attempt=None, last_error="once", last_error_at=NOW,
    last_run=None, last_file=None,
)  # fmt: skip


class Inline(Executor):
    """Runs at once what it is given."""

    def submit(self, call: Any, /, *given: Any, **named: Any) -> Future[Any]:
        call(*given, **named)
        return Future()


def test_the_line_counts_states_and_the_worst_feed_stands_first() -> None:
    shown = FeedList()
    late = replace(FRESH, id=4, last_success=NOW - timedelta(days=3))
    failing = replace(FRESH, id=5, name=HOSTILE, errors=2, last_error=HOSTILE)
    shown.take([FRESH, late, replace(FRESH, id=6), failing])
    assert (shown.summary, shown.state, shown.visible) == ("1 failing, 1 late, 2 fresh", "failing", True)
    assert [row["state"] for row in shown.rows] == ["failing", "late", "fresh", "fresh"]
    assert (shown.rows[0]["name"], shown.rows[0]["error"]) == (HOSTILE, HOSTILE)
    assert shown.rows[1]["words"] == "late by 2 days"
    assert shown.rows[1]["success"] == "2026-11-19T09:00:00+00:00"


def test_an_error_that_is_over_is_not_shown() -> None:
    shown = FeedList()
    shown.take([FRESH])
    assert shown.rows[0]["error"] == ""


def test_a_reader_of_no_feeds_sees_no_line() -> None:
    shown = FeedList()
    shown.take([FRESH])
    shown.take([])
    assert not shown.visible
    assert shown.rows == []


def test_the_page_never_makes_markup_of_what_a_feed_says() -> None:
    script = Path(__file__).parents[2].joinpath("dashboards", "feeds.js").read_text(encoding="utf-8")
    assert "textContent" in script
    assert not any(word in script for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"))


def test_a_store_that_does_not_answer_is_told_in_the_line_and_the_list_stays() -> None:
    @contextmanager
    def away(_token: str, _asked: object) -> Any:
        raise StoreUnavailable("the database does not answer")
        yield

    shown = FeedList()
    shown.take([FRESH])
    asker = SimpleNamespace(token="t", view_id=UUID(int=1))
    shown.read(SimpleNamespace(open=away), asker, Answers(lambda call: call(), Inline()))  # type: ignore[arg-type]
    assert shown.summary == "not known now: The database does not answer"
    assert len(shown.rows) == 1
