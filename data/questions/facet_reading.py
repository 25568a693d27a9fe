"""Columns of what seizures may be narrowed by, read from the store: no row becomes an object on the way."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from uuid import UUID

import numpy as np
import polars as pl
import psycopg
from numpy.typing import NDArray
from psycopg.rows import TupleRow

from watchfloor.data.narrowed import conditions_of
from watchfloor.data.questions.facet_columns import WORDS, BoolArray, FacetColumns, halves_of
from watchfloor.data.questions.facet_texts import FacetTexts, saying
from watchfloor.data.questions.seized import FEW, read_columns
from watchfloor.data.statements import asked, filters_of
from watchfloor.geo.query import Query

# conditions that the database tells, each by a question of its own
TOLD = ("case", "text", "arrived")
_EPOCH = date(2000, 1, 1)

type Connection = psycopg.Connection[TupleRow]


def microseconds(day: date) -> int:
    """The dawn of a day in UTC, as the database counts: from 2000-01-01 on."""
    return (day - _EPOCH).days * 86_400_000_000


def facet_columns(connection: Connection, query: Query) -> FacetColumns:
    """Of all single seizures of the question's period, whatever it is narrowed to."""
    given = {**filters_of(query), "narrowed": ()}
    texts = read_columns(connection, asked("facet_events", given), given)
    codes: dict[str, NDArray[np.int16]] = {}
    words: dict[str, list[str]] = {}
    for name in WORDS:
        # an empty answer and one empty word are the same bytes
        told = pl.Series(texts[name].decode().split("\x00") if texts["id"] else [], dtype=pl.String)
        words[name] = told.unique().sort().to_list()
        codes[name] = told.cast(pl.Enum(words[name])).to_physical().to_numpy().astype(np.int16)
    for name in ("label", "reliability", "validity", "precision"):
        codes[name] = np.frombuffer(texts[name], ">i2").astype(np.int16)
    first, rest = halves_of(texts["id"])
    row, substance, kilograms = _items(connection, first, rest, given)
    return FacetColumns(
        id=first,
        id_rest=rest,
        starts=np.frombuffer(texts["starts"], ">i8").astype(np.int64),
        cell_key=np.frombuffer(texts["cell_key"], ">i8").astype(np.int64),
        codes=codes,
        words=words,
        row=row,
        substance=substance,
        kilograms=kilograms,
    )


def facet_flags(
    connection: Connection, query: Query, columns: FacetColumns, texts: Callable[[], Sequence[FacetTexts] | None]
) -> dict[str, BoolArray]:
    """Which seizures of the period meet each of the conditions that columns do not tell; shape (n,) each.

    texts: those of the period's seizures, if they are at hand; else the store looks for the text.
    """
    flags = {}
    for name in TOLD:
        if name not in query.only.given:
            continue
        at_hand = texts() if name == "text" else None
        if at_hand is not None:
            flags[name] = columns.among(*saying(connection, query.only.text, at_hand))
        else:
            given = {**filters_of(query), **conditions_of(query.only), "narrowed": (name,)}
            flags[name] = columns.among(*halves_of(read_columns(connection, asked("facet_met", given), given)["id"]))
    return flags


def _items(
    connection: Connection, first: NDArray[np.uint64], rest: NDArray[np.uint64], given: Mapping[str, object]
) -> tuple[NDArray[np.int32], NDArray[np.int16], NDArray[np.float64]]:
    if first.size > FEW:
        question, events = "facet_items_everywhere", []
    else:
        question = "facet_items_of_events"
        events = [UUID(int=a << 64 | b) for a, b in zip(first.tolist(), rest.tolist(), strict=True)]
    given = {**given, "events": events}
    texts = read_columns(connection, asked(question, given), given)
    of_event, of_event_rest = halves_of(texts["id"])
    items = pl.DataFrame(
        {
            "id": of_event,
            "id_rest": of_event_rest,
            "substance": np.frombuffer(texts["substance"], ">i2").astype(np.int16),
            "kilograms": np.frombuffer(texts["kilograms"], ">f8").astype(np.float64),
        }
    )
    rows = pl.DataFrame({"id": first, "rest": rest}).with_row_index("row")
    met = items.join(rows, on="id").filter(pl.col("id_rest") == pl.col("rest"))
    return met["row"].to_numpy().astype(np.int32), met["substance"].to_numpy(), met["kilograms"].to_numpy()
