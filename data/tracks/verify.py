"""Whether derived files are what they should be: how many are, and whether they are sound."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

import numpy as np
import psycopg

from watchfloor.data.address import Address, Role
from watchfloor.data.tracks.build import Workplace, day_versions, make_days
from watchfloor.data.tracks.manifest import Key, Span
from watchfloor.data.tracks.plan import is_right, planned, wanted_days
from watchfloor.data.tracks.shelf import TrackShelf
from watchfloor.geo.track_reasons import WORDS, none_left_out


@dataclass(frozen=True, slots=True)
class SpanStatus:
    """Files of days, months or years: how many, their bytes and positions, and how many are missing or of before."""

    span: str
    files: int
    size: int
    n_fixes: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Status:
    """How far derived files are. n_current: positions of days whose file is of now. written_s: seconds since 1970.

    left_out: positions of those files that cleaning has marked, by reason in words. on_land: positions of vessels on
    land, which are drawn like others.
    """

    spans: tuple[SpanStatus, ...]
    n_fixes: int
    n_current: int
    written_s: float
    left_out: dict[str, int]
    on_land: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What was compared, and a sentence for each fault."""

    files: int
    days: int
    faults: tuple[str, ...]


def status(address: Address, shelf: TrackShelf) -> Status:
    """How far derived files are, for the operator: of all labels together."""
    manifest = shelf.manifest()
    with psycopg.connect(address.conninfo(Role.INTAKE)) as connection:
        days = day_versions(connection)
    plan = planned(days, manifest, datetime.now(UTC).date())
    waiting = {Span.DAY: plan.days, Span.MONTH: plan.months, Span.YEAR: plan.years}
    spans = []
    for span in Span:
        entries = [entry for key, entry in manifest.entries.items() if key.span is span]
        size, n_fixes = sum(e.size for e in entries), sum(e.n_fixes for e in entries)
        spans.append(SpanStatus(span.value, len(entries), size, n_fixes, len(waiting[span])))
    right = {key for key, made_from in wanted_days(days).items() if is_right(manifest, key, made_from)}
    current = sum(told.n_fixes for told in days if Key(told.label, Span.DAY, told.day) in right)
    left_out = np.sum([none_left_out(), *(manifest.entries[key].left_out for key in right)], axis=0)
    reasons = {word: int(n) for word, n in zip(WORDS, left_out, strict=True) if n}
    on_land = sum(manifest.entries[key].on_land for key in right)
    return Status(tuple(spans), sum(told.n_fixes for told in days), current, manifest.written_s, reasons, on_land)


def verify(address: Address, shelf: TrackShelf, n_days: int, seed: int | None = None) -> Verified:
    """Compare all files with their digests and counts, and some days with what the store gives now."""
    manifest = shelf.manifest()
    faults = []
    for entry in manifest.entries.values():
        if shelf.digest(entry) != entry.digest:
            faults.append(f"{entry.name} is missing or not as it was written: `watchfloor tracks build --anew`")
    with psycopg.connect(address.conninfo(Role.INTAKE)) as connection:
        days = day_versions(connection)
    right = [key for key, made_from in sorted(wanted_days(days).items()) if is_right(manifest, key, made_from)]
    counts = {Key(told.label, Span.DAY, told.day): told.n_fixes for told in days}
    for key in right:
        if manifest.entries[key].n_fixes != counts[key]:
            faults.append(
                f"{manifest.entries[key].name} holds {manifest.entries[key].n_fixes:,} positions, "
                f"the store {counts[key]:,}"
            )
    # a sample need not be unforeseeable
    chosen = random.Random(seed).sample(right, min(n_days, len(right)))  # noqa: S311
    with TemporaryDirectory() as folder:
        place = Workplace(address.conninfo(Role.INTAKE), folder, folder)
        for key in chosen:
            (again,) = make_days(place, key.first, (key.label,))
            if isinstance(again, Key) or again.made_from != manifest.entries[key].made_from:
                continue
            if again.digest != manifest.entries[key].digest:
                faults.append(f"{manifest.entries[key].name} differs from what the store gives now")
    return Verified(len(manifest.entries), len(chosen), tuple(faults))
