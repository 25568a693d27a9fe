"""The one reader of derived tracks: only under a scope, and only of the labels that the database says it may see."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from hashlib import blake2b
from typing import Final, NamedTuple

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.statements import statement
from watchfloor.data.tracks.build import day_versions
from watchfloor.data.tracks.manifest import Entry, Key, Manifest
from watchfloor.data.tracks.plan import DayVersion
from watchfloor.data.tracks.shelf import TrackShelf
from watchfloor.data.tracks.source import cleaned, read_days
from watchfloor.data.tracks.view import Told, TrackView, fixes_between
from watchfloor.data.tracks.window import Chosen, Stretch, chosen
from watchfloor.geo.answers import Fixes
from watchfloor.geo.errors import StoreUnavailable
from watchfloor.geo.period import Period, dawn
from watchfloor.geo.track_bucket import Bytes, bucket_of, fixes_in
from watchfloor.geo.track_pieces import pieces

# so many positions without a file of now are drawn from the store itself; more wait for the next build
MOST_LATE: Final = 500_000
DAY_S: Final = 86_400
_TRIES: Final = 3

type Connection = psycopg.Connection[TupleRow]


def track_view(connection: Connection, files: TrackShelf | None, time: Stretch) -> TrackView:
    """Tracks of a stretch of time, as the scope of this connection may see them.

    The labels are those of the days that the policy shows to this very transaction: without a scope none. Days of which
    there is no file of now are read from the store; if those are too many, an older file is shown, and how many lack.
    """
    return track_views(connection, files, [time])[0]


def track_views(connection: Connection, files: TrackShelf | None, times: Sequence[Stretch]) -> list[TrackView]:
    """The same of several stretches of time that follow each other."""
    days = day_versions(connection, times[0].since.date() - timedelta(days=1), times[-1].until.date())
    for _ in range(_TRIES):
        manifest = Manifest() if files is None else files.manifest()
        chosen_of = [(chosen(_near(days, time), manifest, time), time) for time in times]
        try:
            return [_view(connection, _Sources(files, manifest, found, days), time) for found, time in chosen_of]
        except FileNotFoundError:
            # a newer list has come, and what it had no use for is gone
            continue
    raise StoreUnavailable("derived tracks change too fast to be read; try again")


def days_heard(connection: Connection, period: Period) -> int:
    """On how many days of a period there is a position that the scope of this connection may see."""
    return len({told.day for told in day_versions(connection, period.since, period.last) if told.n_fixes})


def told_of(connection: Connection, period: Period) -> Told:
    """What the store tells now of the days that a view of this period was made from."""
    given = {"since": period.since - timedelta(days=1), "until": period.until}
    row = connection.execute(statement("track_days_told"), given).fetchone()
    assert row is not None
    return int(row[0]), int(row[1]), int(row[2]), tuple(row[3])


def _near(days: Iterable[DayVersion], time: Stretch) -> list[DayVersion]:
    """Those of a stretch of time and of the day before it, from which lines lead into it."""
    first, last = time.since.date() - timedelta(days=1), time.until.date()
    return [told for told in days if first <= told.day <= last]


class _Sources(NamedTuple):
    files: TrackShelf | None
    manifest: Manifest
    found: Chosen
    days: list[DayVersion]

    def read(self, entries: Iterable[Entry]) -> list[Bytes]:
        """The files of these entries."""
        return [self.files.bucket(entry) for entry in entries] if self.files is not None else []

    @property
    def older(self) -> dict[Key, Entry]:
        """Files of before, of days that have none of now; not of those that have lost positions, which none may see."""
        files = ((key, n, self.manifest.entries.get(key)) for key, n in self.late.items())
        return {key: file for key, n, file in files if file is not None and file.n_fixes <= n}

    @property
    def late(self) -> dict[Key, int]:
        """Positions of the days that have no file of now."""
        counts = {(day.label, day.day): day.n_fixes for day in self.days} if self.found.late else {}
        return {key: counts[key.label, key.first] for key in self.found.late}


def _view(connection: Connection, of: _Sources, time: Stretch) -> TrackView:
    whole, close, cut = of.read(of.found.whole), of.read(of.found.close), of.read(of.found.cut)
    late, older, missing = of.late, of.older, 0
    used = [*of.found.whole, *of.found.cut]
    is_read = sum(late.values()) <= MOST_LATE
    held_bytes = 0
    if is_read:
        made = _late(connection, late)
        held_bytes = sum(bucket.nbytes for bucket in made)
        cut += made
    else:
        cut += of.read(older.values())
        used += older.values()
        missing = sum(max(0, n - (older[key].n_fixes if key in older else 0)) for key, n in late.items())
    drawn = sum(map(fixes_in, whole)) + sum(fixes_between(bucket, time.seconds) for bucket in cut)
    said = [entry.name for entry in used] + [f"{key} {of.found.late[key]}" for key in late if is_read]
    stamp = blake2b("\n".join(sorted(said)).encode(), digest_size=16).hexdigest()
    built_s = of.manifest.written_s if used else 0.0
    labels = tuple(sorted({day.label for day in of.days}))
    told = (len(of.days), sum(day.n_fixes for day in of.days), sum(day.version for day in of.days), labels)
    return TrackView(stamp, drawn + missing, drawn, built_s, whole, close, cut, time.seconds, held_bytes, told)


def _late(connection: Connection, late: Collection[Key]) -> list[Bytes]:
    """Buckets of days that have no file of now: one for each label and run of days."""
    made = []
    for days in _runs(sorted({key.first for key in late})):
        wanted = {(key.label, key.first) for key in late if days[0] <= key.first <= days[-1]}
        for label, held in read_days(connection, {label for label, _ in wanted}, days[0], days[-1]):
            is_late = np.array([(label, day) in wanted for day in days])
            of_day = (held.at_s.astype(np.int64) - int(dawn(days[0]).timestamp())) // DAY_S
            made.append(bucket_of(held.taken(is_late[of_day])))
    return made


def _runs(days: list[date]) -> Iterator[list[date]]:
    """Days that follow each other."""
    run: list[date] = []
    for day in days:
        if run and day != run[-1] + timedelta(days=1):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def view_of(fixes: Fixes, time: Stretch) -> TrackView:
    """Tracks of positions that were asked of the store itself: of an earlier moment there are no derived files."""
    made = cleaned(
        craft=fixes.craft,
        at_s=fixes.at_s,
        lon=fixes.lon,
        lat=fixes.lat,
        speed_kn=fixes.speed_kn,
        category=fixes.category,
    )
    bucket = bucket_of(pieces(made))
    stamp = blake2b(bucket, digest_size=16).hexdigest()
    return TrackView(stamp, fixes.total, fixes.total, 0.0, [bucket], [bucket], [], time.seconds, bucket.nbytes)


def no_tracks(period: Period) -> TrackView:
    """A picture of a period without a position."""
    return TrackView("none", 0, 0, 0.0, [], [], [], Stretch.of(period).seconds, 0)


def warm_view() -> TrackView:
    """Tracks of one invented step: drawing them compiles what the first reader would otherwise wait for."""
    two = Fixes(
        lon=np.array([0.0, 0.1], np.float32),
        lat=np.array([0.0, 0.1], np.float32),
        at_s=np.array([0, 3600]),
        craft=np.zeros(2, np.int64),
        category=np.zeros(2, np.int16),
        speed_kn=np.zeros(2, np.float32),
        total=2,
    )
    return view_of(two, Stretch(dawn(date(1970, 1, 1)), dawn(date(1970, 1, 2))))
