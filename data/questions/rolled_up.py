"""The roll-up as arrays: chunks that the reader may see, unpacked and cut to the question's period and box.

The policy passes whole chunks, each of one label; entries are added up here, in memory, where a million takes
tens of milliseconds.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
import psycopg
from numpy.typing import NDArray
from psycopg.rows import TupleRow

from watchfloor.data.statements import statement
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import parent, range_key
from watchfloor.geo.coverings import Covering, covering, regions_of
from watchfloor.geo.period import Period
from watchfloor.geo.query import Query
from watchfloor.geo.substances import ANY

BY_DAY = 7
BY_YEAR = 3
_EVERYWHERE = Covering(np.array([1]), np.array([2**63 - 1]), np.array([], np.int64))
_EPOCH = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Events counted per cell and day; shape (n,) each. `day` counts from 1970-01-01; empty for counts by year."""

    day: NDArray[np.int32]
    cell: NDArray[np.uint64]
    n: NDArray[np.int64]
    kilograms: NDArray[np.float64]

    @classmethod
    def unpacked(cls, chunks: list[TupleRow]) -> Self:
        """Entries of chunks as `rolled_up` answers them."""
        _, days, cells, n, kilograms = zip(*chunks, strict=True) if chunks else ((),) * 5
        return cls(
            np.frombuffer(b"".join(days), ">i4").astype(np.int32),
            np.frombuffer(b"".join(cells), ">i8").astype(np.uint64),
            np.frombuffer(b"".join(n), ">i4").astype(np.int64),
            np.frombuffer(b"".join(kilograms), ">f8").astype(np.float64),
        )

    def chosen(self, which: NDArray[np.bool_]) -> "Entries":
        """Only these entries."""
        day = self.day[which] if self.day.size else self.day
        return Entries(day, self.cell[which], self.n[which], self.kilograms[which])


def is_rolled_up(query: Query) -> bool:
    """Whether the roll-up tells the cells: it is of now alone, not finer than its own, and of one substance or all."""
    return query.resolution <= BY_DAY and is_counted(query)


def is_counted(query: Query) -> bool:
    """Whether the roll-up counts what is asked: it knows of nothing but period, place and one substance or all."""
    return len(query.substances) <= 1 and query.known_at is None and not query.only


def entries(connection: psycopg.Connection[TupleRow], query: Query) -> Entries:
    """Entries by day near the question's box, those without a place among them; at most one substance."""
    everything, _ = _read(connection, query, years=None)
    return everything


def cell_sums(connection: psycopg.Connection[TupleRow], query: Query) -> list[TupleRow]:
    """Rows of (cell at the question's resolution, n, kilograms) near its box; whole years from the coarse level."""
    years = query.period.whole_years if query.resolution <= BY_YEAR else None
    by_day, by_year = _read(connection, query, years=years)
    cell = np.concatenate([parent(by_day.cell, query.resolution), parent(by_year.cell, query.resolution)])
    frame = pl.DataFrame(
        {
            "cell": cell.astype(np.int64),
            "n": np.concatenate([by_day.n, by_year.n]),
            "kilograms": np.concatenate([by_day.kilograms, by_year.kilograms]),
        }
    )
    return frame.group_by("cell").agg(pl.col("n").sum(), pl.col("kilograms").sum()).rows()


def chunk_question(query: Query, near: Covering, years: range | None) -> dict[str, object]:
    """What the statement `rolled_up` takes for a question near a covering, whose `years` are read by year."""
    parts = _parts(query.period, years)
    around = regions_of(near)
    return {
        "kind": "seizure",
        "substance": query.substance_ids[0] if query.substances else ANY,
        "levels": [level for level, _, _ in parts],
        "first_years": [first for _, first, _ in parts],
        "last_years": [last for _, _, last in parts],
        # no place is a region of its own
        "firsts": [0, *around.first.tolist(), *around.coarse.tolist()],
        "lasts": [0, *around.last.tolist(), *around.coarse.tolist()],
    }


def near(query: Query) -> Covering:
    """The keys of all cells at the question's resolution that overlap its box, those without a place apart."""
    return covering(query.bbox, finest=query.resolution) if query.bbox != BBox.world() else _EVERYWHERE


def _parts(period: Period, years: range | None) -> list[tuple[int, int, int]]:
    """(level, first year, last year) of the chunks that hold the period."""
    first, last = period.since.year, period.last.year
    if not years:
        return [(BY_DAY, first, last)]
    edges = [(BY_DAY, first, years.start - 1), (BY_YEAR, years.start, years.stop - 1), (BY_DAY, years.stop, last)]
    return [(level, since, until) for level, since, until in edges if since <= until]


def _read(connection: psycopg.Connection[TupleRow], query: Query, *, years: range | None) -> tuple[Entries, Entries]:
    around = near(query)
    given = chunk_question(query, around, years)
    rows = connection.execute(statement("rolled_up"), given, binary=True).fetchall()
    by_day = Entries.unpacked([row for row in rows if row[0] == BY_DAY])
    by_year = Entries.unpacked([row for row in rows if row[0] == BY_YEAR])
    since, until = (int((np.datetime64(day) - _EPOCH).astype(int)) for day in (query.period.since, query.period.until))
    by_day = by_day.chosen((by_day.day >= since) & (by_day.day < until))
    if around is not _EVERYWHERE:
        by_day, by_year = (e.chosen(around.holds(range_key(e.cell)) | (e.cell == 0)) for e in (by_day, by_year))
    return by_day, by_year
