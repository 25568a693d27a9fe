"""Names that many staged rows share, written once and numbered: series of reported values, craft of positions."""

import numpy as np
import polars as pl

from watchfloor.data.ingest.frames import MOMENT, SHAPES

type Shape = dict[str, pl.DataType | type[pl.DataType]]

SERIES, CRAFTS, SPANS, REGIONS = "series", "fix_crafts", "fix_spans", "fix_regions"
_SERIES_NAMES = ("measure", "place_kind", "place_code", "substance_id", "dimensions")
_CRAFT_NAMES = ("craft_kind", "identifier", "label")


def _numbered(frame: str, names: tuple[str, ...]) -> Shape:
    return {"number": pl.Int64} | {c: t for c, t in SHAPES[frame].items() if c not in names}


SHAPES_OF_NAMES: dict[str, Shape] = {
    SERIES: {"number": pl.Int64} | {name: SHAPES["reported"][name] for name in _SERIES_NAMES},
    "reported": _numbered("reported", _SERIES_NAMES),
    CRAFTS: {"number": pl.Int64} | {name: SHAPES["fixes"][name] for name in _CRAFT_NAMES},
    "fixes": _numbered("fixes", _CRAFT_NAMES) | {"cell_key": pl.Int64},
    SPANS: {"number": pl.Int64, "n": pl.Int64, "first": MOMENT, "last": MOMENT},
    REGIONS: {"number": pl.Int64, "region": pl.Int16, "year": pl.Int16},
}


class Series:
    """Numbers of series, anew for each batch: values name few of them."""

    def __init__(self) -> None:
        self._named = 0

    def number(self, values: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The series that values name, and the values with their numbers."""
        distinct = values.select(_SERIES_NAMES).unique(maintain_order=True).with_row_index("number", self._named)
        self._named += distinct.height
        series = distinct.with_columns(pl.col("number").cast(pl.Int64))
        numbered = values.join(series, on=_SERIES_NAMES, nulls_equal=True, maintain_order="left")
        return series, numbered.select(*SHAPES_OF_NAMES["reported"])


class Crafts:
    """Numbers of craft, the same for a whole run."""

    def __init__(self) -> None:
        self._known = pl.DataFrame(schema=dict(SHAPES_OF_NAMES[CRAFTS]))

    def number(self, fixes: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The craft that are new in the run, and the positions with their numbers."""
        names = fixes.select(_CRAFT_NAMES).unique(maintain_order=True)
        unknown = names.join(self._known, on=_CRAFT_NAMES, how="anti", nulls_equal=True, maintain_order="left")
        new = unknown.select((pl.int_range(unknown.height) + self._known.height).alias("number"), *_CRAFT_NAMES)
        self._known = pl.concat([self._known, new])
        numbered = fixes.join(self._known, on=_CRAFT_NAMES, nulls_equal=True, maintain_order="left")
        return new, numbered.select(*SHAPES_OF_NAMES["fixes"])


def spans(fixes: pl.DataFrame) -> pl.DataFrame:
    """How many numbered positions each craft has, and from when to when."""
    at = pl.col("at")
    return fixes.group_by("number").agg(pl.len().cast(pl.Int64).alias("n"), first=at.min(), last=at.max())


def regions(fixes: pl.DataFrame, by: str = "number") -> pl.DataFrame:
    """Which regions and years the positions of each craft, or of whatever else a column tells, are of."""
    year = pl.col("at").dt.year().cast(pl.Int16).alias("year")
    return fixes.select(by, _regions(fixes["cell_key"]), year).unique()


def _regions(keys: pl.Series) -> pl.Series:
    """What `watchfloor.cell_region` answers: the base cell, -1 where there is none."""
    key = keys.to_numpy()
    return pl.Series("region", np.where(key != 0, (key >> 45) & 127, -1).astype(np.int16))
