"""Seizures and what was taken at each, as columns: the database finds them, memory joins them.

A join of a million events with their items takes the database a second and more, and a tenth of it here. Each column
comes as one string of bytes, so that no row becomes an object on the way.
"""

from collections.abc import Mapping
from uuid import UUID

import numpy as np
import polars as pl
import psycopg
from numpy.typing import NDArray
from psycopg.rows import TupleRow

from watchfloor.data.narrowed import KILOGRAMS
from watchfloor.data.questions.near_ports import with_ports
from watchfloor.data.statements import asked

# up to so many, items are looked for event by event: otherwise all are read
FEW = 20_000
# as the database's *_send functions write them; of an id the first half, and the second
_KINDS = {"cell": ">i8", "cell_key": ">i8", "starts": ">i8", "lon": ">f8", "lat": ">f8", "uncertainty_m": ">f4",
          "kilograms": ">f8", "label_id": ">i2", "reliability": ">i2", "validity": ">i2"}  # fmt: skip
_ID = ["id", "id_rest"]

type Connection = psycopg.Connection[TupleRow]


def seized(
    connection: Connection, question: str, given: Mapping[str, object], *, keeps_ids: bool = False
) -> pl.DataFrame:
    """The columns of a question, a row for each seizure, and its `kilograms`: all, or those of given substances.

    question: names a statement that answers `id` and more; `starts` counts microseconds from 2000-01-01 UTC. given:
    its parameters, with `substances` and `known_at`. Seizures without any of the substances are left out, and those
    whose weight is not within the limits.
    """
    # weights are added up below, for all at once
    conditions = given.get("narrowed", ())
    assert isinstance(conditions, tuple)
    lighter = {**given, "narrowed": tuple(name for name in conditions if name != KILOGRAMS)}
    events = columns_of(connection, question, lighter)
    rows = events.select(_ID).with_row_index("row")
    # the halves one after the other: to join by both at once takes four times as long
    taken = _items(connection, events, given).join(rows, on="id", suffix="_of_event")
    taken = taken.filter(pl.col("id_rest") == pl.col("id_rest_of_event"))
    row = taken["row"].to_numpy()
    kilograms = np.bincount(row, taken["kilograms"].to_numpy(), events.height)
    found = (events if keeps_ids else events.drop(_ID)).with_columns(kilograms=kilograms)
    if KILOGRAMS in conditions:
        within = pl.col("kilograms").is_between(pl.lit(given["least_kg"]), pl.lit(given["most_kg"]))
        return found.filter(within & (pl.col("kilograms") > 0))
    return found.filter(np.bincount(row, minlength=events.height) > 0) if given["substances"] else found


def columns_of(connection: Connection, question: str, given: Mapping[str, object]) -> pl.DataFrame:
    """The columns of a statement that answers each of them as bytes; an id is two columns of numbers."""
    written = read_columns(connection, asked(question, given), with_ports(connection, given))
    ids = np.frombuffer(written.pop("id"), ">u8").astype(np.uint64)
    columns = {name: _native(np.frombuffer(text, _KINDS[name])) for name, text in written.items()}
    return pl.DataFrame({"id": ids[::2], "id_rest": ids[1::2], **columns})


def read_columns(connection: Connection, statement: bytes, given: Mapping[str, object]) -> dict[str, bytes]:
    """The one row of a statement whose columns are strings of bytes; empty for a column of nothing."""
    with connection.cursor(binary=True) as cursor:
        result = cursor.execute(statement, given).pgresult
        assert result is not None
        return {(result.fname(at) or b"").decode(): result.get_value(0, at) or b"" for at in range(result.nfields)}


def _native(values: NDArray[np.generic]) -> NDArray[np.generic]:
    return values.astype(values.dtype.newbyteorder("="))


def _items(connection: Connection, events: pl.DataFrame, given: Mapping[str, object]) -> pl.DataFrame:
    if events.height > FEW:
        return columns_of(connection, "items_everywhere", _unnarrowed(given))
    halves = zip(events["id"], events["id_rest"], strict=True)
    ids = [UUID(int=first << 64 | second) for first, second in halves]
    return columns_of(connection, "items_of_events", {**_unnarrowed(given), "events": ids})


def _unnarrowed(given: Mapping[str, object]) -> dict[str, object]:
    # items are joined with events that meet the conditions
    return {**given, "narrowed": (), "near": None}
