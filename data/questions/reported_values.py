"""Reported values that must not be added up: the latest of each series."""

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.provenance import writing
from watchfloor.data.questions.records import rows_of
from watchfloor.data.statements import filters_of
from watchfloor.geo.bbox import BBox
from watchfloor.geo.query import Query
from watchfloor.geo.reported_values import LatestValue

OVERDOSE_DEATHS = "overdose_deaths_12m"


def latest_overdose_deaths(connection: psycopg.Connection[TupleRow], query: Query) -> tuple[LatestValue, ...]:
    """The latest twelve-month value that ends in the period, of each place and series in the question's box.

    What has no place is told of the whole world only. In the order of place, substance and dimensions.
    """
    given = {
        "measure": OVERDOSE_DEATHS,
        **filters_of(query),
    }
    rows = rows_of(connection, "latest_reported", given)
    written = writing(connection, (row.run_id for row in rows))
    found = (
        LatestValue(
            place_code=row.place_code,
            place=row.place,
            lon=row.lon,
            lat=row.lat,
            substance=row.substance,
            dimensions=tuple(sorted((key, str(value)) for key, value in row.dimensions.items())),
            starts=row.starts,
            ends=row.ends,
            value=row.value,
            label=written.titles[row.label_id],
            source=written.source(row.run_id),
            footnote=row.footnote or "",
        )
        for row in rows
        if _is_inside(query.bbox, row.lon, row.lat)
    )
    return tuple(sorted(found, key=lambda one: (one.place, one.place_code, one.substance, one.dimensions)))


def _is_inside(bbox: BBox, lon: float | None, lat: float | None) -> bool:
    if bbox == BBox.world():
        return True
    return lon is not None and lat is not None and bool(bbox.contains(np.array([lon]), np.array([lat]))[0])
