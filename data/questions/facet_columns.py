"""What seizures may be narrowed by, as columns, and what was taken at each: put together and cut to a period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from watchfloor.geo.coverings import Covering

WORDS = ("conveyances", "concealments")
MOST_REACHED = 16

type IntArray = NDArray[np.int64]
type BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class FacetColumns:
    """Seizures: their columns, words as numbers of `words`; what was taken, by row.

    id, id_rest: halves of ids, shape (n,). starts: microseconds since 2000-01-01 UTC. cell_key: 0 without a place.
    codes: by condition, shape (n,). words: by condition, what its codes number, sorted. row, substance, kilograms:
    shape (m,) of items.
    """

    id: NDArray[np.uint64]
    id_rest: NDArray[np.uint64]
    starts: IntArray
    cell_key: IntArray
    codes: Mapping[str, NDArray[np.int16]]
    words: Mapping[str, list[str]]
    row: NDArray[np.int32]
    substance: NDArray[np.int16]
    kilograms: NDArray[np.float64]
    _reached: dict[Covering, BoolArray] = field(default_factory=dict)
    # what these were put together of, or which of which they are: what is kept there need not be worked out again
    _parts: Sequence["FacetColumns"] = ()
    _of: tuple["FacetColumns", BoolArray] | None = None

    @property
    def n(self) -> int:
        """How many seizures."""
        return self.cell_key.size

    @cached_property
    def held_bytes(self) -> int:
        """Memory that they take, with what is worked out of them later."""
        by_row: list[NDArray[Any]] = [self.id, self.id_rest, self.starts, self.cell_key, *self.codes.values()]
        taken: list[NDArray[Any]] = [self.row, self.substance, self.kilograms]
        return sum(one.nbytes for one in by_row + taken) + MOST_REACHED * self.n

    def reached(self, covering: Covering) -> BoolArray:
        """Which stand at the cells of a covering; kept, for it is asked with every choice."""
        known = self._reached.get(covering)
        if known is None:
            known = self._reach(covering)
            if len(self._reached) < MOST_REACHED:
                self._reached[covering] = known
        return known

    def _reach(self, covering: Covering) -> BoolArray:
        if self._parts:
            return np.concatenate([part.reached(covering) for part in self._parts])
        if self._of is not None:
            whole, rows = self._of
            return whole.reached(covering)[rows]
        return covering.holds(self.cell_key)

    def among(self, first: NDArray[np.uint64], rest: NDArray[np.uint64]) -> BoolArray:
        """Which of the seizures have one of these ids, told by their halves; ids of others are passed over."""
        rows = pl.DataFrame({"id": self.id, "of_row": self.id_rest}).with_row_index("row")
        # the halves one after the other: to join by both at once takes four times as long
        met = rows.join(pl.DataFrame({"id": first, "of_wanted": rest}), on="id")
        met = met.filter(pl.col("of_row") == pl.col("of_wanted"))
        is_met = np.zeros(self.n, np.bool_)
        is_met[met["row"].to_numpy()] = True
        return is_met

    def taken(self, rows: BoolArray) -> "FacetColumns":
        """Some of the seizures, with what was taken at them."""
        place = np.cumsum(rows, dtype=np.int32) - np.int32(1)
        of_these = rows[self.row]
        return replace(
            self,
            id=self.id[rows],
            id_rest=self.id_rest[rows],
            starts=self.starts[rows],
            cell_key=self.cell_key[rows],
            codes={name: codes[rows] for name, codes in self.codes.items()},
            row=place[self.row[of_these]],
            substance=self.substance[of_these],
            kilograms=self.kilograms[of_these],
            _reached={},
            _parts=(),
            _of=(self, rows),
        )

    def alone(self) -> "FacetColumns":
        """The same, without what these were cut out of: to be kept longer than that."""
        return replace(self, _of=None, _parts=())

    def between(self, since: int, until: int) -> "FacetColumns":
        """Those that start from `since` on and before `until`, microseconds since 2000-01-01 UTC."""
        rows = (self.starts >= since) & (self.starts < until)
        return self if rows.all() else self.taken(rows)


def halves_of(written: bytes) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Both halves of ids that a statement answers one after the other."""
    halves = np.frombuffer(written, ">u8").astype(np.uint64)
    return np.ascontiguousarray(halves[::2]), np.ascontiguousarray(halves[1::2])


def joined(parts: Sequence[FacetColumns]) -> FacetColumns:
    """All of them, one after the other; at least one."""
    if len(parts) == 1:
        return parts[0]
    words = {name: sorted({word for part in parts for word in part.words[name]}) for name in WORDS}
    first = np.cumsum([0, *(part.n for part in parts[:-1])]).astype(np.int32)
    return FacetColumns(
        id=np.concatenate([part.id for part in parts]),
        id_rest=np.concatenate([part.id_rest for part in parts]),
        starts=np.concatenate([part.starts for part in parts]),
        cell_key=np.concatenate([part.cell_key for part in parts]),
        codes={name: np.concatenate([_numbered(part, name, words) for part in parts]) for name in parts[0].codes},
        words=words,
        row=np.concatenate([part.row + before for part, before in zip(parts, first, strict=True)]),
        substance=np.concatenate([part.substance for part in parts]),
        kilograms=np.concatenate([part.kilograms for part in parts]),
        _parts=tuple(parts),
    )


def _numbered(part: FacetColumns, name: str, words: Mapping[str, list[str]]) -> NDArray[np.int16]:
    if name not in words:
        return part.codes[name]
    number = {word: at for at, word in enumerate(words[name])}
    return np.array([number[word] for word in part.words[name]], np.int16)[part.codes[name]]
