"""Which files make up a stretch of time: each day once, in the longest files of now, and what there is no file of."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.data.tracks.manifest import Entry, Key, Manifest, Span
from watchfloor.data.tracks.plan import DayVersion, Plan, planned, settled, wanted, wanted_days
from watchfloor.data.tracks.window import Stretch, chosen, end_of
from watchfloor.geo.period import Period

FIRST = date(2023, 11, 28)
LATER = date(2030, 1, 1)
ALL = Stretch.of(Period(date(2020, 1, 1), LATER))


def days(*numbers: int, label: int = 1, version: int = 1) -> list[DayVersion]:
    """Days after FIRST with ten positions each."""
    return [DayVersion(label, FIRST + timedelta(days=n), version, 10) for n in numbers]


def built(told: list[DayVersion], today: date = LATER) -> Manifest:
    """What a whole build of these days lists."""
    entries = (Entry(key, made_from, 10 * len(made_from), 1, "") for key, made_from in wanted(told, today).items())
    return Manifest({entry.key: entry for entry in entries}, 1.0)


def held(entry: Entry) -> list[tuple[int, date]]:
    """Days whose positions are in a file."""
    own = (date.fromisoformat(day) for day in entry.made_from)
    return [(entry.key.label, day) for day in own if entry.key.first <= day < end_of(entry.key)]


def names(entries: list[Entry]) -> list[str]:
    return sorted(f"{entry.key.span} {entry.key.first}" for entry in entries)


DAYS = st.lists(
    st.builds(
        DayVersion,
        st.integers(1, 2),
        st.dates(date(2023, 10, 20), date(2025, 2, 20)),
        st.integers(1, 3),
        st.integers(0, 4),
    ),
    max_size=40,
    unique_by=lambda one: (one.label, one.day),
)
MOMENTS = st.datetimes(datetime(2023, 10, 1), datetime(2025, 3, 1), timezones=st.just(UTC))  # noqa: DTZ001
TIMES = st.tuples(MOMENTS, MOMENTS).map(lambda pair: Stretch(min(pair), max(pair)))
DATES = st.dates(date(2023, 10, 1), date(2025, 3, 1))
PERIODS = st.tuples(DATES, st.integers(1, 500)).map(
    lambda pair: Stretch.of(Period(pair[0], pair[0] + timedelta(days=pair[1])))
)


@given(DAYS, DAYS, TIMES | PERIODS, st.dates(date(2023, 10, 1), LATER))
def test_each_day_of_the_time_is_read_once_whatever_was_built_before(
    told: list[DayVersion], before: list[DayVersion], time: Stretch, today: date
) -> None:
    found = chosen(told, built(before, today), time)

    read = Counter(day for entry in (*found.whole, *found.cut) for day in held(entry))
    read.update((key.label, key.first) for key in found.late)
    wanted_there = {
        (one.label, one.day)
        for one in told
        if one.n_fixes
        and datetime.combine(one.day, datetime.min.time(), UTC) < time.until
        and datetime.combine(one.day + timedelta(days=1), datetime.min.time(), UTC) > time.since
    }
    assert read == Counter(wanted_there)


@given(DAYS, DAYS, PERIODS, st.dates(date(2023, 10, 1), LATER))
def test_a_file_of_other_versions_than_those_of_now_is_not_read(
    told: list[DayVersion], before: list[DayVersion], time: Stretch, today: date
) -> None:
    now = {(one.label, one.day.isoformat()): one.version for one in told if one.n_fixes}
    for entry in (found := chosen(told, built(before, today), time)).whole + found.cut:
        assert all(now[entry.key.label, day] == version for day, version in entry.made_from.items())


@given(DAYS, TIMES)
def test_only_what_lies_in_the_time_is_read_as_a_whole(told: list[DayVersion], time: Stretch) -> None:
    found = chosen(told, built(told), time)

    for entry in found.whole:
        assert time.since.date() <= entry.key.first
        assert end_of(entry.key) <= time.until.date()
    assert not found.late
    assert {entry.key.span for entry in found.cut} <= {Span.DAY}


@given(DAYS, st.dates(date(2023, 10, 1), LATER))
def test_after_a_build_nothing_is_to_be_done(told: list[DayVersion], today: date) -> None:
    assert planned(told, built(told, today), today) == Plan((), (), (), ())
    assert planned(told, built(told, today), today).is_done


def test_years_are_read_before_months_and_months_before_days() -> None:
    told = days(*range(0, 500, 9))
    period = Stretch.of(Period(date(2023, 12, 1), date(2025, 2, 3)))

    assert names(chosen(told, built(told), period).whole) == [
        "day 2025-02-02", "month 2023-12-01", "month 2025-01-01", "year 2024-01-01"
    ]  # fmt: skip


def test_a_day_that_changed_takes_its_month_and_year_and_the_day_after_with_it() -> None:
    told = days(*range(35, 95))
    changed = [one if one.day != date(2024, 1, 10) else one._replace(version=2) for one in told]
    period = Stretch.of(Period(date(2024, 1, 1), date(2025, 1, 1)))
    found = chosen(changed, built(told), period)

    assert {key.first for key in found.late} == {date(2024, 1, 10), date(2024, 1, 11)}
    assert names(found.whole)[-2:] == ["month 2024-02-01", "month 2024-03-01"]
    plan = planned(changed, built(told), LATER)
    assert [key.first for key in plan.days] == [date(2024, 1, 10), date(2024, 1, 11)]
    assert [key.first for key in plan.months] == [date(2024, 1, 1)]
    assert [key.first for key in plan.years] == [date(2024, 1, 1)]
    assert plan.gone == ()


def test_the_last_day_of_a_month_that_changed_takes_the_next_month_too() -> None:
    told = days(*range(40))
    changed = [one if one.day != date(2023, 11, 30) else one._replace(version=2) for one in told]
    plan = planned(changed, built(told), LATER)

    assert [key.first for key in plan.days] == [date(2023, 11, 30), date(2023, 12, 1)]
    assert [key.first for key in plan.months] == [date(2023, 11, 1), date(2023, 12, 1)]


def test_days_that_lost_all_their_positions_have_no_file_any_more() -> None:
    told = days(0, 1, 2)
    emptied = [told[0], told[1]._replace(version=2, n_fixes=0), told[2]]
    plan = planned(emptied, built(told), LATER)

    assert plan.gone == (Key(1, Span.DAY, FIRST + timedelta(days=1)),)
    assert wanted_days(emptied)[Key(1, Span.DAY, told[2].day)] == {told[2].day.isoformat(): 1}
    assert [key.first for key in plan.days] == [told[2].day]
    found = chosen(emptied, built(told), ALL)
    assert [*found.late] == [Key(1, Span.DAY, told[2].day)]


def test_a_month_of_which_a_day_is_not_as_it_should_be_is_not_summed() -> None:
    """Its sum would be told to hold what that day has now."""
    told = days(*range(5))
    changed = [told[0]._replace(version=2), *told[1:]]
    manifest = built(told)
    months = planned(changed, manifest, LATER).months
    assert months == (Key(1, Span.MONTH, date(2023, 11, 1)),)

    assert settled(months, changed, manifest, LATER) == ()
    assert settled(months, told, manifest, LATER) == months
    # as it is if a day has come of which there is no file yet
    assert settled(months, [*told, *days(6)], manifest, LATER) == months
    assert settled(months, [*told, *days(-1)], manifest, LATER) == ()


@pytest.mark.parametrize(
    ("today", "spans"),
    [
        (date(2023, 11, 30), {Span.DAY}),
        (date(2023, 12, 1), {Span.DAY, Span.MONTH}),
        (date(2024, 1, 1), {Span.DAY, Span.MONTH, Span.YEAR}),
    ],
)
def test_months_and_years_are_made_when_they_are_over(today: date, spans: set[Span]) -> None:
    assert {key.span for key in wanted(days(0), today)} == spans


def test_labels_do_not_meet() -> None:
    told = days(0, 1) + days(1, label=2)

    assert wanted_days(told)[Key(2, Span.DAY, told[2].day)] == {told[2].day.isoformat(): 1}
    assert {entry.key.label for entry in chosen(days(0, label=2), built(told), ALL).whole} == set()
    assert {key.label for key in chosen(days(0, label=2), built(told), ALL).late} == {2}


def test_what_was_not_told_of_is_not_read() -> None:
    """A reader is told of the days of its labels alone."""
    found = chosen([], built(days(0, 1)), ALL)

    assert (found.whole, found.cut, found.late) == ([], [], {})


def test_a_time_within_a_day_cuts_its_file() -> None:
    told = days(0, 1, 2)
    noon = datetime(2023, 11, 28, 12, tzinfo=UTC)
    found = chosen(told, built(told), Stretch(noon, noon + timedelta(days=2)))

    assert names(found.cut) == ["day 2023-11-28", "day 2023-11-30"]
    assert names(found.whole) == ["day 2023-11-29"]


def test_seconds_are_utc() -> None:
    assert Stretch.of(Period(date(1970, 1, 2), date(1970, 1, 3))).seconds == (86_400, 172_800)
