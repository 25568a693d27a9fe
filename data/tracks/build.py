"""Building derived tracks: only what changed, by as many hands as there are, listed step by step.

A day is read from the store in one transaction with its version, so that a file says truly what it was made from. A
month is the sum of its days, a year of its months. What was made is listed now and then: a build that is stopped leaves
what was listed, and the next one goes on from there.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.address import Address, Role
from watchfloor.data.alone import alone
from watchfloor.data.statements import statement
from watchfloor.data.tracks.hands import Hands
from watchfloor.data.tracks.manifest import Entry, Key, Manifest, Span
from watchfloor.data.tracks.plan import DayVersion, planned, settled, wanted
from watchfloor.data.tracks.shelf import TrackShelf
from watchfloor.data.tracks.source import read_days
from watchfloor.geo.track_bucket import fixes_in, levels_of, packed, union

LISTED_EACH_S = 20.0
SAID_EACH_S = 5.0
# positions that one hand takes at a time: some 600 MB
MOST_AT_ONCE = 3_000_000
_UNDER_WAY = "another build of tracks is under way; it sees to these, too"

type Connection = psycopg.Connection[TupleRow]
type Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a hand needs, wherever it is: how to reach the store, where files stand, where copies may stand."""

    conninfo: str
    root: str
    fetched: str

    def shelf(self) -> TrackShelf:
        """The files."""
        return TrackShelf(self.root, Path(self.fetched))


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: files made by span, positions read, files deleted, seconds."""

    days: int
    months: int
    years: int
    n_fixes: int
    deleted: int
    seconds: float


def day_versions(connection: Connection, since: date = date.min, until: date = date.max) -> list[DayVersion]:
    """Versions of the days of all labels that the connection may see."""
    rows = connection.execute(statement("track_days"), {"since": since, "until": until})
    return [DayVersion(*row) for row in rows]


def build(address: Address, shelf: TrackShelf, hands: Hands, tell: Tell, *, anew: bool = False) -> Built:
    """Make derived tracks what they should be.

    anew: make every file again. Raises StoreUnavailable if another build is under way.
    """
    begun = time.monotonic()
    place = Workplace(address.conninfo(Role.INTAKE), shelf.root, str(shelf.fetched))
    with (
        psycopg.connect(place.conninfo, autocommit=True) as connection,
        alone(connection, "watchfloor.tracks", _UNDER_WAY),
    ):
        manifest = Manifest() if anew else shelf.manifest()
        plan = planned(day_versions(connection), manifest, _today())
        manifest = manifest.replaced((), plan.gone, time.time())
        made: dict[Span, int] = {}
        n_fixes = 0
        for span in Span:
            # days were read when they were read: what they were made from decides what months should be
            told = day_versions(connection)
            plan = planned(told, manifest, _today())
            counts = {Key(day.label, Span.DAY, day.day): day.n_fixes for day in told}
            keys = {Span.DAY: plan.days, Span.MONTH: plan.months, Span.YEAR: plan.years}[span]
            keys = settled(keys, told, manifest, _today())
            work = _Work(place, shelf, hands, tell)
            manifest, entries = work.done(span, keys, manifest, counts)
            made[span] = len(entries)
            n_fixes += sum(entry.n_fixes for entry in entries if span is Span.DAY)
        deleted = shelf.sweep(manifest.entries.values())
    days, months, years = (made[span] for span in Span)
    return Built(days, months, years, n_fixes, deleted, time.monotonic() - begun)


@dataclass(frozen=True, slots=True)
class _Work:
    place: Workplace
    shelf: TrackShelf
    hands: Hands
    tell: Tell

    def done(
        self, span: Span, keys: tuple[Key, ...], manifest: Manifest, counts: Mapping[Key, int]
    ) -> tuple[Manifest, list[Entry]]:
        """The list with what was made of these keys, as it stands on the shelf now; and what was made."""
        if span is Span.DAY:
            jobs = [(self.place, day, labels) for day, labels in _batches(keys, counts)]
            results = self.hands(make_days, jobs)
        else:
            parts = _parts(manifest)
            results = self.hands(make_longer, [(self.place, key, parts.get(key, ())) for key in keys])
        entries: list[Entry] = []
        gone: list[Key] = []
        listed = said = time.monotonic()
        for made in results:
            entries += [one for one in made if isinstance(one, Entry)]
            gone += [one for one in made if isinstance(one, Key)]
            now = time.monotonic()
            if now - listed > LISTED_EACH_S:
                self.shelf.publish(manifest.replaced(entries, gone, time.time()))
                listed = now
            if now - said > SAID_EACH_S:
                self.tell(f"{len(entries):,} of {len(keys):,} {span}s")
                said = now
        manifest = manifest.replaced(entries, gone, time.time())
        self.shelf.publish(manifest)
        return manifest, entries


def make_days(place: Workplace, day: date, labels: tuple[int, ...]) -> list[Entry | Key]:
    """Make the buckets of some labels and one day; the key alone of what nothing is left of."""
    with psycopg.connect(place.conninfo, options="-c timezone=UTC") as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        told = day_versions(connection, day - timedelta(days=1), day)
        held = dict(read_days(connection, labels, day, day))
    right = wanted(told, date.min)
    shelf = place.shelf()
    made: list[Entry | Key] = []
    for label in labels:
        key = Key(label, Span.DAY, day)
        if label not in held or key not in right:
            made.append(key)
            continue
        of_label = held.pop(label)
        parts = packed(levels_of(of_label), of_label)
        made.append(shelf.put(key, right[key], parts, of_label.n_fixes))
    return made


def make_longer(place: Workplace, key: Key, parts: tuple[Entry, ...]) -> list[Entry | Key]:
    """Make the bucket of a label and month or year from those of its days or months."""
    return [union_of(place.shelf(), key, parts)] if parts else [key]


def union_of(shelf: TrackShelf, key: Key, parts: tuple[Entry, ...]) -> Entry:
    """Put the sum of the buckets of days or months on the shelf."""
    buckets = [shelf.bucket(part) for part in parts]
    made_from = {day: version for part in parts for day, version in part.made_from.items()}
    whole = union(buckets, keeps_pieces=key.span is Span.MONTH)
    return shelf.put(key, made_from, whole, sum(map(fixes_in, buckets)))


def _batches(keys: Iterable[Key], counts: Mapping[Key, int]) -> Iterator[tuple[date, tuple[int, ...]]]:
    """Day by day the labels whose buckets are to be made, as many at a time as fit into memory."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for key in keys:
        by_day[key.first].append(key.label)
    for day, labels in sorted(by_day.items()):
        batch: list[int] = []
        n = 0
        for label in labels:
            n += counts[Key(label, Span.DAY, day)]
            if batch and n > MOST_AT_ONCE:
                yield day, tuple(batch)
                batch, n = [], counts[Key(label, Span.DAY, day)]
            batch.append(label)
        yield day, tuple(batch)


def _parts(manifest: Manifest) -> dict[Key, tuple[Entry, ...]]:
    """The days of each month and the months of each year that there are."""
    found: dict[Key, list[Entry]] = defaultdict(list)
    for key, entry in sorted(manifest.entries.items()):
        parent = key.parent()
        if parent is not None:
            found[parent].append(entry)
    return {key: tuple(entries) for key, entries in found.items()}


def _today() -> date:
    return datetime.now(UTC).date()
