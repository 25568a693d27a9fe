from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from watchfloor.dashboards.asking import Asking
from watchfloor.dashboards.pane_state import DATA, Condition, PaneState, empty
from watchfloor.dashboards.state import State
from watchfloor.dashboards.timeline import EVER, Timeline
from watchfloor.dashboards.timeline_rows import (
    counts_row,
    days_of,
    hours_row,
    more_rows,
    period_of,
    seen_days,
    span_of,
    spans_row,
)
from watchfloor.geo.answers import Planned, Trend
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facets import Facets
from watchfloor.geo.facts import FactKind
from watchfloor.geo.hour_counts import HourCounts
from watchfloor.geo.period import Hours, Period
from watchfloor.geo.query import Layer
from watchfloor.geo.season import usual_months

JULY = Period(date(2026, 7, 1), date(2026, 8, 1))


def by_month(first_year: int, values: list[int]) -> Trend:
    starts = [date(first_year + index // 12, index % 12 + 1, 1) for index in range(len(values))]
    return Trend(starts, np.array(values, np.int64), np.zeros(len(values)), "m")


def planned(when: str, status: str = "clear") -> Planned:
    return Planned(UUID(int=1), "operation", "<b>Dawn</b>", status, 0.0, 0.0, 1.0, when, "")


def test_what_is_usual_for_a_month_comes_from_the_years_before_alone() -> None:
    usual = usual_months(by_month(2020, [10] * 12 + [20] * 12 + [60] * 12))

    assert usual[:24] == [None] * 24
    assert usual[24:] == [(10.0, 15.0, 20.0)] * 12


def test_a_range_is_drawn_where_it_is_wider_than_one() -> None:
    row = counts_row(by_month(2020, [0] * 12 + [1] * 12 + [3] * 12 + [2] * 12), "Seizures", "seizures")

    assert row["usual"][24] == (0.0, 0.5, 1.0)
    assert row["ranges"][24] is None
    assert row["ranges"][36] == (0.0, 3.0)


def test_bars_say_their_days_and_fill_what_is_missing_with_zeros() -> None:
    trend = Trend([date(2026, 1, 1), date(2026, 3, 1)], np.array([3, 2]), np.zeros(2), "m")

    row = counts_row(trend, "Seizures", "seizures")

    assert row["n"] == [3, 0, 2]
    assert [b - a for a, b in zip(row["starts"], row["ends"], strict=True)] == [31, 28, 31]


def test_operations_are_spans_and_an_unreadable_time_is_left_out() -> None:
    row = spans_row([planned("2026-07-03 04:00Z to 2026-07-05 10:00Z", "conflict"), planned("soon")], "Operations")

    first = days_of(JULY)[0]
    assert (row["starts"], row["ends"], row["marks"]) == ([first + 2], [first + 5], ["conflict"])


def test_hours_are_parts_of_days() -> None:
    row = hours_row(HourCounts(48, np.array([3, 0, 2]), 5))

    assert (row["title"], row["grain"], row["n"]) == ("Positions", "h", [3, 0, 2])
    assert [round(edge * 24) for edge in (*row["starts"], row["ends"][-1])] == [48, 49, 50, 51]
    assert hours_row(HourCounts(48, np.array([3, 0, 2]), 9))["title"] == "Positions, 5 of 9"


def test_a_brushed_span_keeps_its_hours_where_few_days_have_them() -> None:
    night = Period(date(2026, 7, 1), date(2026, 7, 2), Hours(2, 5))
    day = days_of(JULY)[0]
    since, until = span_of(night)

    assert period_of(since, until, EVER.since, EVER.until) == night
    assert period_of(day, day + 31, EVER.since, EVER.until) == JULY
    assert period_of(day + 0.5, day + 3.5, EVER.since, EVER.until) == Period(date(2026, 7, 1), date(2026, 7, 5))
    assert period_of(-1e300, 1e300, EVER.since, EVER.until) == EVER


@pytest.mark.parametrize(("since", "until"), [(float("nan"), 1.0), (1.0, float("inf")), (5.0, 5.0), (6.2, 6.1)])
def test_what_is_no_span_is_refused(since: float, until: float) -> None:
    with pytest.raises((BadQuestion, ValueError, OverflowError)):
        period_of(since, until, EVER.since, EVER.until)


def test_operations_still_to_come_can_be_seen() -> None:
    row = spans_row([planned("2026-09-03 04:00Z to 2026-09-05 10:00Z")], "Operations")

    assert seen_days(JULY, [row]) == [days_of(JULY)[0], row["ends"][0]]


def test_each_other_layer_with_time_has_a_row_and_reported_facts_none_of_overdoses() -> None:
    layers = {"hexagons": 55, "overdoses": 60, "ports": 80, "tracks": 60, "operations": 80, "routes": 80}

    rows = [
        [wish.code for wish in more_rows(State(layers=layers, fact=fact), Layer.SEIZURES, EVER)] for fact in FactKind
    ]

    assert sorted(map(len, rows)) == [3, 4]
    assert max(rows, key=len) == ["overdoses", "ports", "tracks", "operations"]


@pytest.mark.parametrize(
    "message",
    [{"kind": "period", "since": 9, "until": 5}, {"kind": "period", "since": "x", "until": 3}, {"kind": "period"},
     {"kind": "period", "since": 1e300, "until": float("inf")}, {}],
)  # fmt: skip
def test_a_message_that_names_no_period_changes_nothing(message: dict[str, Any]) -> None:
    state = State(period=JULY)
    timeline = Timeline(SimpleNamespace(state=state))  # type: ignore[arg-type]

    timeline._heard(message)

    assert state.period == JULY


def test_a_period_of_the_browser_is_chosen_within_bounds() -> None:
    state = State(period=JULY)
    timeline = Timeline(SimpleNamespace(state=state))  # type: ignore[arg-type]

    timeline._heard({"kind": "period", "since": days_of(JULY)[0], "until": 10**9})

    assert state.period == Period(JULY.since, EVER.until)


class AtOnce:
    """Answers every question as soon as it is asked."""

    def ask(self, _: str, question: Callable[[], Any], take: Callable[..., Any], lose: Callable[..., Any]) -> None:
        try:
            answer = question()
        except ValueError:
            lose(empty("no"))
        else:
            take(answer)

    def forget(self, _: str) -> None:
        return


def shown(tracks: Callable[..., Trend]) -> Timeline:
    """The timeline of ports and tracks in a store in which no seizure is known."""
    repository = SimpleNamespace(port_trend=lambda *_: by_month(2018, [5, 6]), track_trend=tracks)
    state = State(period=JULY, layers={"ports": 80, "tracks": 60})
    timeline = Timeline(SimpleNamespace(state=state, answers=AtOnce(), repository=repository, asker=None))  # type: ignore[arg-type]
    assert timeline.display(Trend([], np.array([]), np.array([]), "m"), "Seizures") is None
    return timeline


def state_of(timeline: Timeline) -> PaneState:
    return timeline._pane.state


def test_other_layers_have_their_rows_though_no_seizure_is_known() -> None:
    timeline = shown(lambda *_: by_month(2019, [7]))

    given = timeline._chart.given
    assert [(row["title"], row["n"]) for row in given["rows"]] == [("Trucks", [5, 6]), ("Positions", [7])]
    assert given["known"] == days_of(Period(date(2018, 1, 1), date(2019, 2, 1)))
    assert state_of(timeline) is DATA


def test_of_craft_alone_their_own_row_is_the_first_and_no_seizures_are_counted() -> None:
    repository = SimpleNamespace(
        track_trend=lambda *_: by_month(2019, [7]), seizure_trend=lambda *_: by_month(2019, [3])
    )
    state = State(period=JULY, layers={"tracks": 60})
    desk: Any = SimpleNamespace(state=state, answers=AtOnce(), repository=repository, asker=None)
    timeline, asking = Timeline(desk), Asking(desk)
    offered: list[str] = []
    asking.on_left = offered.append
    timeline.display(by_month(2019, [3]), "Seizures")
    assert [row["title"] for row in timeline._chart.given["rows"]] == ["Positions"]
    assert asking.bar.left == ""

    state.layers = {"seizures": 95, "tracks": 60}
    assert [row["title"] for row in timeline._chart.given["rows"]] == ["Seizures", "Positions"]
    assert asking.bar.left == "counting …"
    asking._counted = asking._query()
    for left, words in ((3, "Show all 3 seizures"), (1, "Show the one seizure"), (0, "")):
        asking._asked = asking._counted
        asking._take(Facets(total=9, left=left))
        assert offered[-1] == words
    state.layers = {"tracks": 60}
    assert offered[-1] == ""


def test_news_is_shown_in_the_rows_beside_the_first_too() -> None:
    heard = iter([[7], [7, 2]])
    timeline = shown(lambda *_: by_month(2019, next(heard)))

    timeline.reread()

    assert [(row["title"], row["n"]) for row in timeline._chart.given["rows"]] == [
        ("Trucks", [5, 6]),
        ("Positions", [7, 2]),
    ]


def test_a_row_that_fails_leaves_the_others_and_no_row_at_all_is_said() -> None:
    def refused(*_: Any) -> Trend:
        raise ValueError

    timeline = shown(refused)
    assert [row["title"] for row in timeline._chart.given["rows"]] == ["Trucks"]

    timeline._desk.state.layers = {"tracks": 60}
    assert state_of(timeline).condition is Condition.EMPTY


def test_what_was_not_counted_is_told_from_what_was_not_found() -> None:
    counted = replace(by_month(2022, [3, 0, 5]), since=date(2022, 1, 1))

    assert counts_row(counted, "Selection", "in the selection")["since"] == (date(2022, 1, 1) - date(1970, 1, 1)).days
    assert counts_row(by_month(2022, [3, 0, 5]), "Seizures", "seizures")["since"] is None
