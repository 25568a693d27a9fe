"""CDC provisional drug overdose deaths (VSRR): one row per jurisdiction, month and indicator.

Every value covers the twelve months that end with its month: values of two months overlap and may never be
added up. Indicators overlap, too, for a death can involve several drugs; the nation's row holds the states', and
New York is given without its city, which has a row of its own. Reported and predicted counts are two series. A
count that the publisher suppressed is no zero: it is left out and counted in the notes.
"""

import json
from collections.abc import Iterator

import polars as pl

from watchfloor.data.gazetteer import entries_of
from watchfloor.data.ingest.csv_rows import Rows, read_csv
from watchfloor.data.ingest.format import Check, Format, Options, SourceInfo, sift
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import Opened
from watchfloor.geo.grading import Reliability, Validity
from watchfloor.geo.substances import find_substance

COLUMNS = ("State", "Year", "Month", "Indicator", "Data Value", "Predicted Value", "Footnote")
PENDING = "Percent Pending Investigation"
SYMBOL = "Footnote Symbol"
LONGEST_FOOTNOTE = 500
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
ALL_DEATHS, ALL_OVERDOSES = "Number of Deaths", "Number of Drug Overdose Deaths"
# indicator: measure, and the substance where the class is one substance and no more
INDICATORS: dict[str, tuple[str, str | None]] = {
    ALL_DEATHS: ("deaths_12m", None),
    "Percent with drugs specified": ("drugs_specified_percent_12m", None),
    ALL_OVERDOSES: ("overdose_deaths_12m", None),
    "Cocaine (T40.5)": ("overdose_deaths_12m", "cocaine"),
    "Heroin (T40.1)": ("overdose_deaths_12m", "heroin"),
    "Methadone (T40.3)": ("overdose_deaths_12m", "methadone"),
    "Natural & semi-synthetic opioids (T40.2)": ("overdose_deaths_12m", None),
    "Natural, semi-synthetic, & synthetic opioids, incl. methadone (T40.2-T40.4)": ("overdose_deaths_12m", None),
    "Natural & semi-synthetic opioids, incl. methadone (T40.2, T40.3)": ("overdose_deaths_12m", None),
    "Opioids (T40.0-T40.4,T40.6)": ("overdose_deaths_12m", None),
    "Psychostimulants with abuse potential (T43.6)": ("overdose_deaths_12m", None),
    "Synthetic opioids, excl. methadone (T40.4)": ("overdose_deaths_12m", None),
}
PENDING_MEASURE = "deaths_pending_percent_12m"
# beside the states; the nation is too wide to stand at a point
PLACES = {"YC": ("city", "US-NEW-YORK"), "US": ("country", "840")}
NATION = pl.DataFrame(
    {
        "kind": ["country"],
        "code": ["840"],
        "name": ["United States of America"],
        "lon": [-98.6],
        "lat": [39.8],
        "uncertainty_m": [6_000_000.0],
    }
)
_CHECKS = (
    Check("State", pl.col("place_kind").is_null(), "is not a jurisdiction that the gazetteer knows"),
    Check("Year", ~pl.col("year").is_between(1990, 2100), "is not a year"),
    Check("Month", pl.col("month").is_null(), "is not a month by its name"),
    Check("Indicator", pl.col("measure").is_null(), "is not an indicator that is known: it may be new"),
)


def read(opened: Opened, _options: Options) -> Iterator[Batch]:
    """One batch with the nation, which no gazetteer has, then reported values, one for each cell that is filled."""
    yield Batch(0, {"places": NATION})
    states = {entry.code.removeprefix("US-"): ("state", entry.code) for entry in entries_of("state").values()}
    for rows in read_csv(opened, COLUMNS):
        yield _batch(rows, states | PLACES)


def _batch(rows: Rows, places: dict[str, tuple[str, str]]) -> Batch:
    good, aside = sift(_named(rows.frame, places), _CHECKS)
    pending = good.filter(pl.col("Indicator") == ALL_DEATHS).with_columns(
        pl.lit(PENDING_MEASURE).alias("measure"), pl.lit(None, pl.String).alias("footnote")
    )
    # the share pending belongs to the month and is repeated beside each of its indicators
    parts = [(good, "Data Value", "reported"), (good, "Predicted Value", "predicted")]
    parts += [(pending, PENDING, "reported")] if PENDING in good.columns else []
    cells = [_cells(frame, column, basis) for frame, column, basis in parts]
    reported = pl.concat([usable for usable, _ in cells])
    rejects = pl.concat([rows.rejects, aside, *(wrong for _, wrong in cells)])
    notes = {
        "suppressed by the publisher: left out, and no zero": good["Data Value"].null_count(),
        "value with a footnote": good["Footnote"].drop_nulls().len(),
    }
    return Batch(reported.height + rejects.height, {"reported": reported}, rejects, notes)


def _named(frame: pl.DataFrame, places: dict[str, tuple[str, str]]) -> pl.DataFrame:
    substances = {w: s.id for w, (_, code) in INDICATORS.items() if code and (s := find_substance(code))}
    return frame.with_columns(
        _looked_up("State", {k: kind for k, (kind, _) in places.items()}).alias("place_kind"),
        _looked_up("State", {k: code for k, (_, code) in places.items()}).alias("place_code"),
        _footnote(frame.columns).alias("footnote"),
        _looked_up("Indicator", {w: measure for w, (measure, _) in INDICATORS.items()}).alias("measure"),
        pl.col("Indicator").replace_strict(substances, default=None, return_dtype=pl.Int16).alias("substance_id"),
        pl.col("Year").cast(pl.Int32, strict=False).alias("year"),
        pl.col("Month")
        .str.to_lowercase()
        .replace_strict({m: i + 1 for i, m in enumerate(MONTHS)}, default=None, return_dtype=pl.Int32)
        .alias("month"),
    )


def _footnote(columns: list[str]) -> pl.Expr:
    """What the publisher says of the row's values: its symbol, where a release has one, and its text."""
    parts = [pl.col(name) for name in (SYMBOL, "Footnote") if name in columns]
    written = pl.concat_str(parts, separator=" ", ignore_nulls=True).str.strip_chars().str.slice(0, LONGEST_FOOTNOTE)
    return pl.when(written.str.len_chars() > 0).then(written)


def _looked_up(column: str, table: dict[str, str]) -> pl.Expr:
    return pl.col(column).replace_strict(table, default=None, return_dtype=pl.String)


def _cells(frame: pl.DataFrame, column: str, basis: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Reported values of one column where it is filled, and rejects of the cells that hold no usable number."""
    number = pl.col(column).str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
    filled = frame.filter(pl.col(column).is_not_null()).with_columns(number.alias("value"))
    most = pl.when(pl.col("measure").str.contains("percent", literal=True)).then(100.0).otherwise(1e9)
    usable, wrong = sift(filled, (Check(column, ~pl.col("value").is_between(0, most), "is not a count or a share"),))
    distinct = usable.select("State", "Indicator").unique()
    texts = [_dimensions(state, indicator, basis) for state, indicator in distinct.iter_rows()]
    said = distinct.with_columns(pl.Series("dimensions", texts, dtype=pl.String))
    named = usable.join(said, on=("State", "Indicator"), maintain_order="left")
    ends = pl.date("year", "month", 1).dt.offset_by("1mo")
    reported = named.select(
        *("measure", "place_kind", "place_code", "substance_id", "dimensions"),
        ends.dt.offset_by("-12mo").alias("starts"),
        ends.alias("ends"),
        *("value", "footnote", "line"),
    )
    return reported, wrong


def _dimensions(state: str, indicator: str, basis: str) -> str:
    said = {"indicator": indicator, "basis": basis}
    if state == "NY":
        said["area"] = "New York State without New York City"
    return json.dumps(said, sort_keys=True)


FORMAT = Format(
    name="cdc-vsrr",
    title="CDC provisional drug overdose death counts (VSRR), 12 months ending",
    source=SourceInfo(
        code="cdc-vsrr",
        title="VSRR provisional drug overdose death counts",
        publisher="CDC National Center for Health Statistics",
        licence="US Government work, public domain",
        reliability=Reliability.RELIABLE,
        validity=Validity.PROBABLE,
    ),
    is_public=True,
    read=read,
    records=frozenset({"reported"}),
)
