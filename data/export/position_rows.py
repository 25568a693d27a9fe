"""Positions of a craft for a file, as it transmitted them."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from watchfloor.data.export.dressing import findings, positions, provenances
from watchfloor.data.questions.provenance import Writing

# what a satellite receiver of a craft is good for
KNOWN_M = 10.0

POSITION_TYPES: Mapping[str, type[pl.DataType]] = {
    "craft_id": pl.Int64, "kind": pl.String, "identifier": pl.String, "name": pl.String, "category": pl.String,
    "at": pl.Int64, "lon": pl.Float64, "lat": pl.Float64, "speed_kn": pl.Float64, "course_deg": pl.Float64,
    "heading_deg": pl.Float64, "flags": pl.Int32, "label_id": pl.Int16, "run_id": pl.Int32,
}  # fmt: skip


def position_rows(rows: pl.DataFrame, written: Writing) -> pl.DataFrame:
    """Positions as they are handed on; what intake found about their values (`geo/fix_flags.py`) is told in words.

    Which of them contradict their own track is not told: that is worked out from the whole (`geo/track_marks.py`).
    """
    known = pl.Series("uncertainty_m", np.full(rows.height, KNOWN_M))
    at = (rows["at"] * 1_000_000).cast(pl.Datetime("us", "UTC"))
    return pl.DataFrame(
        [
            *rows.select("kind", "identifier", "name", "category").get_columns(),
            at.alias("at_utc"),
            *positions(rows["lon"], rows["lat"], known),
            *rows.select("speed_kn", "course_deg", "heading_deg").get_columns(),
            findings(rows["flags"]),
            *provenances(rows["label_id"], rows["run_id"], written),
        ]
    )
