"""Monthly traffic at crossings and sea ports: reported counts with seasons, growth and noise.

The places stand where real ones do, and are the exercise's own: invented counts never add up with real ones.
"""

from datetime import date
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from watchfloor.data.exercise.labels import label_index
from watchfloor.data.exercise.places import IntArray, Places
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.rosters import as_json

KIND: Final = "exercise port"
_OF_A_KIND: Final = 60


class _Counted(NamedTuple):
    """A measure: at which kind of place, the middle count a month, the month of most traffic, and how much more."""

    measure: str
    at: str
    middle: float
    peak: int
    rise: float


_COUNTED: Final = (
    _Counted("trucks", "crossing", 9_000.0, 10, 0.10),
    _Counted("personal_vehicles", "crossing", 60_000.0, 7, 0.22),
    _Counted("vessel_calls", "port", 120.0, 9, 0.08),
)


def make_traffic(plan: Plan, places: Places) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Frames of places and of reported values, each whole month of the world."""
    rng, months = plan.stream("traffic"), _whole_months(plan)
    rows = {kind: np.sort(rng.permutation(places.of_kind(kind))[:_OF_A_KIND]) for kind in ("crossing", "port")}
    values = [_values(rng, rows[counted.at], months, places, counted) for counted in _COUNTED]
    return _places(places, np.concatenate(list(rows.values()))), pl.concat(values)


def _whole_months(plan: Plan) -> list[date]:
    first, horizon = plan.day(0), plan.until.replace(day=1)
    start = first.year * 12 + first.month - (first.day == 1)
    # the last one only says where the month before it ends
    return [date(at // 12, at % 12 + 1, 1) for at in range(start, horizon.year * 12 + horizon.month)]


def _places(places: Places, rows: IntArray) -> pl.DataFrame:
    chosen: pl.DataFrame = places.frame[rows.tolist()]
    return chosen.select(
        pl.lit(KIND).alias("kind"),
        ("EX-" + pl.col("code")).alias("code"),
        (pl.col("name") + " (exercise)").alias("name"),
        "country",
        "lon",
        "lat",
        "uncertainty_m",
        pl.lit(as_json([{"invented": True}])[0]).alias("attributes"),
        pl.lit(label_index("NTF", "clear"), pl.Int16).alias("label"),
    )


def _values(
    rng: np.random.Generator, rows: IntArray, months: list[date], places: Places, counted: _Counted
) -> pl.DataFrame:
    n, starts, ends = len(rows), months[:-1], months[1:]
    size = counted.middle * rng.lognormal(0.0, 1.1, n)[:, None]
    growth = (1 + rng.normal(0.02, 0.05, n))[:, None] ** (np.arange(len(starts)) / 12)
    calendar = np.array([month.month for month in starts])
    season = 1 + counted.rise * np.cos((calendar - counted.peak) * np.pi / 6)
    value = np.round(size * growth * season * rng.lognormal(0.0, 0.06, (n, len(starts))))
    return pl.DataFrame(
        {
            "measure": [counted.measure] * value.size,
            "place_kind": [KIND] * value.size,
            "place_code": np.repeat([f"EX-{places.codes[row]}" for row in rows.tolist()], len(starts)),
            "starts": starts * n,
            "ends": ends * n,
            "value": value.ravel(),
        }
    )
