"""Craft that a run has told of already: those that say nothing new are not told of with each of their positions.

To insert a row that is there already takes a number all the same; a busy feed would use them all up in a month.
"""

from collections.abc import Iterator

import polars as pl

from watchfloor.data.ingest.frames import Batch

MOST = 500_000
SILENT = 0


class KnownCrafts:
    """The craft that were told of, each with a digest of what it said of itself last."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def without_known(self, batch: Batch) -> Batch:
        """The batch without the craft rows that say what was said before."""
        crafts = batch.frames["crafts"]
        is_new = [self._is_new(identifier, said) for identifier, said in _said(crafts)]
        frames = {**batch.frames, "crafts": crafts.filter(pl.Series(is_new, dtype=pl.Boolean))}
        return Batch(batch.read, frames, batch.rejects, batch.notes)

    def note(self, batch: Batch) -> None:
        """These were published."""
        if len(self._known) > MOST:
            self._known.clear()
        self._known |= dict(_said(batch.frames["crafts"]))

    def _is_new(self, identifier: str, said: int) -> bool:
        return identifier not in self._known if said == SILENT else self._known.get(identifier) != said


def _said(crafts: pl.DataFrame) -> Iterator[tuple[str, int]]:
    """Each craft with a digest of its name, kind and size; SILENT where it told of none."""
    is_silent = crafts.select(
        pl.col("name").is_null() & (pl.col("category") == "other") & (pl.col("attributes") == "{}")
    ).to_series()
    for identifier, digest, silent in zip(crafts["identifier"], crafts.hash_rows(), is_silent, strict=True):
        yield identifier, SILENT if silent else digest
