"""The rows of the timeline: what each layer that is on and has time asks, and how its answer is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from watchfloor.dashboards.charts import GRAINS, edges_of, filled
from watchfloor.dashboards.state import State
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.answers import Planned, Trend
from watchfloor.geo.facts import FactKind
from watchfloor.geo.hour_counts import HourCounts
from watchfloor.geo.measures import BY_CODE
from watchfloor.geo.period import MOST_DAYS_WITH_HOURS, Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.season import Usual, usual_months

_EPOCH = date(1970, 1, 1)
DAY_H = 24
FIRST_ROWS = ("hexagons", "seizures", "density", "change")
POSITIONS = "positions"
OVERDOSE_ROWS = ("overdoses", "clusters")

type Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowWish:
    """A row beside the first: its title, unit, question, and the method of the repository that answers it."""

    code: str
    title: str
    unit: str
    query: Query
    ask: str

    def read(self, repository: Repository, asker: Asker) -> Row:
        """The row; asks the store. Raises WatchfloorError."""
        ask: Callable[[Asker, Query], Any] = getattr(repository, self.ask)
        answer = ask(asker, self.query)
        return counts_row(answer, self.title, self.unit) if isinstance(answer, Trend) else spans_row(answer, self.title)


def timed_layer(state: State) -> Layer:
    """The layer whose counts the timeline shows: seizures, unless overdoses alone are on."""
    on = state.layers.keys()
    is_overdoses = not {"hexagons", "seizures", "density"} & on and bool({"overdoses", "clusters"} & on)
    return Layer.OVERDOSES if is_overdoses else Layer.SEIZURES


def more_rows(state: State, first: Layer, ever: Period) -> tuple[RowWish, ...]:
    """Rows beside that of the first layer, for the other layers that are on and have time."""
    on, wide = state.layers.keys(), State(**state.chosen() | {"period": ever})
    wishes = []
    is_counted = state.fact is FactKind.EVENTS
    if first is Layer.SEIZURES and on & set(OVERDOSE_ROWS) and is_counted:
        wishes.append(RowWish("overdoses", "Overdoses", "overdoses", wide.query(Layer.OVERDOSES), "overdose_trend"))
    if "ports" in on:
        measure = BY_CODE[state.measure]
        wishes.append(RowWish("ports", measure.title, measure.unit, wide.query(Layer.PORTS), "port_trend"))
    if "tracks" in on:
        wishes.append(RowWish("tracks", "Positions", POSITIONS, wide.query(Layer.TRACKS), "track_trend"))
    if "operations" in on:
        query = wide.query(Layer.OPERATIONS)
        wishes.append(RowWish("operations", "Operations", "operations", query, "operations"))
    return tuple(wishes)


def counts_row(trend: Trend, title: str, unit: str) -> Row:
    """Bars: days as numbers since 1970-01-01, ends the day after the last; by month also what is usual, and its range.

    A range that is not wider than one is not drawn: the line says as much.
    """
    whole = filled(trend)
    edges = [_day(one) for one in edges_of(whole).tolist()] if whole.starts else []
    usual = usual_months(whole) if whole.grain == "m" and whole.starts else None
    return {
        "kind": "counts",
        "title": title,
        "unit": unit,
        "fact": trend.fact.value,
        "grain": whole.grain,
        "starts": edges[:-1],
        "ends": edges[1:],
        "n": np.asarray(whole.n).tolist(),
        "usual": usual,
        "ranges": None if usual is None else [_range(one) for one in usual],
        "since": None if trend.since is None else _day(trend.since),
    }


def _range(usual: Usual | None) -> tuple[float, float] | None:
    return None if usual is None or usual[2] - usual[0] <= 1 else (usual[0], usual[2])


def spans_row(planned: Sequence[Planned], title: str) -> Row:
    """Operations as spans from their first to after their last day; those without a readable time are left out."""
    spans = sorted((span, one.title, one.status) for one in planned if (span := _span(one.when)) is not None)
    return {
        "kind": "spans",
        "title": title,
        "unit": "operations",
        "starts": [span[0] for span, _, _ in spans],
        "ends": [span[1] for span, _, _ in spans],
        "texts": [f"{text}: {status}" for _, text, status in spans],
        "marks": [status for _, _, status in spans],
    }


def _span(when: str) -> tuple[int, int] | None:
    """Days of 'YYYY-MM-DD HH:MMZ to YYYY-MM-DD HH:MMZ'."""
    first, _, last = when.partition(" to ")
    try:
        since, until = date.fromisoformat(first[:10]), date.fromisoformat(last[:10])
    except ValueError:
        return None
    return _day(since), _day(until) + 1


def hours_row(found: HourCounts) -> Row:
    """Bars of hours: starts and ends are parts of days since 1970-01-01."""
    edges = [(found.first_h + hour) / DAY_H for hour in range(len(found.n) + 1)]
    counted = int(found.n.sum())
    some = f", {counted:,} of {found.n_fixes:,}" if counted < found.n_fixes else ""
    return {
        "kind": "counts",
        "title": f"Positions{some}",
        "unit": POSITIONS,
        "fact": FactKind.EVENTS.value,
        "grain": "h",
        "starts": edges[:-1],
        "ends": edges[1:],
        "n": found.n.tolist(),
        "usual": None,
    }


def grain_of_row(row: Row) -> str:
    """What a bar of the row counts: a day, a month, a year; of spans nothing."""
    return GRAINS[str(row["grain"])] if row["kind"] == "counts" else ""


def days_of(period: Period) -> list[int]:
    """A period as the chart takes it, in whole days."""
    return [_day(period.since), _day(period.until)]


def span_of(period: Period) -> list[float]:
    """A period as the chart takes it, hours as parts of a day."""
    return [hour / DAY_H for hour in period.hours_since_1970]


def seen_days(known: Period, rows: Sequence[Row]) -> list[int]:
    """All days that the chart can show: those with counts, of positions too; those of spans, which may be to come."""
    first, last = days_of(known)
    ends = [end for row in rows if row["kind"] == "spans" or row["unit"] == POSITIONS for end in row["ends"]]
    return [first, max([last, *ends])]


def with_days(rows: Sequence[Row]) -> list[Row]:
    """Those rows that show anything, rows of counts first: the first of all gives the chart its title."""
    return sorted((row for row in rows if row["starts"]), key=lambda row: row["kind"] != "counts")


def days_of_rows(rows: Sequence[Row]) -> Period:
    """From the first day of rows that have any to their last."""
    since = min(day for row in rows for day in row["starts"])
    until = max(day for row in rows for day in row["ends"])
    return Period(_EPOCH + timedelta(days=since), _EPOCH + timedelta(days=until))


def period_of(since: float, until: float, least: date, most: date) -> Period:
    """A period as the chart tells it, within bounds; whole hours are kept where few days have hours.

    Raises BadQuestion if it is empty, ValueError or OverflowError for what is no number of days.
    """
    bounds = (least - _EPOCH).days * DAY_H, (most - _EPOCH).days * DAY_H
    first, last = (min(max(round(day * DAY_H), bounds[0]), bounds[1]) for day in (since, until))
    if -(-last // DAY_H) - first // DAY_H > MOST_DAYS_WITH_HOURS:
        first, last = first // DAY_H * DAY_H, -(-last // DAY_H) * DAY_H
    return Period.between(first, last)


def _day(day: date) -> int:
    return (day - _EPOCH).days
