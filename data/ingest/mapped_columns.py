"""Columns of a mapped table understood: places, numbers, texts; each with the checks that go with it."""

import json
from collections import Counter
from collections.abc import Sequence

import polars as pl

from watchfloor.data.ingest.feature_shapes import LON, RADIUS
from watchfloor.data.ingest.format import Check
from watchfloor.data.ingest.mapped_json import json_objects
from watchfloor.data.ingest.mapped_numbers import FILE, number_of, text_of, written
from watchfloor.data.ingest.mapped_whereabouts import place_columns, unplaced_reason, whereabouts
from watchfloor.data.ingest.mapping_place import Place
from watchfloor.data.ingest.mapping_sections import Marks, Record
from watchfloor.geo.errors import BadFile
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.precision import PlacePrecision

__all__ = [
    "FILE",
    "attributes",
    "number_of",
    "placed",
    "refuse_swapped",
    "text_of",
    "written",
]

# so few are chance
FEWEST_SWAPPED = 3


def placed(frame: pl.DataFrame, place: Place | None, marks: Marks) -> tuple[pl.DataFrame, list[Check], Counter[str]]:
    """The frame with lon, lat, uncertainty_m and place_precision; without a place those of NONE."""
    if place is None:
        nowhere = {"lon": None, "lat": None, "uncertainty_m": None}
        none = pl.lit(PLACE_CODES[PlacePrecision.NONE], pl.Int16).alias("place_precision")
        return frame.with_columns(*(pl.lit(v, pl.Float64).alias(k) for k, v in nowhere.items()), none), [], Counter()
    read, lon, lat = whereabouts(frame, place, marks)
    given = frozenset(column.removeprefix(FILE) for column in read.columns)
    columns = place_columns(place)
    is_blank = pl.all_horizontal(written(column).is_null() for column in columns)
    located = read.with_columns(
        pl.Series("lon", lon).fill_nan(None), pl.Series("lat", lat).fill_nan(None), is_blank.alias("is_unplaced")
    )
    whole = located.with_columns(_precision(place), _uncertainty(place, marks, given)).with_columns(
        pl.when(~pl.col("is_unplaced")).then("uncertainty_m"),
        pl.when("is_unplaced").then(PLACE_CODES[PlacePrecision.NONE]).otherwise("place_precision").cast(pl.Int16)
        .alias("place_precision"),
    )  # fmt: skip
    notes = Counter({"row without a place": int(located["is_unplaced"].sum())})
    return whole, _place_checks(place, FILE + columns[0]), notes


def _precision(place: Place) -> pl.Expr:
    if place.precision_column is None:
        precision = place.precision or PlacePrecision.EXACT
        return pl.lit(PLACE_CODES[precision], pl.Int16).alias("place_precision")
    words = {precision.value: PLACE_CODES[precision] for precision in PlacePrecision}
    words |= {word.lower(): PLACE_CODES[precision] for word, precision in place.precision_words.items()}
    word = written(place.precision_column).str.to_lowercase()
    return word.replace_strict(words, default=None, return_dtype=pl.Int16).alias("place_precision")


def _uncertainty(place: Place, marks: Marks, given: frozenset[str]) -> pl.Expr:
    """What the source says, else the usual radius of a place known so closely."""
    if RADIUS in given:
        # an area is no closer known than by the circle around it
        told = _uncertainty(place, marks, frozenset())
        return pl.max_horizontal(told, written(RADIUS)).alias("uncertainty_m")
    if place.uncertainty_column is not None:
        return number_of(place.uncertainty_column, marks).alias("uncertainty_m")
    if place.uncertainty_m is not None:
        return pl.lit(place.uncertainty_m).alias("uncertainty_m")
    usual = {
        code: precision.default_uncertainty_m
        for precision, code in PLACE_CODES.items()
        if precision is not PlacePrecision.NONE
    }
    return _precision(place).replace_strict(usual, default=None, return_dtype=pl.Float64).alias("uncertainty_m")


def _is_within(lon: pl.Expr, lat: pl.Expr, within: Sequence[float]) -> pl.Expr:
    """Whether points are in west, south, east, north; west of more than east is a box over the antimeridian."""
    west, south, east, north = within
    between = lon.is_between(west, east) if west <= east else (lon >= west) | (lon <= east)
    return (between & lat.is_between(south, north)).fill_null(False)


def refuse_swapped(frame: pl.DataFrame, within: Sequence[float] | None, name: str) -> None:
    """Raises BadFile if most places of a batch would be plausible only with longitude and latitude exchanged."""
    box = within or (-180.0, -90.0, 180.0, 90.0)
    lon, lat = pl.col("lon"), pl.col("lat")
    is_as_told, is_swapped = _is_within(lon, lat, box), _is_within(lat, lon, box)
    placed = frame.filter(lon.is_not_null() & lat.is_not_null())
    swapped = int(placed.select((~is_as_told & is_swapped).sum()).item())
    if swapped >= FEWEST_SWAPPED and swapped > placed.height / 2:
        raise BadFile(
            f"{name}: longitude and latitude look exchanged in {swapped:,} of {placed.height:,} places: "
            "say place.swapped = true (or mend place.within); nothing was loaded"
        )


def _place_checks(place: Place, column: str) -> list[Check]:
    here = ~pl.col("is_unplaced")
    lost = ~(pl.col("lon").is_between(-180, 180) & pl.col("lat").is_between(-90, 90)).fill_null(False)
    zero = (pl.col("lon") == 0) & (pl.col("lat") == 0)
    if place.lon == LON:
        # the middle of an area may be there
        zero &= written(RADIUS) == 0
    checks = [
        Check(column, here & lost, unplaced_reason(place)),
        Check(column, here & zero, "is 0, 0, which stands for no place"),
    ]
    if place.within is not None:
        outside = here & ~_is_within(pl.col("lon"), pl.col("lat"), place.within)
        checks.append(Check(column, outside, "is a place outside of place.within"))
    if place.precision_column is not None:
        unknown = here & pl.col("place_precision").is_null()
        checks.append(Check(FILE + place.precision_column, unknown, "is no precision: add it to place.precision_words"))
    if place.uncertainty_column is not None:
        unsure = here & ~(pl.col("uncertainty_m") >= 0).fill_null(False)
        checks.append(Check(FILE + place.uncertainty_column, unsure, "is no radius in metres"))
    if place.required:
        checks.append(Check(column, ~here, "is blank, and a place is required"))
    # where nothing is asked, a check that cannot be told would refuse: rows without a place pass
    return [Check(check.column, check.bad.fill_null(False), check.reason) for check in checks]


def attributes(frame: pl.DataFrame, record: Record | None) -> pl.Series:
    """The described attributes of each row as JSON text; blank ones are left out."""
    kept = record.attributes if record else {}
    fixed = dict(record.constants) if record else {}
    if not kept:
        return pl.repeat(json.dumps(fixed), frame.height, dtype=pl.String, eager=True).alias("attributes")
    values = frame.select(written(column).alias(f"{at}") for at, column in enumerate(kept.values()))
    return json_objects(values, list(kept), fixed).alias("attributes")
