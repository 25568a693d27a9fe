"""What the seizures of a period may be narrowed by, as columns; and what was taken at each."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import polars as pl
import psycopg
from numpy.typing import NDArray
from psycopg.rows import TupleRow

from watchfloor.data.narrowed import flagged
from watchfloor.data.questions.seized import FEW, read_columns
from watchfloor.data.statements import asked, filters_of
from watchfloor.geo.query import Query

# conditions that the database tells, each as a column of its own
FLAGS = ("case", "text")
_WORDS = ("conveyances", "concealments")

type Connection = psycopg.Connection[TupleRow]
type BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class FacetColumns:
    """Seizures of a period: their columns, words as numbers of `words`, flags as they are; what was taken, by row.

    codes: by condition, shape (n,). words: by condition, what its codes number. flags: by condition, shape (n,).
    cell_key: shape (n,), 0 without a place. row, substance, kilograms: shape (m,) of items.
    """

    codes: Mapping[str, NDArray[np.int64]]
    words: Mapping[str, list[str]]
    flags: Mapping[str, BoolArray]
    cell_key: NDArray[np.int64]
    row: NDArray[np.int64]
    substance: NDArray[np.int64]
    kilograms: NDArray[np.float64]

    @property
    def n(self) -> int:
        """How many seizures."""
        return self.cell_key.size


def facet_columns(connection: Connection, query: Query) -> FacetColumns:
    """Of all single seizures of the question's period, whatever it is narrowed to."""
    flags = tuple(name for name in FLAGS if name in query.only.given)
    given = filters_of(query) | {"narrowed": ()}
    texts = read_columns(connection, flagged(asked("facet_events", given), flags), given)
    words, codes = {}, {}
    n = len(texts["label"]) // 2
    for name in _WORDS:
        # an empty answer and one empty word are the same bytes
        told = pl.Series(texts.pop(name).decode().split("\x00") if n else [], dtype=pl.String)
        words[name] = told.unique().sort().to_list()
        codes[name] = told.cast(pl.Enum(words[name])).to_physical().to_numpy()
    for name in ("label", "reliability", "validity", "precision"):
        codes[name] = np.frombuffer(texts[name], ">i2")
    ids = np.frombuffer(texts["id"], ">u8").astype(np.uint64)
    row, substance, kilograms = _items(connection, ids[::2], ids[1::2], given)
    return FacetColumns(
        {name: numbers.astype(np.int64) for name, numbers in codes.items()},
        words,
        {name: np.frombuffer(texts[name], np.bool_) for name in flags},
        np.frombuffer(texts["cell_key"], ">i8").astype(np.int64),
        row,
        substance,
        kilograms,
    )


def _items(
    connection: Connection, first: NDArray[np.uint64], rest: NDArray[np.uint64], given: Mapping[str, object]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    if first.size > FEW:
        question, events = "facet_items_everywhere", []
    else:
        question = "facet_items_of_events"
        events = [UUID(int=a << 64 | b) for a, b in zip(first.tolist(), rest.tolist(), strict=True)]
    given = {**given, "events": events}
    texts = read_columns(connection, asked(question, given), given)
    ids = np.frombuffer(texts["id"], ">u8").astype(np.uint64)
    items = pl.DataFrame(
        {
            "id": ids[::2],
            "id_rest": ids[1::2],
            "substance": np.frombuffer(texts["substance"], ">i2").astype(np.int64),
            "kilograms": np.frombuffer(texts["kilograms"], ">f8").astype(np.float64),
        }
    )
    rows = pl.DataFrame({"id": first, "rest": rest}).with_row_index("row")
    met = items.join(rows, on="id").filter(pl.col("id_rest") == pl.col("rest"))
    return met["row"].to_numpy().astype(np.int64), met["substance"].to_numpy(), met["kilograms"].to_numpy()
