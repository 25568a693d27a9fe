"""What stands behind a mark while two periods are compared: both counts, their ratio, and chance, in plain words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np

from watchfloor.dashboards.choices import Mark
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.readings import CHANGE, against
from watchfloor.dashboards.taps import mark_query, read_behind
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.answers import Trend
from watchfloor.geo.comparison import Change, refuse_overlap
from watchfloor.geo.measures import BY_CODE
from watchfloor.geo.paired_months import MonthPairs, month_pairs
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Measured, Query
from watchfloor.geo.spot import Behind, SpotKind
from watchfloor.geo.weights import written_weight
from watchfloor.layers.change_legends import counted_hexagons, written_chance, written_level, written_ratio

PORTS = "ports"


def behind_question(desk: Desk, mark: Mark) -> Callable[[], Behind]:
    """The question what stands behind a mark, of both periods where two are compared."""
    query, state = mark_query(desk.state, mark), desk.state
    if mark.layer == CHANGE and mark.spot.kind is SpotKind.CELL:
        return partial(read_change, desk.repository, desk.asker, query, against(state), mark)
    if mark.layer == PORTS and state.compare is not None:
        return partial(read_port, desk.repository, desk.asker, query, against(state), mark)
    return partial(read_behind, desk.repository, desk.asker, query, mark)


def read_change(repository: Repository, asker: Asker, query: Query, other: Period, mark: Mark) -> Behind:
    """Records of the first period, or of the second if the first has none, under what the comparison says."""
    change = repository.change(asker, query, other)
    a, b = (repository.behind(asker, one, mark.spot) for one in (query, replace(query, period=other)))
    found = np.flatnonzero(change.cells == np.uint64(int(mark.spot.name, 16)))
    listed = "Listed are the records of A." if a.n else "A has none: listed are the records of B."
    said = written_change(change, int(found[0]), query) if found.size else ("Nothing is left here in either period.",)
    return replace(
        a if a.n else b,
        title="Change in this area" if found.size and change.is_coarse[found[0]] else "Change in this hexagon",
        trend=joined(b.trend, a.trend),
        notes=(*said, listed, *a.notes),
    )


def written_change(change: Change, index: int, query: Query) -> tuple[str, ...]:
    """One cell's comparison in words."""
    lines = [
        f"A {change.a.period}: {_held(change, index, query, 'a')}",
        f"B {change.b.period}: {_held(change, index, query, 'b')}",
    ]
    if change.untested:
        return (*lines, change.untested)
    lines.append(f"A has {written_ratio(*change.interval(index))}.")
    p, q = float(change.p[index]), float(change.q[index])
    if np.isnan(p):
        return (*lines, "Too few in both together to tell a change from chance: not tested.")
    verdict = "marked as a change" if change.is_marked[index] else "not marked: it may be chance"
    lines += [
        f"{_sentence(written_chance(p))} ({written_level('p', p)}).",
        f"Of {counted_hexagons(change.n_tested)} tested: {written_level('q', q)}, {verdict}.",
    ]
    return tuple(lines)


def _held(change: Change, index: int, query: Query, side: str) -> str:
    n, kilograms = (change.n_a, change.kilograms_a) if side == "a" else (change.n_b, change.kilograms_b)
    days = change.a.days if side == "a" else change.b.days
    weight = (
        f", {written_weight(float(kilograms[index]))}"
        if query.layer is Layer.SEIZURES and query.measured is not Measured.CASES
        else ""
    )
    return f"{int(n[index]):,}{weight} in {days:,} days"


def read_port(repository: Repository, asker: Asker, query: Query, other: Period, mark: Mark) -> Behind:
    """A crossing in both periods, month beside month."""
    refuse_overlap(query.period, other)
    a, b = (repository.behind(asker, one, mark.spot) for one in (query, replace(query, period=other)))
    measure = BY_CODE[query.measure]
    sides = (("A", query.period, a), ("B", other, b))
    lines = [f"{name} {period}: {one.n:,} {measure.unit}{written_reported(one.trend)}" for name, period, one in sides]
    if a.n and b.n:
        months = [sorted(at.month for at in reported_months(one.trend)) for one in (a, b)]
        is_alike = months[0] == months[1]
        share = f"A has {(a.n / b.n - 1):+.1%} against B."
        lines.append(share if is_alike else "Not the same months are in both: no share is told of the sums.")
    if a.trend is not None and b.trend is not None:
        lines += written_months(month_pairs(a.trend, b.trend))
    return replace(a if a.records.total else b, trend=joined(b.trend, a.trend), notes=(*lines, *a.notes))


def reported_months(trend: Trend | None) -> list[date]:
    """The months that a period has a figure of, a reported nought too; only those that lie in it whole are counted."""
    return [] if trend is None or trend.grain != "m" else list(trend.starts)


def written_reported(trend: Trend | None) -> str:
    """How many months stand behind a sum, and which: a sum of eleven is none of a year."""
    months = reported_months(trend)
    if not months:
        return ""
    if len(months) == 1:
        return f" in 1 month ({months[0]:%b %Y})"
    return f" in {len(months)} whole months with figures ({months[0]:%b %Y} to {months[-1]:%b %Y})"


def written_months(pairs: MonthPairs) -> list[str]:
    """What the calendar months that both periods have say."""
    if not pairs.n:
        return ["No calendar month is in both periods: there is nothing to pair."]
    said = (
        f"Of {pairs.n} calendar months in both, A is higher in {pairs.n_higher}; "
        f"typically {pairs.typical_ratio - 1:+.1%}."
    )
    if pairs.p is None:
        return [said, "Fewer than six months: no test."]
    chance = _sentence(written_chance(pairs.p)).replace("places", "such pairs of periods")
    return [
        said,
        f"{chance} (exact sign-flip test of the months' ratios, {written_level('p', pairs.p)}).",
        "Months follow one another: a lasting shift of whatever cause counts as a change.",
    ]


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def joined(first: Trend | None, second: Trend | None) -> Trend | None:
    """Two trends of the same grain as one; otherwise the second."""
    if first is None or second is None or first.grain != second.grain:
        return second
    starts = sorted({*first.starts, *second.starts})
    place = {start: index for index, start in enumerate(starts)}
    n, kilograms = np.zeros(len(starts), np.int64), np.zeros(len(starts))
    for trend in (first, second):
        at = [place[start] for start in trend.starts]
        np.add.at(n, at, trend.n)
        np.add.at(kilograms, at, trend.kilograms)
    return Trend(starts, n, kilograms, second.grain, second.fact)
