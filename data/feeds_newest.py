"""The newest valid time that a file tells, seen while the pipeline reads it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import polars as pl

from watchfloor.data.ingest.format import Format, Options
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import Opened, open_file
from watchfloor.data.ingest.row_labels import RowLabels
from watchfloor.data.registry import LabelSpec

# when what a row tells was so; a reported period until its end
VALID = {
    "events": "starts",
    "overdoses": "day",
    "reported": "ends",
    "fixes": "at",
    "links": "starts",
    "cases": "opened",
    "deconflictions": "decided_at",
}


@dataclass(slots=True)
class Newest:
    """The newest valid time so far, UTC; times that are still to come at `now` tell nothing of how fresh a feed is."""

    now: datetime
    at: datetime | None = None

    def note(self, batch: Batch) -> None:
        """Look at the rows of one batch."""
        for frame, column in VALID.items():
            if frame in batch.frames and column in batch.frames[frame].columns:
                found = self._newest_of(batch.frames[frame][column])
                self.at = max(filter(None, (self.at, found)), default=None)

    def _newest_of(self, column: pl.Series) -> datetime | None:
        now = self.now.date() if column.dtype == pl.Date else self.now
        found = column.filter(column <= now).max()
        if isinstance(found, datetime):
            return found.astimezone(UTC)
        return datetime.combine(found, time(), UTC) if isinstance(found, date) else None


def observed(form: Format, newest: Newest) -> Format:
    """The format, which tells `newest` of every batch that it reads."""

    def read(opened: Opened, options: Options) -> Iterator[Batch]:
        for batch in form.read(opened, options):
            newest.note(batch)
            yield batch

    return replace(form, read=read)


def newest_in(form: Format, path: Path, options: Options, label: LabelSpec) -> datetime | None:
    """The newest valid time of a file, read for that alone. Raises BadFile."""
    newest = Newest(datetime.now(UTC))
    opened = open_file(path)
    for batch in form.read(opened, replace(options, labels=RowLabels(label, lambda _: 0))):
        newest.note(batch)
    return newest.at
