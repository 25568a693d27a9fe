"""Derived files of invented positions, built as the product builds them, and what that takes."""

import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import batched, pairwise
from pathlib import Path
from typing import NamedTuple

from bench import track_world as world
from bench.memory import Memory
from watchfloor.data.tracks.build import MOST_AT_ONCE, _parts, union_of
from watchfloor.data.tracks.manifest import Entry, Key, Manifest, Span
from watchfloor.data.tracks.plan import DayVersion, planned
from watchfloor.data.tracks.shelf import TrackShelf
from watchfloor.data.tracks.window import Stretch
from watchfloor.geo.track_bucket import levels_of, packed
from watchfloor.geo.track_pieces import DAY_S, Pieces, Positions, pieces_by_day

YEAR = Stretch(datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
WINDOWS = {
    "1 h": Stretch(datetime(2025, 7, 9, 10, tzinfo=UTC), datetime(2025, 7, 9, 11, tzinfo=UTC)),
    "31 d": Stretch(datetime(2025, 6, 20, tzinfo=UTC), datetime(2025, 7, 21, tzinfo=UTC)),
    "all": YEAR,
}
VISIBLE = tuple(range(1, 21))
# of more, files that no view asks for are deleted when all of their label are made: a billion's take 75 GB together
MOST_KEPT = 200_000_000

type Seconds = tuple[int, int]


class Built(NamedTuple):
    """Derived files of one world, and what they took."""

    files: TrackShelf
    days: list[DayVersion]
    build_s: float
    processor_s: float
    bytes_each: float
    memory_gb: float


def built_files(n: int, folder: Path) -> Built:
    """Invent n positions and build their derived files in a folder."""
    built = processor = 0.0
    entries: list[Entry] = []
    is_large = n // world.LABELS > MOST_AT_ONCE * 2
    with Memory() as memory, ThreadPoolExecutor(os.cpu_count()) as hands:
        # inventing positions is no part of building; as many labels as there are hands are held at a time, or only one
        for given in batched(world.labels(n), 1 if is_large else os.cpu_count() or 2):
            # a shelf holds what it has read, and the disk what is held
            files = _shelf(folder)
            begun, used = time.perf_counter(), time.process_time()
            days = [
                entry
                for made in hands.map(lambda one, files=files: _days(files, *one), _shares(given))
                for entry in made
            ]
            longer = _longer(files, days, hands)
            built += time.perf_counter() - begun
            processor += time.process_time() - used
            entries += days + longer
            if n > MOST_KEPT:
                _forget(folder, days + longer)
    files = _shelf(folder)
    files.publish(Manifest().replaced(entries, (), time.time()))
    told = [DayVersion(e.key.label, e.key.first, 1, e.n_fixes) for e in entries if e.key.span is Span.DAY]
    size = sum(entry.size for entry in entries)
    return Built(files, told, built, processor, size / n, memory.most_gb)


def _shelf(folder: Path) -> TrackShelf:
    return TrackShelf(str(folder), folder / "fetched")


def _shares(given: Iterable[tuple[int, Positions]]) -> Iterator[tuple[int, Positions, Seconds]]:
    """Whose positions, and from which second until which one hand takes them: as many as the product's build takes."""
    for label, of_label in given:
        n = -(-len(of_label.at_s) // MOST_AT_ONCE)
        edges = [world.FIRST_S + world.DAYS * k // n * DAY_S for k in range(n + 1)]
        yield from ((label, of_label, one) for one in pairwise(edges))


def _longer(files: TrackShelf, days: list[Entry], hands: ThreadPoolExecutor) -> list[Entry]:
    """Months and years of these days."""
    told = [DayVersion(e.key.label, e.key.first, 1, e.n_fixes) for e in days]
    manifest = Manifest().replaced(days, (), time.time())
    longer: list[Entry] = []
    for span in (Span.MONTH, Span.YEAR):
        plan = planned(told, manifest, date(2027, 1, 1))
        keys = plan.months if span is Span.MONTH else plan.years
        parts = _parts(manifest)
        made = list(hands.map(lambda key, parts=parts: union_of(files, key, parts[key]), keys))
        manifest = manifest.replaced(made, (), time.time())
        longer += made
    return longer


def _forget(folder: Path, made: list[Entry]) -> None:
    """Delete what no view asks for: days that stand in their months, and labels that the reader does not see."""
    short = [window for window in WINDOWS.values() if window != YEAR]
    for entry in made:
        is_day = entry.key.span is Span.DAY
        is_asked = any(window.since.date() <= entry.key.first <= window.until.date() for window in short)
        if entry.key.label not in VISIBLE or (is_day and not is_asked):
            (folder / entry.name).unlink()


def _days(files: TrackShelf, label: int, of_label: Positions, share: Seconds) -> list[Entry]:
    since, until = share
    if (since, until) != (world.FIRST_S, world.FIRST_S + world.DAYS * DAY_S):
        # lines lead in from the day before
        is_near = (of_label.at_s >= since - DAY_S) & (of_label.at_s < until)
        of_label = Positions._make(column[is_near] for column in of_label)
    entries: list[Entry] = []
    known = -1
    for number, held in pieces_by_day(of_label):
        if number * DAY_S >= since:
            entries.append(_day(files, label, (number, held), after_another=number - 1 == known))
        known = number
    return entries


def _day(files: TrackShelf, label: int, part: tuple[int, Pieces], *, after_another: bool) -> Entry:
    number, held = part
    first = date(1970, 1, 1) + timedelta(days=number)
    made_from = {first.isoformat(): 1} | ({(first - timedelta(days=1)).isoformat(): 1} if after_another else {})
    return files.put(Key(label, Span.DAY, first), made_from, packed(levels_of(held), held), held.n_fixes)
