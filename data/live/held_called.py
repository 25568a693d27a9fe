"""Who craft say they are, which they say with each position: told when it is new, and else once in so many batches.

Each telling is an update of a row; a busy feed would make as many dead rows as positions.
"""

import polars as pl

from watchfloor.data.ingest.frames import SHAPES, conform
from watchfloor.data.ingest.identities import CALLED

EVERY = 60
_KEY = ("kind", "identifier", "aspect", "value", "label")


class HeldCalled:
    """What is held back of frames `craft_identities`, and which of their rows were told of before."""

    def __init__(self) -> None:
        self._known = pl.DataFrame(schema={"digest": pl.UInt64})
        self.held = pl.DataFrame(schema=SHAPES[CALLED])

    def parted(self, called: pl.DataFrame, *, is_all: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
        """What is to be told now, and what is held back after that: nothing if all is to be told."""
        merged = (
            pl.concat([self.held, conform(CALLED, called)])
            .group_by(*_KEY, maintain_order=True)
            .agg(pl.col("heard_from").min(), pl.col("heard_to").max())
            .select(self.held.columns)
        )
        if is_all:
            return merged, merged.clear()
        is_known = self._digests(merged).is_in(self._known["digest"].implode())
        return merged.filter(~is_known), merged.filter(is_known)

    def note(self, told: pl.DataFrame, held: pl.DataFrame) -> None:
        """These were told, and those are held back."""
        new = self._digests(told).alias("digest").to_frame().join(self._known, on="digest", how="anti")
        self._known, self.held = pl.concat([self._known, new]), held

    @staticmethod
    def _digests(called: pl.DataFrame) -> pl.Series:
        return called.select(_KEY).hash_rows()
