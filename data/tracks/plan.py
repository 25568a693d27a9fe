"""What derived files there should be for the positions that the store has, and which of them are to be made."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from watchfloor.data.tracks.manifest import Key, Manifest, Span

type MadeFrom = dict[str, int]


class DayVersion(NamedTuple):
    """What the store says of the positions of one label and UTC day."""

    label: int
    day: date
    version: int
    n_fixes: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make, days before months before years, and which files have had their time."""

    days: tuple[Key, ...]
    months: tuple[Key, ...]
    years: tuple[Key, ...]
    gone: tuple[Key, ...]

    @property
    def is_done(self) -> bool:
        """Whether derived tracks are what they should be."""
        return not (self.days or self.months or self.years or self.gone)


def wanted_days(days: Iterable[DayVersion]) -> dict[Key, MadeFrom]:
    """The day buckets that there should be, and what each should be made from."""
    known = {(told.label, told.day): told.version for told in days if told.n_fixes}
    # the same few hundred days for every label
    said = {day: (day.isoformat(), day - timedelta(days=1)) for day in {day for _, day in known}}
    wanted = {}
    for (label, day), version in known.items():
        named, before = said[day]
        made_from = {named: version}
        if (label, before) in known:
            made_from[said[before][0]] = known[label, before]
        wanted[Key(label, Span.DAY, day)] = made_from
    return wanted


def wanted(days: Iterable[DayVersion], today: date) -> dict[Key, MadeFrom]:
    """All buckets that there should be: days, months and years that are over."""
    by_day = wanted_days(days)
    longer: dict[Key, MadeFrom] = defaultdict(dict)
    for key, made_from in by_day.items():
        month = key.parent()
        assert month is not None
        if month.first < today.replace(day=1):
            longer[month] |= made_from
        year = month.parent()
        assert year is not None
        if year.first < today.replace(month=1, day=1):
            longer[year] |= made_from
    return by_day | longer


def planned(days: Iterable[DayVersion], manifest: Manifest, today: date) -> Plan:
    """What is missing or was made from other versions than those of now."""
    right = wanted(days, today)
    stale = sorted(key for key, made_from in right.items() if not is_right(manifest, key, made_from))
    gone = tuple(sorted(manifest.entries.keys() - right.keys()))

    def of(span: Span) -> tuple[Key, ...]:
        return tuple(key for key in stale if key.span is span)

    return Plan(of(Span.DAY), of(Span.MONTH), of(Span.YEAR), gone)


def settled(keys: Iterable[Key], days: Iterable[DayVersion], manifest: Manifest, today: date) -> tuple[Key, ...]:
    """Those whose days and months are all listed as they should be: of others a sum would say more than it holds.

    Positions may change while days are built; the months of such days wait for the next build.
    """
    right = wanted(days, today)
    stale = {key for key, made_from in right.items() if not is_right(manifest, key, made_from)}
    waiting = {key.parent() for key in stale | (manifest.entries.keys() - right.keys())}
    return tuple(key for key in keys if key not in waiting)


def is_right(manifest: Manifest, key: Key, made_from: Mapping[str, int]) -> bool:
    """Whether there is a file of that key that was made from just these versions."""
    entry = manifest.entries.get(key)
    return entry is not None and entry.made_from == made_from
