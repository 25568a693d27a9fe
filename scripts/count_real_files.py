"""What became of each row of each real file, counted by loading all of them: docs/real-files.md.

WATCHFLOOR_REAL_DATA=... .venv/bin/python -m scripts.count_real_files

A fresh store in a folder of its own, the files in the order of LOADS; the same figures each time.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg

from watchfloor.data.address import Address, Role
from watchfloor.data.cluster import PrivateCluster
from watchfloor.data.ingest.catalogue import FORMATS, configured_format
from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.pipeline import FileReport, Order, ingest
from watchfloor.data.ingest.report import COUNTS
from watchfloor.data.registry import PUBLIC
from watchfloor.data.store import upgrade
from watchfloor.data.store_kind import StoreKind

PAGE = Path(__file__).parents[1] / "docs" / "real-files.md"
HEAD = """\
# Real files, counted

Made by `scripts/count_real_files.py`, which loads every file below into a fresh store, run by run in this order, and
counts what became of each row. The files are real data of their publishers; they are no part of this repository. What
the counts mean stands in [Formats](formats.md), and so does what each format makes of its files.

**Suppressed** is what is not shown for the sake of persons: counts that the publisher left out as too small
(`cdc-vsrr`; they are no row that was read), and persons whom the released overdose counts tell in no month of their own
but within several, or not at all (`ct-overdose`; they are loaded, and seen singly under the health right).

| run | file | format | read | loaded | unchanged | superseded | quarantined | suppressed |
|---|---|---|---|---|---|---|---|---|
"""
LEFT_OUT = "suppressed by the publisher: left out, and no zero"
_BY_MONTH = "SELECT coalesce(sum(n), 0) FROM watchfloor.overdose_atom WHERE n_months = 1"
_WHY = (
    'SELECT q."column", q.reason, count(*) FROM watchfloor.quarantine AS q WHERE q.run_id = %s AND q.file = %s '
    "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
)


@dataclass(frozen=True, slots=True)
class Load:
    """One run: a format and its files, as they lie under the folder of real data.

    as_of: of a list without a date; mapping: of features whose columns are not the usual ones, as TOML.
    """

    format: str
    files: tuple[str, ...]
    as_of: date | None = None
    mapping: str = ""

    def order(self, folder: Path) -> Order:
        """What the command line would ask for; folder: for the mapping's file."""
        named = folder / "map.toml" if self.mapping else None
        if named:
            named.write_text(self.mapping)
        form, options = configured_format(self.format, named)
        if self.as_of:
            options = Options({"as_of": self.as_of})
        return Order(form, PUBLIC, "scripts/count_real_files.py", options)


LIMITS = """\
target = "places"
[source]
code = "us-maritime-limits"
title = "US maritime limits and boundaries"
publisher = "NOAA Office of Coast Survey"
licence = "US Government work, public domain"
[record]
key = ["OBJECTID"]
attributes = { authority = "LEGAL_AUTH", published = "PUB_DATE" }
[named_place]
kind = "maritime_limit"
code = "US-{OBJECTID}"
name = "{REGION}: {FEAT_TYPE} {BOUND_ID}"
country = "US"
"""


LOADS = (
    Load(
        "boundaries",
        (
            "boundaries/natural_earth_countries_110m.topo.json",
            "boundaries/natural_earth_countries_50m.topo.json.gz",
            "boundaries/natural_earth_land_50m.topo.json.gz",
            "boundaries/mexico_states_natural_earth.topo.json.gz",
            "boundaries/us_census_counties_10m.topo.json.gz",
            "boundaries/us_census_states_10m.topo.json",
        ),
    ),
    Load("shapefile", ("boundaries/noaa_us_maritime_limits_and_boundaries.shp.zip",), mapping=LIMITS),
    Load("world-port-index", ("ports/nga_world_port_index_pub150.csv.gz",)),
    Load("port-visits", ("ports/us_principal_ports_ais_monthly_visits_2022.csv.gz",)),
    Load("principal-ports", ("ports/usace_principal_ports.csv.gz",)),
    Load("bts-crossings", ("ports/bts_border_crossing_entry_1996_2019.parquet",)),
    Load("cbp-drugs", ("seizures/cbp_nationwide-drugs-fy19-fy22.csv.gz",)),
    Load("cbp-drugs", ("seizures/cbp_nationwide-drugs-fy20-fy23.csv.gz",)),
    Load("ct-overdose", ("overdose/ct_accidental_drug_deaths_2012_2022.csv.gz",)),
    Load("cdc-vsrr", ("overdose/cdc_vsrr_state_overdose_counts_2015_2018.csv.gz",)),
    Load("ais-csv", ("tracks/ais_global_sample_2019_07_01.csv.gz",)),
    Load("ais-marinecadastre", ("tracks/ais_marinecadastre_2017_01_zone01.csv.gz",)),
    Load("ais-nmea", ("tracks/ais_dma_raw_nmea_2013_11_12.txt.gz",)),
    Load("adsb-parquet", ("tracks/adsb_opensky_quickstart_2021.parquet",)),
    Load("adsb-parquet", ("tracks/adsb_opensky_switzerland_2018.parquet",)),
    Load(
        "ofac-sdn",
        ("sanctions/ofac_sdn_narcotics_sample.csv.gz", "sanctions/ofac_sdn_narcotics_addresses.csv.gz"),
        as_of=date(2023, 1, 1),
    ),
)
WITHOUT = tuple(name for name in FORMATS if name not in {load.format for load in LOADS})


def main() -> None:
    """Count, and write the page."""
    named = os.environ.get("WATCHFLOOR_REAL_DATA")
    if not named:
        sys.exit("name the folder of the real files: WATCHFLOOR_REAL_DATA=...")
    with tempfile.TemporaryDirectory(prefix="wf-") as home, PrivateCluster(Path(home), durable=False) as cluster:
        upgrade(cluster.address, StoreKind.OPERATIONAL)
        PAGE.write_text(page(cluster.address, Path(named)))
        cluster.remove()
    print(PAGE.relative_to(PAGE.parents[1]))


def page(address: Address, folder: Path, loads: Sequence[Load] = LOADS) -> str:
    """Load the files into an upgraded store and write down what became of them, as Markdown."""
    rows: list[str] = []
    why: list[str] = []
    for number, load in enumerate(loads, start=1):
        with tempfile.TemporaryDirectory() as mappings:
            report = ingest(address, load.order(Path(mappings)), [folder / file for file in load.files])
        for file, told in zip(load.files, report.files, strict=True):
            rows.append(row(number, file, load.format, told, suppressed(address, load, told)))
            why += [f"| `{file}` | {said} |\n" for said in reasons(address, report.run, told)]
    return HEAD + "".join(rows) + TAIL.format(formats=named(WITHOUT)) + "".join(why)


TAIL = """
Of these formats no real file is here; tests load files of their own: {formats}.

## Why rows were kept aside

| file | column | reason | rows |
|---|---|---|---|
"""


def named(formats: Sequence[str]) -> str:
    """The names of formats in a sentence."""
    return ", ".join(f"`{name}`" for name in formats)


def row(number: int, file: str, form: str, told: FileReport, hidden: int) -> str:
    """One line of the table."""
    counts = " | ".join(f"{told.counts()[name]:,}" for name in COUNTS)
    return f"| {number} | `{file}` | `{form}` | {counts} | {hidden:,} |\n"


def suppressed(address: Address, load: Load, told: FileReport) -> int:
    """Rows that are not shown for the sake of persons."""
    if load.format != "ct-overdose":
        return told.notes[LEFT_OUT]
    with psycopg.connect(address.conninfo(Role.OWNER)) as owner:
        (by_month,) = owner.execute(_BY_MONTH).fetchone() or (0,)
    return told.loaded - int(by_month)


def reasons(address: Address, run: int, told: FileReport) -> Iterator[str]:
    """Why rows of a file were kept aside, and how many."""
    with psycopg.connect(address.conninfo(Role.OWNER)) as owner:
        for column, reason, n in owner.execute(_WHY, [run, told.name]):
            yield f"{column} | {reason} | {n:,}"


if __name__ == "__main__":
    main()
