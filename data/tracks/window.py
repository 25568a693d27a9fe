"""Which buckets make up a stretch of time: years before months before days, and what none of them holds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from watchfloor.data.tracks.manifest import Entry, Key, Manifest, Span
from watchfloor.data.tracks.plan import DayVersion, MadeFrom, is_right, wanted_days
from watchfloor.geo.period import Period, dawn


class Stretch(NamedTuple):
    """Time from since until before until, in UTC."""

    since: datetime
    until: datetime

    @classmethod
    def of(cls, period: Period) -> "Stretch":
        """The period's days, or its hours."""
        return cls(*period.moments)

    @property
    def seconds(self) -> tuple[int, int]:
        """Both ends in seconds since 1970."""
        return int(self.since.timestamp()), int(self.until.timestamp())


class _Days(NamedTuple):
    """Days of a stretch of time: all that it touches, and those that lie in it whole; each from, and until before."""

    first: date
    until: date
    whole_first: date
    whole_until: date

    @classmethod
    def of(cls, time: Stretch) -> "_Days":
        first, last = time.since.date(), time.until.date()
        until = last if dawn(last) == time.until else last + timedelta(days=1)
        return cls(first, until, first if dawn(first) == time.since else first + timedelta(days=1), last)

    def touch(self, day: date) -> bool:
        return self.first <= day < self.until

    def hold(self, key: Key) -> bool:
        return self.whole_first <= key.first and end_of(key) <= self.whole_until


@dataclass(slots=True)
class Chosen:
    """What a question is answered from.

    whole: files that lie in its period with all they hold, as few as there are, for wide views. close: the same for
    close views, for which years are no good. cut: files of days that the period begins or ends in.
    late: days of which there is no file of now, with what one should be made from. n_fixes: positions of whole days.
    """

    whole: list[Entry] = field(default_factory=list)
    close: list[Entry] = field(default_factory=list)
    cut: list[Entry] = field(default_factory=list)
    late: dict[Key, MadeFrom] = field(default_factory=dict)
    n_fixes: int = 0


def chosen(days: Iterable[DayVersion], manifest: Manifest, time: Stretch) -> Chosen:
    """Files for a stretch of time.

    days: of all that the reader may see, from the day before the period on, to its last.
    """
    told, of = list(days), _Days.of(time)
    counts = {(one.label, one.day): one.n_fixes for one in told}
    wanted = {key: made_from for key, made_from in wanted_days(told).items() if of.touch(key.first)}
    found = Chosen()
    covered = _choose_longer(wanted, manifest, of, found)
    for key, made_from in wanted.items():
        is_whole = of.hold(key)
        if is_whole:
            found.n_fixes += counts[key.label, key.first]
        if key in covered:
            continue
        if not is_right(manifest, key, made_from):
            found.late[key] = made_from
        elif is_whole:
            found.whole.append(manifest.entries[key])
            found.close.append(manifest.entries[key])
        else:
            found.cut.append(manifest.entries[key])
    return found


def _choose_longer(wanted: Mapping[Key, MadeFrom], manifest: Manifest, of: _Days, found: Chosen) -> set[Key]:
    """Choose years and months that hold just what their days should hold; the days that need no file of their own."""
    days: dict[Key, list[Key]] = defaultdict(list)
    sums: dict[Key, MadeFrom] = defaultdict(dict)
    held: dict[Key, list[Key]] = {}
    for key, made_from in wanted.items():
        month = key.parent()
        assert month is not None
        if month not in held:
            held[month] = [one for one in (month, month.parent()) if one is not None and of.hold(one)]
        for one in held[month]:
            days[one].append(key)
            sums[one] |= made_from
    right = sorted(longer for longer, made_from in sums.items() if is_right(manifest, longer, made_from))
    months = [longer for longer in right if longer.span is Span.MONTH]
    covered = {key for month in months for key in days[month]}
    years = [longer for longer in right if longer.span is Span.YEAR and covered.issuperset(days[longer])]
    found.close += [manifest.entries[month] for month in months]
    found.whole += [manifest.entries[year] for year in years]
    found.whole += [manifest.entries[month] for month in months if month.parent() not in years]
    return covered


def end_of(key: Key) -> date:
    """The first day after a bucket's time."""
    if key.span is Span.DAY:
        return key.first + timedelta(days=1)
    if key.span is Span.MONTH:
        return (key.first + timedelta(days=31)).replace(day=1)
    return key.first.replace(year=key.first.year + 1)
