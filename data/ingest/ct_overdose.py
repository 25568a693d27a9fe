"""Connecticut accidental drug deaths: one row per death, health data, known by day and town.

The file has no number of its own. A death is known by all that says who, when and where, and by its place
among the rows that agree in all of that; what the office corrects later (cause, manner, substances) makes a
new version and not a second death.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator

import polars as pl

from watchfloor.data.ingest import ct_places, ct_substances
from watchfloor.data.ingest.csv_rows import Rows, read_csv
from watchfloor.data.ingest.ct_places import Towns, placed
from watchfloor.data.ingest.ct_substances import named_substances
from watchfloor.data.ingest.format import Check, Format, Options, SourceInfo, sift, without_values
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import Opened
from watchfloor.geo.errors import BadFile
from watchfloor.geo.grading import Reliability, Validity
from watchfloor.geo.precision import TimePrecision

IDENTITY = (
    *("Date", "Date Type", "AgeBand", "Sex", "Injury City", "Injury County", "Injury State", "Injury Place"),
    *("Death City", "Death County", "Death State", "Location"),
)
COLUMNS = (*IDENTITY, "Cause of Death", "Manner of Death", *ct_substances.COLUMNS, ct_places.INJURY, ct_places.DEATH)
_CHECKS = (
    Check("Date", ~pl.col("day").dt.year().is_between(1900, 2100), "is not a date as month/day/year"),
    Check("Date Type", pl.col("is_date_reported").is_null(), "is neither the date of death nor the date reported"),
)
_KEPT = {
    "sex": "Sex",
    "age_band": "AgeBand",
    "setting_of_injury": "Injury Place",
    "setting_of_death": "Location",
    "town_of_injury": "Injury City",
    "state_of_injury": "Injury State",
    "town_of_death": "Death City",
    "cause": "Cause of Death",
    "words": "Other",
}


def read(opened: Opened, _options: Options) -> Iterator[Batch]:
    """Batches of overdoses; a first pass finds the one point of each town."""
    towns = Towns()
    for rows in read_csv(opened, COLUMNS):
        towns.add(rows.frame[ct_places.INJURY])
        towns.add(rows.frame[ct_places.DEATH])
        if towns.is_too_many:
            raise BadFile(f"{opened.name}: names more towns than a state can have; this is not the table of deaths")
    yield Batch(0, notes={"town with more than one point": towns.settle()})
    seen: Counter[bytes] = Counter()
    for rows in read_csv(opened, COLUMNS):
        yield _batch(rows, towns, seen)


def _batch(rows: Rows, towns: Towns, seen: Counter[bytes]) -> Batch:
    keyed = rows.frame.with_columns(_keys(rows.frame, seen), *_dates())
    good, rejects = sift(keyed, _CHECKS)
    places, met = placed(good, towns)
    substances, understood = named_substances(good)
    whole = pl.concat([good.with_columns(substances), places], how="horizontal")
    overdoses = whole.select(
        "key",
        "day",
        pl.lit(int(TimePrecision.DAY), pl.Int16).alias("time_precision"),
        pl.lit(True).alias("is_fatal"),
        *("lon", "lat", "uncertainty_m", "place_precision", "place_name", "substances"),
        _attributes(whole),
        "line",
    )
    notes = Counter(met) + Counter(understood) + _manners(good["Manner of Death"])
    notes["date is the date reported"] += int(good["is_date_reported"].sum())
    return Batch(rows.read, {"overdoses": overdoses}, without_values(pl.concat([rows.rejects, rejects])), notes)


def _dates() -> tuple[pl.Expr, pl.Expr]:
    kind = pl.col("Date Type").str.to_lowercase().str.replace_all(" ", "", literal=True)
    return (
        pl.col("Date").str.to_date("%m/%d/%Y", strict=False).alias("day"),
        kind.replace_strict({"dateofdeath": False, "datereported": True}, default=None, return_dtype=pl.Boolean).alias(
            "is_date_reported"
        ),
    )


def _keys(frame: pl.DataFrame, seen: Counter[bytes]) -> pl.Series:
    """Names of the records; digests, for a name may be shown where the record may not."""
    keys = []
    for row in frame.select(IDENTITY).iter_rows():
        digest = hashlib.sha256(json.dumps(row).encode()).digest()[:16]
        keys.append(f"{digest.hex()}-{seen[digest]}")
        seen[digest] += 1
    return pl.Series("key", keys, dtype=pl.String)


def _attributes(whole: pl.DataFrame) -> pl.Series:
    names = (*_KEPT, "manner", "place_of", "place_of_death", "date_reported")
    values = whole.select(
        *_KEPT.values(),
        pl.col("Manner of Death").str.to_lowercase(),
        "place_of",
        "place_of_death",
        pl.when("is_date_reported").then(pl.lit(True)).alias("date_reported"),
    )
    texts = [json.dumps({n: v for n, v in zip(names, row, strict=True) if v is not None}) for row in values.iter_rows()]
    return pl.Series("attributes", texts, dtype=pl.String)


def _manners(written: pl.Series) -> Counter[str]:
    notes: Counter[str] = Counter()
    for manner, rows in Counter(written).items():
        if manner is None:
            notes["manner of death is blank"] += rows
        elif manner.lower() != "accident":
            notes["manner of death is not accident"] += rows
        elif manner != "Accident":
            notes["manner of death in another spelling"] += rows
    return notes


FORMAT = Format(
    name="ct-overdose",
    title="Connecticut accidental drug related deaths",
    source=SourceInfo(
        code="ct-overdose",
        title="Accidental Drug Related Deaths",
        publisher="Connecticut Office of the Chief Medical Examiner",
        licence="State open data, public domain",
        reliability=Reliability.RELIABLE,
        validity=Validity.CONFIRMED,
    ),
    is_public=True,
    read=read,
)
