"""When what a page tells of happened: events as points, what lasted as bars, on one axis of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LANES = 40
_TICKS = 8


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasted: ends None means that it still does, starts None that nobody says since when."""

    lane: str
    title: str
    starts: datetime | None
    ends: datetime | None
    is_moment: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A span on the axis, in percent of its length."""

    title: str
    left: float
    width: float
    is_moment: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """Lanes by name with what stands in each, and ticks with their words."""

    lanes: tuple[tuple[str, tuple[Placed, ...]], ...]
    ticks: tuple[tuple[float, str], ...]
    since: str
    until: str


def axis(spans: Sequence[Span], now: datetime | None = None) -> Axis | None:
    """The spans on an axis from the first moment that is told to the last; None if none is told."""
    moments = [at for span in spans for at in (span.starts, span.ends) if at is not None]
    if not moments:
        return None
    first, last = min(moments), max(moments)
    if any(span.ends is None and not span.is_moment for span in spans):
        last = max(last, now or datetime.now(UTC))
    last = max(last, first + timedelta(days=1))
    long = (last - first).total_seconds()

    def share(at: datetime | None, missing: float) -> float:
        return missing if at is None else round(100 * (at - first).total_seconds() / long, 3)

    lanes: dict[str, list[Placed]] = {}
    for span in spans:
        left = share(span.starts, 0.0)
        right = left if span.is_moment else share(span.ends, 100.0)
        is_open = span.ends is None and not span.is_moment
        lanes.setdefault(span.lane, []).append(Placed(span.title, left, right - left, span.is_moment, is_open))
    kept = tuple((name, tuple(found)) for name, found in list(lanes.items())[:LANES])
    ticks = tuple((share(at, 0.0), words) for at, words in _ticks(first, last))
    return Axis(kept, ticks, f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}")


def _ticks(first: datetime, last: datetime) -> Iterable[tuple[datetime, str]]:
    """Beginnings of years, of months where there are few years, of days where there are few months."""
    years = [datetime(year, 1, 1, tzinfo=UTC) for year in range(first.year + 1, last.year + 1)]
    if len(years) >= 2:
        step = -(-len(years) // _TICKS)
        return [(at, str(at.year)) for at in years[::step]]
    months = [
        datetime(first.year + (first.month + n) // 12, (first.month + n) % 12 + 1, 1, tzinfo=UTC) for n in range(26)
    ]
    months = [at for at in months if at <= last]
    if len(months) >= 2:
        step = -(-len(months) // _TICKS)
        return [(at, f"{at:%Y-%m}") for at in months[::step]]
    days = (last - first).days
    step = max(1, -(-days // _TICKS))
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    return [(midnight + timedelta(days=n), f"{midnight + timedelta(days=n):%m-%d}") for n in range(1, days + 1, step)]
