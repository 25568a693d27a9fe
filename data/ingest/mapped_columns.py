"""Columns of a mapped table understood: moments, places, numbers, texts; each with the checks that go with it."""

import json
import re
from collections import Counter
from collections.abc import Sequence

import polars as pl

from watchfloor.data.ingest.feature_shapes import LON, RADIUS
from watchfloor.data.ingest.format import Check
from watchfloor.data.ingest.mapped_numbers import FILE, number_of, text_of, written
from watchfloor.data.ingest.mapped_whereabouts import place_columns, unplaced_reason, whereabouts
from watchfloor.data.ingest.mapping_place import Place
from watchfloor.data.ingest.mapping_sections import Marks, Record, Time
from watchfloor.geo.errors import BadFile
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.precision import PlacePrecision, TimePrecision

__all__ = [
    "FILE",
    "attributes",
    "moments",
    "number_of",
    "placed",
    "refuse_swapped",
    "text_of",
    "time_checks",
    "time_notes",
    "written",
]

# so few are chance
FEWEST_SWAPPED = 3
# fractions of a second are kept: two positions in one second are two
_TRUNCATED = {
    TimePrecision.SECOND: "1us",
    TimePrecision.MINUTE: "1m",
    TimePrecision.DAY: "1d",
    TimePrecision.MONTH: "1mo",
    TimePrecision.YEAR: "1y",
}


def moments(time: Time, columns: list[str]) -> pl.Expr:
    """UTC moments, the start of the unit to which they are known; null where the text is no time."""
    joined = pl.concat_str([written(column) for column in columns], separator=" ")
    if time.is_unix:
        scale = 1_000_000 if time.format == "unix" else 1_000
        number = joined.cast(pl.Float64, strict=False)
        usable = number.is_finite() & (number.abs() * scale < 9e17)
        moment = pl.when(usable).then((number * scale).round().cast(pl.Int64, strict=False)).cast(pl.Datetime("us"))
        return moment.dt.replace_time_zone("UTC").dt.truncate(_TRUNCATED[time.code])
    if time.has_offset:
        text, form = _completed(joined, time.format)
        aware = text.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False)
        return aware.dt.truncate(_TRUNCATED[time.code])
    naive = pl.coalesce(_naive(joined, form) for form in (time.format, *time.other_formats))
    # a clock shows the hour before winter twice: the first is taken; the hour that summer leaves out is no time
    zone = time.zone if time.has_clock and time.zone else "UTC"
    local = naive.dt.truncate(_TRUNCATED[time.code]).dt.replace_time_zone(
        zone, ambiguous="earliest", non_existent="null"
    )
    return local.dt.convert_time_zone("UTC")


def _naive(joined: pl.Expr, written_form: str) -> pl.Expr:
    """Moments as the clock on the wall shows them; null where the text is not of that format."""
    text, form = _completed(joined, written_form)
    if re.search(r"%[HIkTRrXscSM]", form):
        return text.str.to_datetime(form, time_unit="us", strict=False)
    return text.str.to_date(form, strict=False).cast(pl.Datetime("us"))


def time_notes(frame: pl.DataFrame, time: Time) -> Counter[str]:
    """How many times are not of the first format, and how many two formats read differently."""
    if not time.other_formats:
        return Counter()
    joined = pl.concat_str([written(column) for column in time.columns], separator=" ")
    read = frame.select(
        _naive(joined, form).alias(f"{at}") for at, form in enumerate((time.format, *time.other_formats))
    )
    first, others = read["0"], read.drop("0")
    differs = others.select(
        pl.any_horizontal((pl.col(column) != pl.lit(first)).fill_null(False) for column in others.columns)
    ).to_series()
    known = others.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    return Counter(
        {
            "time in another writing than time.format": int((first.is_null() & known).sum()),
            "time that two formats read differently": int(differs.sum()),
        }
    )


def time_checks(time: Time, column: str) -> list[Check]:
    """The checks of a column of moments called `column`: it is a time, and of a year that can be."""
    year = pl.col(column).dt.year()
    reason = f"is of a year outside of {time.earliest} to {time.latest}: see time.earliest, and table.blank"
    return [
        Check(FILE + time.columns[0], pl.col(column).is_null(), "is no time as time.format and time.zone say"),
        Check(FILE + time.columns[0], ~year.is_between(time.earliest, time.latest), reason),
    ]


def _completed(text: pl.Expr, form: str) -> tuple[pl.Expr, str]:
    """Text and format with the first day, and the first month, where the source gives none."""
    if not re.search(r"%[mbBhDFxcjUW]", form):
        return text + " 01 01", f"{form} %m %d"
    if not re.search(r"%[deDFxcj]", form):
        return text + " 01", f"{form} %d"
    return text, form


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
    values = frame.select(written(column).alias(f"{at}") for at, column in enumerate(kept.values()))
    texts = [
        json.dumps(fixed | {name: value for name, value in zip(kept, row, strict=True) if value is not None})
        for row in (values.iter_rows() if kept else ((),) * frame.height)
    ]
    return pl.Series("attributes", texts, dtype=pl.String)
