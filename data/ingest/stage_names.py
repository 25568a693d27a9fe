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
    """Numbers of craft, the same for a whole run, and what is known of each file's positions before they are sorted."""

    def __init__(self) -> None:
        self._known = pl.DataFrame(schema=dict(SHAPES_OF_NAMES[CRAFTS]))
        self._spans: dict[int, pl.DataFrame] = {}
        self._regions: dict[int, pl.DataFrame] = {}

    def number(self, fixes: pl.DataFrame, file: int) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The craft that are new in the run, and the positions with their numbers."""
        names = fixes.select(_CRAFT_NAMES).unique(maintain_order=True)
        unknown = names.join(self._known, on=_CRAFT_NAMES, how="anti", nulls_equal=True, maintain_order="left")
        new = unknown.select((pl.int_range(unknown.height) + self._known.height).alias("number"), *_CRAFT_NAMES)
        self._known = pl.concat([self._known, new])
        numbered = fixes.join(self._known, on=_CRAFT_NAMES, nulls_equal=True, maintain_order="left")
        whole = numbered.select(*SHAPES_OF_NAMES["fixes"])
        self._note(whole, file)
        return new, whole

    def told(self) -> list[tuple[str, int, pl.DataFrame]]:
        """Table, file and rows: how many positions each craft has, from when to when; their regions and years."""
        spans = [(SPANS, file, frame) for file, frame in self._spans.items()]
        return [*spans, *((REGIONS, file, frame) for file, frame in self._regions.items())]

    def _note(self, fixes: pl.DataFrame, file: int) -> None:
        at, year = pl.col("at"), pl.col("at").dt.year().cast(pl.Int16).alias("year")
        span = fixes.group_by("number").agg(pl.len().cast(pl.Int64).alias("n"), first=at.min(), last=at.max())
        found = fixes.select("number", _regions(fixes["cell_key"]), year).unique()
        if file in self._spans:
            merged = pl.concat([self._spans[file], span]).group_by("number")
            span = merged.agg(pl.col("n").sum(), pl.col("first").min(), pl.col("last").max())
            found = pl.concat([self._regions[file], found]).unique()
        self._spans[file], self._regions[file] = span, found


def _regions(keys: pl.Series) -> pl.Series:
    """What `watchfloor.cell_region` answers: the base cell, -1 where there is none."""
    key = keys.to_numpy()
    return pl.Series("region", np.where(key != 0, (key >> 45) & 127, -1).astype(np.int16))
