"""Port activity: one measure per port, its change, and the series behind a port with the seizures at it."""

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.nearby import seizures_near
from watchfloor.data.questions.provenance import writing
from watchfloor.data.questions.records import port_record, rows_of
from watchfloor.data.questions.trend import trend_of_days
from watchfloor.data.statements import asked
from watchfloor.geo.answers import Ports, Records
from watchfloor.geo.comparison import year_before
from watchfloor.geo.disc import Disc
from watchfloor.geo.facts import FactKind
from watchfloor.geo.flows import IN_PORT_M
from watchfloor.geo.measures import BY_CODE
from watchfloor.geo.query import Query
from watchfloor.geo.spot import Behind, Spot

type Connection = psycopg.Connection[TupleRow]


def ports(connection: Connection, query: Query) -> Ports:
    """Ports in the question's box with anything to report in the period, busiest first."""
    given = _given(query)
    rows = connection.execute(asked("ports", given), given).fetchall()
    lon, lat = (np.array([row[i] for row in rows], np.float64) for i in (3, 4))
    kept = [row for row, inside in zip(rows, query.bbox.contains(lon, lat), strict=True) if inside]

    def column(index: int) -> np.ndarray:
        return np.array([np.nan if row[index] is None else row[index] for row in kept], np.float64)

    return Ports(
        place=np.array([row[0] for row in kept], np.int64),
        code=[row[1] for row in kept],
        name=[row[2] for row in kept],
        lon=column(3),
        lat=column(4),
        volume=column(5),
        latest=column(6),
        before=column(7),
        month=kept[0][8] if kept else None,
        measure=query.measure,
    )


def behind_port(connection: Connection, query: Query, spot: Spot) -> Behind:
    """The monthly values of one port, reported aggregates; beside them what single seizures at it lead to."""
    rows = rows_of(connection, "port_behind", _given(query) | {"place": int(spot.name)})
    written, measure = writing(connection, (row.run_id for row in rows)), BY_CODE[query.measure]
    records = tuple(port_record(row, written, measure.title, measure.unit) for row in rows)
    values = np.array([row.value for row in rows], np.float64)
    earlier, now = _year_before(connection, query, spot), by_month((row.starts, row.value) for row in rows)
    trend = trend_of_days(
        query.period, [row.starts for row in rows], np.zeros(len(rows)), values.astype(np.int64), grain="m"
    )
    behind = Behind(
        spot=spot,
        title=f"{rows[0].port} ({rows[0].code})" if rows else "Nothing reported here in this period",
        fact=FactKind.REPORTED,
        n=int(values.sum()),
        kilograms=0.0,
        trend=trend,
        before=np.array([int(earlier.get(month, 0)) for month in trend.starts], np.int64)
        if trend and earlier
        else None,
        records=Records(records, len(records), FactKind.REPORTED),
        notes=(
            f"Reported aggregates: {measure.title.lower()}, {measure.unit} per month.",
            *written_against(now, earlier),
        ),
    )
    if not rows:
        return behind
    return seizures_near(connection, query, Disc(rows[0].lon, rows[0].lat, IN_PORT_M)).beside(behind)


def _year_before(connection: Connection, query: Query, spot: Spot) -> dict[date, float]:
    """What the port reported in the same months a year before, by the month a year later."""
    try:
        earlier = year_before(query.period)
    except ValueError:
        return {}
    given = _given(query) | {"place": int(spot.name), "since": earlier.since, "until": earlier.until}
    return by_month(((row.starts, row.value) for row in rows_of(connection, "port_behind", given)), years_later=1)


def by_month(values: Iterable[tuple[date, float]], *, years_later: int = 0) -> dict[date, float]:
    """Values of all series and days of a month added up, by its first day, or the same month's so many years later."""
    sums: dict[date, float] = {}
    for day, value in values:
        month = date(day.year + years_later, day.month, 1)
        sums[month] = sums.get(month, 0.0) + value
    return sums


def written_against(now: Mapping[date, float], earlier: Mapping[date, float]) -> tuple[str, ...]:
    """The months that are known of both years, added up, and by how much the later differ; none if there is none."""
    both = sorted(now.keys() & earlier.keys())
    if not both:
        return ()
    a, b = sum(now[month] for month in both), sum(earlier[month] for month in both)
    change = f", {a / b - 1:+.1%}" if b else ""
    whole = f"in the same {len(both)} months" if len(both) > 1 else "in the same month"
    return (f"{a:,.0f} against {b:,.0f} {whole} a year before{change}. Both are counts as reported, not samples.",)


def _given(query: Query) -> dict[str, object]:
    return {
        "measure": query.measure,
        "since": query.period.since,
        "until": query.period.until,
        "known_at": query.known_at,
    }
