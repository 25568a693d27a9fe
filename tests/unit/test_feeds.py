"""How a feed stands, in plain words; names under which its files are kept; what of their rows is the newest."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import polars as pl
import pytest

from watchfloor.data.feeds import Feed, FeedState, parse_expected, span
from watchfloor.data.feeds_names import is_offered, names_for
from watchfloor.data.feeds_newest import Newest
from watchfloor.data.feeds_store import stored
from watchfloor.data.feeds_watch import Pace
from watchfloor.data.ingest.frames import Batch
from watchfloor.geo.errors import BadQuestion

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = timedelta(days=1)
DIGEST = "0123456789abcdef" * 4
FEED = Feed(
    id=3, created_at=NOW - 9 * DAY, expected=DAY, every=timedelta(seconds=10), looked_at=NOW,
    last_success=NOW - DAY / 2, errors=0, newest=NOW - 3 * DAY, asked_at=NOW, name="daily", format="cbp-drugs",
    folder="in", mapping=None, label="TLP:CLEAR", created_by="ada", retired_by=None, retired_at=None,
    last_attempt=None, last_error=None, last_error_at=None, last_run=None, last_file=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("told", "state", "words"),
    [
        ({}, FeedState.FRESH, "fresh"),
        ({"last_success": NOW - 3 * DAY}, FeedState.LATE, "late by 2 days"),
        ({"last_success": None}, FeedState.LATE, "nothing has come yet; late by 8 days"),
        ({"last_success": None, "expected": None}, FeedState.NEVER, "nothing has come yet"),
        ({"last_success": NOW - 90 * DAY, "expected": None}, FeedState.FRESH, "fresh"),
        ({"errors": 1}, FeedState.FAILING, "the last file failed"),
        ({"errors": 4, "last_success": None}, FeedState.FAILING, "the last 4 attempts failed"),
    ],
)
def test_a_feed_says_in_plain_words_how_it_stands(told: dict, state: FeedState, words: str) -> None:
    feed = replace(FEED, **told)
    assert (feed.state, feed.words) == (state, words)


LIVE = replace(FEED, is_live=True, expected=None, every=timedelta(seconds=5), last_success=NOW)


@pytest.mark.parametrize(
    ("told", "state", "words"),
    [
        ({}, FeedState.FRESH, "heard now"),
        ({"dropped": 1_200, "malformed": 3}, FeedState.FRESH, "heard now; 1,200 lines dropped; 3 lines malformed"),
        ({"last_success": NOW - timedelta(seconds=29)}, FeedState.FRESH, "heard now"),
        ({"last_success": NOW - timedelta(minutes=2)}, FeedState.STOPPED, "stopped: nothing heard for 2 minutes"),
        ({"last_success": NOW - timedelta(minutes=2), "expected": DAY}, FeedState.FRESH, "heard now"),
        ({"last_success": None}, FeedState.STOPPED, "stopped: nothing has been heard yet"),
        ({"last_success": None, "created_at": NOW}, FeedState.NEVER, "nothing has been heard yet"),
        (
            {"looked_at": NOW - timedelta(seconds=16)},
            FeedState.STOPPED,
            "stopped: nobody has listened since 2026-11-22 08:59Z",
        ),
        ({"errors": 2}, FeedState.FAILING, "the connection does not stand"),
    ],
)
def test_a_live_feed_says_so_as_soon_as_it_stops(told: dict, state: FeedState, words: str) -> None:
    feed = replace(LIVE, **told)
    assert (feed.state, feed.words) == (state, words)


def test_a_feed_that_nobody_watches_says_so_unless_it_comes_only_when_called() -> None:
    unwatched = replace(FEED, looked_at=NOW - DAY)
    assert unwatched.words == "fresh; nobody has looked into its folder since 2026-11-21 09:00Z"
    assert not replace(unwatched, every=None).is_unwatched
    assert not replace(unwatched, every=DAY).is_unwatched
    assert replace(FEED, looked_at=None).words.endswith("its folder yet")


def test_the_lag_is_the_age_of_the_newest_that_was_told() -> None:
    assert FEED.lag == 3 * DAY
    assert replace(FEED, newest=None).lag is None
    assert replace(FEED, newest=NOW + DAY).lag == timedelta()


def test_a_script_gets_spans_in_seconds_and_moments_in_utc() -> None:
    told = replace(FEED, last_success=NOW - 2 * DAY).as_json()
    assert (told["state"], told["late_s"], told["lag_s"]) == ("late", 86_400.0, 259_200.0)
    assert told["created_at"] == "2026-11-13T09:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "meant"), [("1 day", DAY), ("6 hours", DAY / 4), (" 1.5 Days ", 1.5 * DAY), ("1 month", 31 * DAY)]
)
def test_a_cadence_is_written_as_one_says_it(text: str, meant: timedelta) -> None:
    assert parse_expected(text) == meant


@pytest.mark.parametrize("text", ["", "day", "0 days", "-1 day", "1 second", "9999 weeks", "1 day; DROP TABLE feed"])
def test_what_is_no_cadence_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadQuestion, match='write it as "1 day"'):
        parse_expected(text)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "less than a minute"), (60, "1 minute"), (7_300, "2 hours"), (100_000, "27 hours"), (172_800, "2 days")],
)
def test_a_span_is_said_in_its_largest_unit(seconds: int, said: str) -> None:
    assert span(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize("every", [0.0, -1.0, 0.5, 1e9, float("nan")])
def test_looks_come_neither_too_often_nor_never(every: float) -> None:
    with pytest.raises(BadQuestion, match="--every"):
        Pace(every)


@pytest.mark.parametrize("name", [".hidden", "a.csv.part", "a.PART", "a.csv.filepart", "a.tmp"])
def test_hidden_files_and_those_under_way_are_not_offered(name: str) -> None:
    assert not is_offered(name)


def test_a_file_keeps_its_name_or_gets_its_digest_before_the_ending() -> None:
    assert list(islice(names_for("a.csv", DIGEST), 4)) == [
        "a.csv", "a.0123456789ab.csv", "a.0123456789ab.2.csv", "a.0123456789ab.3.csv",
    ]  # fmt: skip
    assert list(islice(names_for("fy19.csv.gz", DIGEST), 2))[1] == "fy19.0123456789ab.csv.gz"
    assert list(islice(names_for("plain", DIGEST), 2)) == ["plain", "plain.0123456789ab"]


@pytest.mark.parametrize("name", ["ä" * 127 + ".", "x" * 251 + ".csv", "." + "y" * 254, "\udcff" * 255])
def test_a_long_name_leaves_room_for_what_is_added(name: str) -> None:
    import os  # noqa: PLC0415

    longest = [len(os.fsencode(one + ".quarantine.csv")) for one in islice(names_for(name, DIGEST), 200)]
    assert max(longest) <= 255


def test_the_newest_time_is_that_of_any_frame_but_none_that_is_still_to_come() -> None:
    newest = Newest(NOW)
    newest.note(Batch(1, {"places": pl.DataFrame({"code": ["x"]})}))
    assert newest.at is None
    moments = pl.Series("at", [NOW - DAY, NOW - 2 * DAY, NOW + DAY, None], pl.Datetime("us", "UTC"))
    newest.note(Batch(4, {"fixes": pl.DataFrame([moments])}))
    newest.note(Batch(2, {"reported": pl.DataFrame({"ends": [date(2020, 1, 1), date(2099, 1, 1)]})}))
    assert newest.at == NOW - DAY
    newest.note(Batch(1, {"overdoses": pl.DataFrame({"day": [NOW.date()]})}))
    assert newest.at == datetime(2026, 11, 22, tzinfo=UTC)


def test_text_that_no_database_holds_is_mended_and_cut() -> None:
    assert stored("a\0b\udcff") == "a\N{REPLACEMENT CHARACTER}b?"
    assert len(stored("x" * 10_000)) == 2_000
