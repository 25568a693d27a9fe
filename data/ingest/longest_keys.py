"""What records are looked up by must fit an index: a row with a longer text is kept aside, and says so."""

from dataclasses import replace

import polars as pl

from watchfloor.data.ingest.format import RECORDS, rejects_where
from watchfloor.data.ingest.frames import Batch

# an entry of an index takes 2,704 bytes at most, for all of its columns together
LONGEST_KEY = 1_000
_LOOKED_UP = {
    "places": ("code",),
    "reported": ("place_code", "dimensions"),
    "crafts": ("identifier",),
    "fixes": ("identifier",),
    "identifiers": ("value",),
}
_REASON = f"is longer than {LONGEST_KEY:,} bytes, more than anything is looked up by"


def without_long_keys(batch: Batch) -> Batch:
    """The batch whose rows can be looked up; the others are among its rejects, or noted if they are no records."""
    if not any(_too_long(batch, name).any() for name in batch.frames if name in _LOOKED_UP):
        return batch
    frames, rejects, notes = dict(batch.frames), [batch.rejects], dict(batch.notes)
    for name in set(frames) & set(_LOOKED_UP):
        frame, long = frames[name], _too_long(batch, name)
        frames[name] = frame.filter(~long)
        if name in RECORDS:
            column = next(c for c in _LOOKED_UP[name] if c in frame.columns)
            rejects.append(rejects_where(frame, pl.lit(long), column=column, reason=_REASON))
        elif long.any():
            notes["name or number too long to be looked up"] = int(long.sum())
    return replace(batch, frames=frames, rejects=pl.concat(rejects), notes=notes)


def _too_long(batch: Batch, name: str) -> pl.Series:
    frame = batch.frames[name]
    long = pl.Series([False] * frame.height, dtype=pl.Boolean)
    for column in _LOOKED_UP[name]:
        if column in frame.columns:
            long |= (frame[column].cast(pl.String).str.len_bytes() > LONGEST_KEY).fill_null(False)
    return long
