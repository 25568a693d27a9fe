"""Digests of records with all that belongs to them, worked out as they are staged.

A batch nearly always holds whole records: an event with its items, an entity with its identifiers. What is said of them
is then known before they are staged, and the database need not put it together. `Wholeness` says whether that held for
a whole run: where something belongs to a record of another batch, stands twice, or is to be merged, the database sorts
it out (`ready`).
"""

from collections.abc import Mapping, Sequence
from hashlib import md5

import numpy as np
import polars as pl
from numpy.typing import NDArray

from watchfloor.data.ingest.fact_tables import FACTS, Child

WHOLE = "whole"
# ids are kept by their first eight bytes: two that are alike are looked into, and of more than so many nothing is kept
MOST_KEPT = 4_000_000
# facts to which one kind of row belongs
ONLY_CHILD: Mapping[str, Child] = {fact.frame: fact.children[0] for fact in FACTS if len(fact.children) == 1}
# kinds of rows of which a record has one of each value of this column, or they are merged
MERGED = {"seizure_items": "substance_id"}

type Digests = Sequence[bytes | None]


class Wholeness:
    """Whether every record of a run stood once in its file, and whole in its batch."""

    def __init__(self) -> None:
        self._broken: set[str] = set()
        self._ids: dict[tuple[str, int], list[NDArray[np.uint64]]] = {}
        self._kept = 0

    def note(self, frame: str, ids: Digests, file: int) -> None:
        """The records of a batch, by their ids."""
        known = [one for one in ids if one is not None]
        self._kept += len(known)
        if len(known) < len(ids) or self._kept > MOST_KEPT:
            self.give_up(frame)
        if frame not in self._broken:
            first = np.frombuffer(b"".join(known), np.uint64)[::2].copy()
            self._ids.setdefault((frame, file), []).append(first)

    def give_up(self, frame: str) -> None:
        """Leave the records of a frame to the database."""
        self._broken.add(frame)
        for key in [key for key in self._ids if key[0] == frame]:
            del self._ids[key]

    def holds(self, frame: str) -> bool:
        """Whether each record of the frame stood once in its file, with all that belongs to it."""
        if frame in self._broken:
            return False
        return all(_are_distinct(parts) for key, parts in self._ids.items() if key[0] == frame)


def contents(ids: Digests, owns: Digests, child_ids: Digests, child_owns: Digests) -> pl.Series:
    """The digest of each record with what belongs to it, in an order of its own: as `ready` has it in SQL."""
    said: dict[bytes | None, bytes] = {}
    if len(set(child_ids)) == len(child_ids):
        said = {one: own or b"" for one, own in zip(child_ids, child_owns, strict=True)}
    else:
        several: dict[bytes | None, set[bytes]] = {}
        for one, own in zip(child_ids, child_owns, strict=True):
            several.setdefault(one, set()).add(own or b"")
        said = {one: b"".join(sorted(those)) for one, those in several.items()}
    whole = [
        md5((own or b"") + b"|" + said.get(one, b""), usedforsecurity=False).digest()
        for one, own in zip(ids, owns, strict=True)
    ]
    return pl.Series(WHOLE, whole, pl.Binary)


def is_whole(ids: Digests, child_ids: Digests, child: Child, rows: pl.DataFrame) -> bool:
    """Whether what belongs to records of a batch belongs to none of another, and nothing of it is to be merged."""
    if not set(child_ids) <= set(ids):
        return False
    merged = MERGED.get(child.frame)
    return merged is None or not rows.select(child.parent_key, merged).is_duplicated().any()


def _are_distinct(parts: Sequence[NDArray[np.uint64]]) -> bool:
    whole = np.concatenate(parts)
    whole.sort()
    return not (whole[1:] == whole[:-1]).any()
