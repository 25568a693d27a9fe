"""Positions of the store as arrays, and what a day of one label puts into its bucket."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
import psycopg
from numpy.typing import ArrayLike, NDArray
from psycopg.rows import TupleRow

from watchfloor.data.numpy_arrays import arrays_as_numpy, seconds_of
from watchfloor.data.statements import statement
from watchfloor.geo.craft_categories import CRAFT_CATEGORIES
from watchfloor.geo.period import dawn
from watchfloor.geo.track_marks import AIRCRAFT, marks, usable
from watchfloor.geo.track_pieces import MOST_SILENCE_S, Pieces, Positions, joined, pieces, stretches

type Connection = psycopg.Connection[TupleRow]

DAY_S: Final = 86_400


class Rows(NamedTuple):
    """Positions of one label by craft and time, shape (n,) each: as the store has them, NaN for a speed not told."""

    craft: NDArray[np.int64]
    at_s: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    speed_kn: NDArray[np.float32]
    category: NDArray[np.int16]

    def taken(self, keep: NDArray[np.bool_]) -> "Rows":
        """Some of them."""
        return Rows._make(column[keep] for column in self)


def read_positions(
    connection: Connection, labels: Iterable[int], since: datetime, until: datetime
) -> Iterator[tuple[int, Rows]]:
    """Positions from since to before until, label for label, by craft and time.

    Only those that the connection may see. A label of which it sees none is left out.
    """
    given = {"labels": list(labels), "since": since, "until": until, "categories": list(CRAFT_CATEGORIES)}
    with connection.cursor(binary=True) as cursor:
        arrays_as_numpy(cursor)
        for label, craft, at, lon, lat, speed_kn, category in cursor.execute(statement("track_positions"), given):
            told = np.where(speed_kn < 0, np.float32(np.nan), speed_kn).astype(np.float32)
            yield label, Rows(craft, seconds_of(at), lon, lat, told, category)


def read_days(connection: Connection, labels: Iterable[int], first: date, last: date) -> Iterator[tuple[int, Pieces]]:
    """Pieces of some labels and a run of UTC days: the steps that end in it, those from the evening before included.

    A label without a position in those days is left out.
    """
    since, until = dawn(first) - timedelta(seconds=MOST_SILENCE_S), dawn(last) + timedelta(days=1)
    for label, rows in read_positions(connection, labels, since, until):
        if first == last:
            held = _pieces_of(rows, int(since.timestamp()) + MOST_SILENCE_S)
        else:
            held = joined(list(_day_by_day(rows, int(since.timestamp()) + MOST_SILENCE_S, (last - first).days + 1)))
        if len(held.bins):
            yield label, held


def _day_by_day(rows: Rows, dawn_s: int, n: int) -> Iterator[Pieces]:
    """Pieces of some days, each cleaned beside the evening before it alone: as files have them."""
    for begins_s in range(dawn_s, dawn_s + n * DAY_S, DAY_S):
        of_day = (rows.at_s >= begins_s - MOST_SILENCE_S) & (rows.at_s < begins_s + DAY_S)
        yield _pieces_of(rows.taken(of_day), begins_s)


def _pieces_of(rows: Rows, dawn_s: int) -> Pieces:
    made = pieces(cleaned(**rows._asdict()))
    return made.taken(made.at_s >= dawn_s)


def cleaned(
    *, craft: ArrayLike, at_s: ArrayLike, lon: ArrayLike, lat: ArrayLike, speed_kn: ArrayLike, category: ArrayLike
) -> Positions:
    """Positions as they are drawn: in stretches; apart what cleaning marks as not where or when the craft was.

    In the order of craft and time, shape (n,) each: EPSG:4326 degrees, seconds since 1970, NaN for a speed not told.
    """
    crafts, seconds = np.asarray(craft).astype(np.int64), np.asarray(at_s).astype(np.int64)
    degrees = np.asarray(lon).astype(np.float64), np.asarray(lat).astype(np.float64)
    kinds = np.asarray(category).astype(np.int16)
    found = marks(crafts, seconds, *degrees, speed_kn, kinds)
    voyage = stretches(crafts, seconds, usable(found), kinds == AIRCRAFT)
    return Positions(*degrees, seconds, crafts, kinds, voyage, found)
