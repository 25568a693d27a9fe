"""World Port Index (Pub 150): seaports with their position to the minute of arc, and their facilities.

A blank is a single space, 0 a depth that is not recorded, `Unknown` a third value beside Yes and No: none of
them says anything, and none is kept. A port's code is its UN/LOCODE, or `WPI-` and its number where it has none
or where another port has the better claim to it (the country agrees, then the larger harbour).
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from watchfloor.data.ingest.csv_rows import Rows, read_csv
from watchfloor.data.ingest.format import Check, Format, Options, SourceInfo, sift
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import Opened
from watchfloor.geo.errors import BadFile
from watchfloor.geo.grading import Reliability, Validity

NUMBER, NAME, LOCODE, COUNTRY = "World Port Index Number", "Main Port Name", "UN/LOCODE", "Country Code"
SIZE, LAT, LON = "Harbor Size", "Latitude", "Longitude"
COLUMNS = (NUMBER, NAME, LOCODE, COUNTRY, SIZE, LAT, LON)
# a minute of arc, and the harbour around the point
UNCERTAINTY_M = {"Large": 5_000.0, "Medium": 4_000.0, "Small": 3_000.0}
LEAST_UNCERTAINTY_M = 2_000.0
_SIZES = ("Very Small", "Small", "Medium", "Large")
MOST_PORTS = 100_000
_PATTERN = re.compile(r"^[A-Z]{2}[A-Z2-9]{3}$")
_CHECKS = (
    Check(NUMBER, pl.col(NUMBER).is_null(), "has no number in the index"),
    Check(NAME, pl.col(NAME).is_null(), "has no name"),
    Check(LAT, ~pl.col("lat").is_between(-90, 90), "is not a latitude"),
    Check(LON, ~pl.col("lon").is_between(-180, 180), "is not a longitude"),
    Check(LAT, (pl.col("lat") == 0) & (pl.col("lon") == 0), "is 0, 0, which stands for no position"),
)


@dataclass(slots=True)
class _Register:
    """What the first pass finds: which port has which code, and the two letters of each country."""

    claims: dict[str, dict[str, tuple[str | None, str | None]]] = field(default_factory=dict)
    letters: dict[str, Counter[str]] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)

    def add(self, frame: pl.DataFrame) -> None:
        for number, locode, country, size in frame.select(NUMBER, LOCODE, COUNTRY, SIZE).iter_rows():
            code = _locode(locode)
            if number is None or code is None:
                continue
            self.claims.setdefault(code, {}).setdefault(number, (country, size))
            if country:
                self.letters.setdefault(country, Counter())[code[:2]] += 1

    def settle(self) -> dict[str, int]:
        """Decide; how many ports share a code with another."""
        self.countries = {name: letters.most_common(1)[0][0] for name, letters in self.letters.items()}
        for code, ports in self.claims.items():
            best = max(ports, key=lambda number: self._claim(code, *ports[number]))
            self.codes[best] = code
        lost = sum(len(ports) - 1 for ports in self.claims.values())
        return {"UN/LOCODE that another port has the better claim to": lost}

    def _claim(self, code: str, country: str | None, size: str | None) -> tuple[bool, int]:
        return self.countries.get(country or "") == code[:2], _SIZES.index(size) if size in _SIZES else -1


def read(opened: Opened, _options: Options) -> Iterator[Batch]:
    """Batches of ports; a first pass decides which port has which code."""
    register = _Register()
    for rows in read_csv(opened, COLUMNS):
        register.add(rows.frame)
        if len(register.claims) > MOST_PORTS:
            raise BadFile(f"{opened.name}: has more than {MOST_PORTS:,} ports; this is not the index")
    yield Batch(0, notes=register.settle())
    for rows in read_csv(opened, COLUMNS):
        yield _batch(rows, register)


def _batch(rows: Rows, register: _Register) -> Batch:
    numbers = rows.frame.with_columns(
        pl.col(LAT).cast(pl.Float64, strict=False).alias("lat"), pl.col(LON).cast(pl.Float64, strict=False).alias("lon")
    )
    good, rejects = sift(numbers, _CHECKS)
    locode = pl.col(NUMBER).replace_strict(register.codes, default=None, return_dtype=pl.String)
    places = good.select(
        pl.lit("port").alias("kind"),
        pl.coalesce(locode, "WPI-" + pl.col(NUMBER)).alias("code"),
        pl.col(NAME).alias("name"),
        pl.col(COUNTRY).replace_strict(register.countries, default=None, return_dtype=pl.String).alias("country"),
        "lon",
        "lat",
        pl.col(SIZE)
        .replace_strict(UNCERTAINTY_M, default=LEAST_UNCERTAINTY_M, return_dtype=pl.Float64)
        .alias("uncertainty_m"),
        _attributes(good),
        "line",
    )
    written = good[LOCODE].drop_nulls()
    notes = {
        "port without UN/LOCODE": good[LOCODE].null_count(),
        "UN/LOCODE that cannot be one": sum(_locode(code) is None for code in written),
    }
    return Batch(rows.read, {"places": places}, pl.concat([rows.rejects, rejects]), notes)


def _locode(written: str | None) -> str | None:
    code = (written or "").replace(" ", "").upper()
    return code if _PATTERN.match(code) else None


def _attributes(good: pl.DataFrame) -> pl.Series:
    """What the index records of each port, as JSON; what it leaves unknown is not there."""
    kept = [column for column in good.columns if column not in {NAME, LAT, LON, "lat", "lon", "line"}]
    keys = ["country_name" if column == COUNTRY else _key(column) for column in kept]
    texts = []
    for row in good[kept].iter_rows():
        said = {key: _value(key, value) for key, value in zip(keys, row, strict=True)}
        texts.append(json.dumps({key: value for key, value in said.items() if value is not None}))
    return pl.Series("attributes", texts, dtype=pl.String)


def _key(column: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", column.lower().replace("world port index", "wpi")).strip("_")


def _value(key: str, written: str | None) -> object:
    if written is None or written == "Unknown":
        return None
    if written in ("Yes", "No"):
        return written == "Yes"
    if not key.endswith("_m"):
        return written
    try:
        metres = float(written)
    except ValueError:
        return written
    # 0 stands for "not recorded" in depths and widths
    return metres if math.isfinite(metres) and metres > 0 else None


FORMAT = Format(
    name="world-port-index",
    title="NGA World Port Index (Pub 150)",
    source=SourceInfo(
        code="world-port-index",
        title="World Port Index (Pub 150)",
        publisher="US National Geospatial-Intelligence Agency",
        licence="US Government work, public domain",
        reliability=Reliability.RELIABLE,
        validity=Validity.PROBABLE,
    ),
    is_public=True,
    read=read,
)
