"""One place for each port whose reported coordinates vary: the gazetteer's, else the middle of what was reported."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
import polars as pl

from watchfloor.data.gazetteer import Entry, entries
from watchfloor.data.ingest.frames import SHAPES
from watchfloor.data.ingest.reported_points import is_placed, middle
from watchfloor.geo.errors import BadFile

# coordinates with two decimals are off by this much
ROUNDING_M = 1_000.0
MOST_POINTS = 100_000
_SAID = ("Port Name", "State", "Border")
_KEY = ("code", *_SAID, "lon", "lat")
_COLUMNS = ("kind", "code", "name", "country", "lon", "lat", "uncertainty_m", "attributes")


class PortPoints:
    """Collects the points that a file reports for its ports; holds one row per distinct point."""

    def __init__(self, kind: str, country: str, file: str) -> None:
        self._kind = kind
        self._country = country
        self._file = file
        self._points = pl.DataFrame()

    def add(self, frame: pl.DataFrame) -> None:
        """Count the points of some rows; columns of _KEY are needed.

        Raises BadFile if there are more distinct points than ports could have.
        """
        counted = frame.group_by(_KEY).agg(pl.len().cast(pl.Int64).alias("n"))
        counted = counted.with_columns(pl.col(_SAID).cast(pl.String))
        both = pl.concat([self._points, counted]) if self._points.height else counted
        self._points = both.group_by(_KEY).agg(pl.col("n").sum())
        if self._points.height > MOST_POINTS:
            raise BadFile(f"{self._file}: has more than {MOST_POINTS:,} distinct ports and points: not a list of ports")

    def places(self) -> tuple[pl.DataFrame, Counter[str]]:
        """A places frame, one row per port, in order of code; and how much had to be reconciled."""
        known = {entry.code: entry for entry in entries() if entry.kind == self._kind}
        ports = list(self._ports())
        rows = [self._place(port, known.get(port.code)) for port in ports]
        frame = pl.DataFrame(rows, schema={c: SHAPES["places"][c] for c in _COLUMNS}, orient="row")
        return frame, Counter(
            {
                "ports": len(ports),
                "port that the gazetteer does not know": sum(port.code not in known for port in ports),
                "port with more than one point": sum(port.distinct > 1 for port in ports),
                "row without a usable point": sum(port.unplaced for port in ports),
            }
        )

    def _ports(self) -> Iterator["_Port"]:
        if self._points.is_empty():
            return
        ordered = self._points.sort("code", "n", *_KEY[1:], descending=[False, True, *[False] * 5], nulls_last=True)
        for code, group in groupby(ordered.select(*_KEY, "n").iter_rows(), key=itemgetter(0)):
            yield _port(str(code), list(group))

    def _place(self, port: "_Port", entry: Entry | None) -> tuple[object, ...]:
        if entry is not None:
            place = (entry.name, entry.country, entry.lon, entry.lat, entry.uncertainty_m)
        else:
            place = (port.name, self._country, port.lon, port.lat, port.uncertainty_m)
        return (self._kind, port.code, *place, json.dumps(port.said, sort_keys=True))


@dataclass(frozen=True, slots=True)
class _Port:
    code: str
    name: str
    said: dict[str, object]
    lon: float | None
    lat: float | None
    uncertainty_m: float | None
    distinct: int
    unplaced: int


def _port(code: str, rows: list[tuple[object, ...]]) -> _Port:
    """A port from its points, the one that most rows have first; rows hold _KEY and the number of rows."""
    _, name, state, border, *_ = rows[0]
    numbers = np.array([row[4:] for row in rows], np.float64)
    placed = numbers[is_placed(numbers[:, 0], numbers[:, 1])]
    lon, lat, spread = middle(placed) if len(placed) else (None, None, None)
    distinct = len(np.unique(placed[:, :2], axis=0))
    said = {
        "state": state,
        "border": border,
        "reported_points": distinct,
        "reported_spread_m": spread and round(spread),
    }
    return _Port(
        code=code,
        name=str(name or code),
        said={key: value for key, value in said.items() if value is not None},
        lon=lon,
        lat=lat,
        uncertainty_m=None if spread is None else spread + ROUNDING_M,
        distinct=distinct,
        unplaced=int(numbers[:, 2].sum() - placed[:, 2].sum()),
    )
