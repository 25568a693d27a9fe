"""The records of a selection, as columns: which lie in it and which may, by their own coordinates and precision."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import polars as pl
import psycopg
from numpy.typing import NDArray
from psycopg.rows import TupleRow

from watchfloor.data.questions.seized import seized
from watchfloor.data.statements import asked, filters_of
from watchfloor.geo.answers import Trend
from watchfloor.geo.cells import key_range
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.expectation import Windows, earlier_windows
from watchfloor.geo.facts import FactKind
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.selection import Cells, Selection
from watchfloor.geo.selection_covering import selection_covering
from watchfloor.geo.selection_reach import Reach, Standing

type Connection = psycopg.Connection[TupleRow]
type Ranges = tuple[list[int], list[int]]

_DAY_US = 86_400_000_000
# the database counts from 2000-01-01
_FIRST_DAY = date(2000, 1, 1)
SINGLE_ONLY = (
    "A selection counts single seizures: choose those as kind of fact, or tap an area for what is reported of it."
)


@dataclass(frozen=True, slots=True, eq=False)
class Selected:
    """Records of a selection, the newest first; shape (n,) each. Ids are two halves, `starts` microseconds from 2000.

    in_windows: how many lie in the selection in each earlier window, label_in_windows: their labels, each once; months:
    per month since the first of these began.
    """

    id: NDArray[np.uint64]
    id_rest: NDArray[np.uint64]
    starts: NDArray[np.int64]
    uncertainty_m: NDArray[np.float32]
    label: NDArray[np.int64]
    reliability: NDArray[np.int64]
    validity: NDArray[np.int64]
    kilograms: NDArray[np.float64]
    standing: NDArray[np.int8]
    area_m2: float
    windows: Windows | None
    in_windows: tuple[int, ...]
    months: Trend
    label_in_windows: NDArray[np.int64]

    @property
    def is_in(self) -> NDArray[np.bool_]:
        """Which lie in it; the others may."""
        return np.asarray(self.standing == Standing.IN)

    @property
    def days(self) -> list[date]:
        """The day of each."""
        return [_FIRST_DAY + timedelta(days=int(day)) for day in self.starts // _DAY_US]

    def ids(self, which: Any = slice(None)) -> list[UUID]:
        """Ids of these records, in that order."""
        halves = zip(self.id[which].tolist(), self.id_rest[which].tolist(), strict=True)
        return [UUID(int=first << 64 | second) for first, second in halves]


def selected(connection: Connection, query: Query, selection: Selection) -> Selected:
    """The records of the period that stand in a selection or may, and how many did in earlier windows.

    Raises BadQuestion for a question that is not of single seizures.
    """
    check(query)
    # what was recorded lately cannot be held against years of which all is known
    windows = None if query.only.arrived else _windows(connection, query)
    since = min([query.period.since, *(one.since for one in windows.periods)] if windows else [query.period.since])
    # whole months, for their bars
    since = since.replace(day=1)
    wide = replace(query, period=Period(since, query.period.until))
    found, standing, area_m2 = stood(connection, wide, selection)
    starts, inside = found["starts"].to_numpy(), standing == Standing.IN
    earlier = [_within(starts, one) & inside for one in (windows.periods if windows else ())]
    kept = _within(starts, query.period) & (standing != Standing.OUT)
    return Selected(
        **_columns(found, kept),
        standing=standing[kept],
        area_m2=area_m2,
        windows=windows,
        in_windows=tuple(map(int, map(np.count_nonzero, earlier))),
        months=_by_month(starts[inside], found["kilograms"].to_numpy()[inside], since),
        label_in_windows=_labels(found, np.logical_or.reduce(earlier) if earlier else np.zeros(starts.size, np.bool_)),
    )


def stood(connection: Connection, query: Query, selection: Selection) -> tuple[pl.DataFrame, NDArray[np.int8], float]:
    """The records of a question near a selection, the newest first; how each stands to it; its size, m²."""
    found = seized(connection, *_question(query, selection), keeps_ids=True).sort("starts", "id", descending=True)
    return found, *_standing(found, selection)


def selected_behind(connection: Connection, query: Query, ranges: Ranges, places: pl.DataFrame | None) -> Selected:
    """The records behind a mark of the map: of ranges of keys, and at exactly these places if any are given.

    places: lon, lat and uncertainty_m of each. Raises BadQuestion for a question that is not of single seizures.
    """
    check(query)
    given = {"kind": "seizure", **filters_of(query), **_ends(*ranges)}
    found = seized(connection, "selected_in_ranges", given, keeps_ids=True)
    if places is not None:
        found = found.join(places, on=["lon", "lat", "uncertainty_m"], how="semi")
    found = found.sort("starts", "id", descending=True)
    starts = found["starts"].to_numpy()
    return Selected(
        **_columns(found, np.ones(found.height, np.bool_)),
        standing=np.full(found.height, Standing.IN, np.int8),
        area_m2=0.0,
        windows=None,
        in_windows=(),
        months=_by_month(starts, found["kilograms"].to_numpy()),
        label_in_windows=np.zeros(0, np.int64),
    )


def _columns(found: pl.DataFrame, kept: NDArray[np.bool_]) -> dict[str, Any]:
    columns = {name: found[name].to_numpy()[kept] for name in ("id", "id_rest", "starts", "uncertainty_m", "kilograms")}
    small = {"reliability": "reliability", "validity": "validity", "label": "label_id"}
    return columns | {name: found[column].cast(pl.Int64).to_numpy()[kept] for name, column in small.items()}


def _labels(found: pl.DataFrame, which: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.unique(found["label_id"].cast(pl.Int64).to_numpy()[which])


def _by_month(starts: NDArray[np.int64], kilograms: NDArray[np.float64], since: date | None = None) -> Trend:
    days = (starts // _DAY_US + np.datetime64(_FIRST_DAY, "D").astype(np.int64)).astype("datetime64[D]")
    months, place = np.unique(days.astype("datetime64[M]"), return_inverse=True)
    n = np.bincount(place, minlength=months.size).astype(np.int64)
    weights = np.bincount(place, kilograms, months.size)
    return Trend(months.astype("datetime64[D]").tolist(), n, weights, "m", since=since)


def check(query: Query) -> None:
    """Raises BadQuestion for a question that is not of single seizures."""
    if query.layer is not Layer.SEIZURES or query.fact is not FactKind.EVENTS:
        raise BadQuestion(SINGLE_ONLY)


def _question(query: Query, selection: Selection) -> tuple[str, dict[str, object]]:
    given = {"kind": "seizure", **filters_of(query)}
    hexagons = _hexagons(selection)
    if hexagons is not None:
        ranges = [key_range(cell) for cell in hexagons]
        return "selected_in_ranges", given | _ends([a for a, _ in ranges], [b for _, b in ranges])
    near = selection_covering(selection)
    if near is None:
        return "selected_everywhere", given
    # what has no cell may lie anywhere
    first = [0, *near.first.tolist(), *near.coarse.tolist()]
    last = [0, *near.last.tolist(), *near.coarse.tolist()]
    return "selected_in_ranges", given | _ends(first, last)


def _ends(first: list[int], last: list[int]) -> dict[str, object]:
    return {"firsts": first, "lasts": last}


def _standing(found: pl.DataFrame, selection: Selection) -> tuple[NDArray[np.int8], float]:
    reach = Reach(selection)
    if _hexagons(selection) is not None:
        # as on the map: what a hexagon counts lies in it, and its key says so
        return np.full(found.height, Standing.IN, np.int8), reach.area_m2
    lon, lat, metres = (found[name].to_numpy() for name in ("lon", "lat", "uncertainty_m"))
    return reach.standing(lon, lat, metres.astype(np.float64)), reach.area_m2


def _hexagons(selection: Selection) -> tuple[int, ...] | None:
    """The cells of a selection that is made of hexagons alone, to which nothing is uncertain."""
    places = [step.place for step in selection.steps]
    if any(step.is_taken for step in selection.steps) or not all(isinstance(place, Cells) for place in places):
        return None
    cells = {cell for place in places if isinstance(place, Cells) for cell in place.cells}
    # one that lies within another is counted with it
    return tuple(sorted(cell for cell in cells if not any(_holds(other, cell) for other in cells - {cell})))


def _holds(larger: int, smaller: int) -> bool:
    first, last = key_range(larger)
    return first <= key_range(smaller)[1] <= last


def _within(starts: NDArray[np.int64], period: Period) -> NDArray[np.bool_]:
    since, until = ((day - _FIRST_DAY).days * _DAY_US for day in (period.since, period.until))
    return np.asarray((starts >= since) & (starts < until))


def _windows(connection: Connection, query: Query) -> Windows | None:
    given = {"kind": "seizure", "known_at": query.known_at}
    row = connection.execute(asked("first_event", given), given).fetchone()
    return earlier_windows(query.period, row[0].date()) if row else None
