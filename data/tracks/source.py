"""Positions of the store as arrays, and what a day of one label puts into its bucket."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
import psycopg
from numpy.typing import ArrayLike, NDArray
from psycopg.rows import TupleRow

from watchfloor.data.statements import statement
from watchfloor.geo.craft_categories import CRAFT_CATEGORIES
from watchfloor.geo.period import dawn
from watchfloor.geo.track_marks import AIRCRAFT, marks, usable
from watchfloor.geo.track_pieces import MOST_SILENCE_S, Pieces, Positions, joined, pieces, stretches

type Connection = psycopg.Connection[TupleRow]

# a binary copy begins with a signature, flags and the length of an extension, and ends with a row of -1 columns
_PREAMBLE: Final = 19
_TRAILER: Final = 2
_ROW: Final = np.dtype(
    [
        ("n", ">i2"),
        *(
            field
            for name, kind in (
                ("label", ">i2"),
                ("craft", ">i8"),
                ("at_s", ">i8"),
                ("lon", ">f8"),
                ("lat", ">f8"),
                ("speed_kn", ">f4"),
                ("category", ">i2"),
            )
            for field in ((f"size_{name}", ">i4"), (name, kind))
        ),
    ]
)

DAY_S: Final = 86_400

type Rows = NDArray[np.void]


def read_positions(
    connection: Connection, labels: Iterable[int], since: datetime, until: datetime
) -> Iterator[tuple[int, Rows]]:
    """Positions from since to before until, label for label, by craft and time: columns of _ROW, as many as there are.

    Only those that the connection may see. A label of which it sees none is left out.
    """
    given = {"labels": list(labels), "since": since, "until": until, "categories": list(CRAFT_CATEGORIES)}
    copied = b"COPY (" + statement("track_positions") + b") TO STDOUT (FORMAT binary)"
    with connection.cursor() as cursor, cursor.copy(copied, given) as copy:
        whole = b"".join(copy)
    rows: Rows = np.frombuffer(
        whole, _ROW, offset=_PREAMBLE, count=(len(whole) - _PREAMBLE - _TRAILER) // _ROW.itemsize
    )
    of_label = rows["label"].astype(np.int16)
    edges = np.flatnonzero(np.diff(of_label)) + 1
    for part in np.split(rows, edges):
        if len(part):
            yield int(part["label"][0]), part


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
        of_day = (rows["at_s"] >= begins_s - MOST_SILENCE_S) & (rows["at_s"] < begins_s + DAY_S)
        yield _pieces_of(rows[of_day], begins_s)


def _pieces_of(rows: Rows, dawn_s: int) -> Pieces:
    made = pieces(_cleaned(rows))
    return made.taken(made.at_s >= dawn_s)


def _cleaned(rows: Rows) -> Positions:
    speed = rows["speed_kn"].astype(np.float32)
    speed[speed < 0] = np.nan
    told = {name: rows[name] for name in ("craft", "at_s", "lon", "lat", "category")}
    return cleaned(**told, speed_kn=speed)


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
