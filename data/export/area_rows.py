"""What is counted and not told singly, for a file: ports, routes, cells of released overdoses, reported seizures."""

from collections.abc import Sequence
from typing import LiteralString

import numpy as np
import polars as pl
import psycopg
import shapely
from psycopg.rows import TupleRow

from watchfloor.data.export.found import GEOMETRY, Found, Shape
from watchfloor.data.export.map_labels import OF_ATOMS, OF_ROUTES, OF_SERIES
from watchfloor.data.export.reading import Desk
from watchfloor.data.questions.movement import routes
from watchfloor.data.questions.overdoses import overdose_cells
from watchfloor.data.questions.ports import ports
from watchfloor.data.questions.seizure_places import MEASURE, seizure_places
from watchfloor.data.registry import labels
from watchfloor.geo.cells import boundaries
from watchfloor.geo.handing_on import Counts
from watchfloor.geo.query import Query
from watchfloor.geo.scope import Label
from watchfloor.geo.selection import Selection

type Connection = psycopg.Connection[TupleRow]

SUPPRESSED = "Suppressed counts of whole months, at least 5 persons each: they are sums of released counts, not records"
REPORTED = "Reported aggregates: each row is an area, not a single seizure"
DERIVED = "All flows between places with an end in the place asked for, as last derived"
SUMS = "Sums of what each port reported in the period"


def read_ports(connection: Connection, desk: Desk, query: Query, place: Selection | None) -> Found:
    """Ports with one measure and its change."""
    found = ports(connection, query)
    frame = pl.DataFrame(
        {
            "code": pl.Series(found.code, dtype=pl.String),
            "name": pl.Series(found.name, dtype=pl.String),
            "lon": found.lon,
            "lat": found.lat,
            "measure": pl.Series([found.measure] * len(found.code), dtype=pl.String),
            "volume": found.volume,
            "latest": found.latest,
            "year_before": found.before,
            "latest_month": pl.Series([found.month] * len(found.code), dtype=pl.Date),
        }
    ).with_columns(pl.col("latest", "year_before").fill_nan(None))
    inside = _inside(place, found.lon, found.lat)
    known = _labels(connection, OF_SERIES, [query.measure] * 2)
    return _counted(desk, frame.filter(inside), Shape.POINT, known, (SUMS,), "ports")


def read_routes(connection: Connection, desk: Desk, query: Query, place: Selection | None) -> Found:
    """Flows between two places, with an end in the place asked for."""
    found = routes(connection, query, at_most=None)
    ends = np.stack([found.from_lon, found.from_lat, found.to_lon, found.to_lat], axis=-1).reshape(-1, 2, 2)
    frame = pl.DataFrame(
        {
            "origin": pl.Series(found.from_name, dtype=pl.String),
            "destination": pl.Series(found.to_name, dtype=pl.String),
            "tracks": found.n_tracks,
            "seizures": found.n_seizures,
            "kilograms": found.kilograms,
            GEOMETRY: pl.Series(shapely.to_wkb(shapely.linestrings(_nearer(ends))).tolist(), dtype=pl.Binary),
        }
    )
    inside = _inside(place, found.from_lon, found.from_lat) | _inside(place, found.to_lon, found.to_lat)
    known = _labels(connection, OF_ROUTES, [query.period.since, query.period.until])
    return _counted(desk, frame.filter(inside), Shape.LINE, known, (DERIVED,), "routes")


def read_released_overdoses(connection: Connection, desk: Desk, query: Query, place: Selection | None) -> Found:
    """Released overdose counts per hexagon, for who may not see single ones."""
    counts = overdose_cells(connection, query, sees_health=False)
    vertices, offsets = boundaries(counts.cells)
    shapes = shapely.polygons(
        shapely.linearrings(vertices, indices=np.repeat(np.arange(counts.cells.size), np.diff(offsets)))
    )
    middle = shapely.get_coordinates(shapely.centroid(shapes)) if counts.cells.size else np.zeros((0, 2))
    frame = pl.DataFrame(
        {
            "hexagon": pl.Series([f"{cell:x}" for cell in counts.cells.tolist()], dtype=pl.String),
            "persons": counts.n,
            GEOMETRY: pl.Series(shapely.to_wkb(shapes).tolist(), dtype=pl.Binary),
        }
    )
    inside = _inside(place, (middle[:, 0] + 180) % 360 - 180, middle[:, 1])
    known = _labels(connection, OF_ATOMS, [])
    return _counted(desk, frame.filter(inside), Shape.AREA, known, (SUPPRESSED,), "overdose_counts", counts.n_unplaced)


def read_reported_seizures(connection: Connection, desk: Desk, query: Query, place: Selection | None) -> Found:
    """Reported seizures per area, at a point of it and within how far."""
    places = seizure_places(connection, query)
    frame = pl.DataFrame(
        {
            "area": pl.Series([places.names[number] for number in places.name.tolist()], dtype=pl.String),
            "lon": places.lon,
            "lat": places.lat,
            "known_within_m": places.uncertainty_m,
            "seizures": places.n,
            "kilograms": places.kilograms,
        }
    )
    inside = _inside(place, places.lon, places.lat)
    known = _labels(connection, OF_SERIES, [MEASURE] * 2)
    return _counted(desk, frame.filter(inside), Shape.POINT, known, (REPORTED,), "reported_seizures", places.n_unplaced)


def _inside(place: Selection | None, lon: np.ndarray, lat: np.ndarray) -> pl.Series:
    return pl.Series(np.ones(len(lon), bool) if place is None else place.contains(lon, lat), dtype=pl.Boolean)


def _nearer(ends: np.ndarray) -> np.ndarray:
    """Lines that go the nearer way round: one over the antimeridian runs on beyond 180."""
    lon = ends[:, :, 0]
    turned = lon[:, 0] + (lon[:, 1] - lon[:, 0] + 180) % 360 - 180
    return np.stack([np.stack([lon[:, 0], turned], axis=-1), ends[:, :, 1]], axis=-1)


def _labels(connection: Connection, question: LiteralString, given: Sequence[object]) -> tuple[Label, ...]:
    """All labels under which there is something that the numbers may hold: sums bear the strictest of them."""
    numbers = {number for (number,) in connection.execute(question, given)}
    return tuple(label for label in labels(connection) if label.id in numbers)


def _counted(  # noqa: PLR0917 - what was read and what is said of it
    desk: Desk, frame: pl.DataFrame, shape: Shape, known: Sequence[Label], notes: tuple[str, ...], name: str,
    left_out: int = 0,
) -> Found:  # fmt: skip
    if frame.height:
        desk.spool.add(frame)
    desk.spool.close()
    desk.told(frame.height)
    counts = Counts(frame.height, left_out=left_out)
    return Found(desk.spool, _as_it_is, shape, tuple((label, 0) for label in known), counts, notes, name=name)


def _as_it_is(frame: pl.DataFrame) -> pl.DataFrame:
    return frame
