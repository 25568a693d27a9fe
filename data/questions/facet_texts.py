"""What a text is looked for in, kept packed beside the columns of seizures: any word is found without the store.

The database puts title, place and attributes together and makes their letters small, so that what is found here is what
`ILIKE` finds in the statements of the map and of lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
import psycopg
import pyarrow as pa
from numpy.typing import NDArray
from psycopg.rows import TupleRow

from watchfloor.data.questions.facet_columns import halves_of
from watchfloor.data.questions.seized import read_columns
from watchfloor.data.statements import asked, filters_of
from watchfloor.geo.query import Query

# of a larger table texts are looked for in the store: a year of them would be too much to hold at a time
MOST_BYTES = 2 * 2**30

_SMALL = "SELECT lower(w.word) FROM unnest(%s::text[]) AS w (word)"
_FITS = "SELECT pg_table_size('watchfloor.event') <= %s"

type Connection = psycopg.Connection[TupleRow]
type Halves = tuple[NDArray[np.uint64], NDArray[np.uint64]]


@dataclass(frozen=True, slots=True, eq=False)
class FacetTexts:
    """Texts of seizures: halves of ids, shape (n,); the texts in small letters, each ended by a zero byte, packed."""

    id: NDArray[np.uint64]
    id_rest: NDArray[np.uint64]
    packed: bytes
    size: int

    @classmethod
    def packing(cls, first: NDArray[np.uint64], rest: NDArray[np.uint64], texts: bytes) -> Self:
        """Of halves of ids and their texts in the same order."""
        return cls(first, rest, pa.Codec("lz4").compress(texts, asbytes=True), len(texts))

    @property
    def held_bytes(self) -> int:
        """Memory that they take."""
        return self.id.nbytes + self.id_rest.nbytes + len(self.packed)

    def saying(self, words: Sequence[str]) -> Halves:
        """Ids of those in which each of the words stands; the words in small letters."""
        if not self.size:
            return self.id, self.id_rest
        texts = pa.Codec("lz4").decompress(self.packed, decompressed_size=self.size)
        ends = np.flatnonzero(np.frombuffer(texts, np.uint8) == 0) + 1
        starts = pa.py_buffer(np.concatenate([[0], ends]).astype(np.int64))
        rows = pl.Series(pl.from_arrow(pa.LargeStringArray.from_buffers(len(ends), starts, texts)))
        is_met = np.ones(len(ends), np.bool_)
        for word in words:
            is_met &= rows.str.contains(word, literal=True).to_numpy()
        return self.id[is_met], self.id_rest[is_met]


def texts_fit(connection: Connection) -> bool:
    """Whether a year's texts can be held."""
    row = connection.execute(_FITS, [MOST_BYTES]).fetchone()
    return bool(row and row[0])


def facet_texts(connection: Connection, query: Query) -> FacetTexts:
    """Of all single seizures of the question's period, whatever it is narrowed to."""
    given = {**filters_of(query), "narrowed": ()}
    found = read_columns(connection, asked("facet_texts", given), given)
    return FacetTexts.packing(*halves_of(found["id"]), found["texts"])


def small_words(connection: Connection, text: str) -> list[str]:
    """The words of a text in small letters, as the database makes them."""
    return [word for (word,) in connection.execute(_SMALL, [text.split()])]


def saying(connection: Connection, text: str, among: Sequence[FacetTexts]) -> Halves:
    """Ids of the seizures in which each word of a text stands."""
    words = small_words(connection, text)
    found = [texts.saying(words) for texts in among]
    first, rest = (np.concatenate([one[half] for one in found]) for half in (0, 1))
    return first, rest
