"""Every format end to end, each load in a process of its own: rows a second, peak memory, megabytes of store.

Real files (WATCHFLOOR_REAL_DATA) where they are large enough to say something, else invented ones of a temporary
folder. Rows go the whole way: into a store of their own, under policies, with versions, roll-ups and provenance.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench import intake_files, intake_peers
from bench.results import Result
from bench.stores import new_store
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress

MOST_MB = 500
EVENT_GOAL, FIX_GOAL = 100_000, 300_000
# below this a figure tells of fixed costs alone
ENOUGH_ROWS = 10_000
_SIZE = (
    "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class AS c "
    "JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'watchfloor' WHERE c.relkind = 'r'"
)

type Made = Callable[[Path, int], Path]
type Peer = Callable[[ClusterAddress, Path, int], tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Case:
    """One file to load: real ones by their names, or one that is made with n rows.

    as_of: the day of a list that does not say it. goal: rows a second, 0 for none. peers: what the same rows are
    measured against.
    """

    format: str
    real: tuple[str, ...] = ()
    make: Made | None = None
    n: int = 0
    mapping: str = ""
    as_of: str = ""
    goal: int = 0
    peers: tuple[Peer, ...] = ()


def _duckdb(_store: ClusterAddress, path: Path, _rows: int) -> tuple[str, float]:
    return "DuckDB reading the file", intake_peers.duckdb_reads(path)


def _geopandas(store: ClusterAddress, path: Path, _rows: int) -> tuple[str, float]:
    return "geopandas.to_postgis", intake_peers.geopandas_writes(store, path)


def _pyais(_store: ClusterAddress, path: Path, rows: int) -> tuple[str, float]:
    return "pyais decoding and nothing else", intake_peers.pyais_decodes(path, rows)


def _copy(store: ClusterAddress, _path: Path, _rows: int) -> tuple[str, float]:
    from bench.intake import copied  # noqa: PLC0415 - intake measures these files, too

    rows, seconds = copied(store, "fix")
    return "binary COPY of the same positions", rows / seconds


_MAP, _ITEMS = intake_files.EVENTS, intake_files.EVENTS + intake_files.IN_TABLE + intake_files.WITH_ITEMS
CASES = (
    Case("csv", make=intake_files.csv_of_events, n=200_000, mapping=_MAP + intake_files.IN_TABLE, goal=EVENT_GOAL,
         peers=(_duckdb, _geopandas)),
    Case("csv", make=intake_files.csv_of_events, n=200_000, mapping=_ITEMS, goal=EVENT_GOAL, peers=(_duckdb,)),
    Case("xlsx", make=intake_files.xlsx, n=30_000, mapping=_ITEMS),
    Case("ods", make=intake_files.ods, n=30_000, mapping=_ITEMS),
    Case("geojson", make=intake_files.features("geojson"), n=50_000, mapping=_MAP, peers=(_geopandas,)),
    Case("geopackage", make=intake_files.features("gpkg"), n=50_000, mapping=_MAP, peers=(_geopandas,)),
    Case("shapefile", make=intake_files.zipped_shapefile, n=50_000, mapping=_MAP, peers=(_geopandas,)),
    Case("kml", make=intake_files.kml, n=20_000, mapping=_MAP),
    Case("stix", make=intake_files.stix, n=20_000),
    Case("bts-crossings", ("ports/bts_border_crossing_entry_1996_2019.parquet",), goal=EVENT_GOAL,
         peers=(_duckdb, _geopandas)),
    Case("cbp-drugs", ("seizures/cbp_nationwide-drugs-fy19-fy22.csv.gz",), peers=(_duckdb,)),
    Case("cdc-vsrr", ("overdose/cdc_vsrr_state_overdose_counts_2015_2018.csv.gz",), peers=(_duckdb,)),
    Case("ct-overdose", ("overdose/ct_accidental_drug_deaths_2012_2022.csv.gz",), peers=(_duckdb,)),
    Case("port-visits", ("ports/us_principal_ports_ais_monthly_visits_2022.csv.gz",)),
    Case("principal-ports", ("ports/usace_principal_ports.csv.gz",)),
    Case("world-port-index", ("ports/nga_world_port_index_pub150.csv.gz",)),
    Case("boundaries", ("boundaries/us_census_counties_10m.topo.json.gz",)),
    Case("ofac-sdn", ("sanctions/ofac_sdn_narcotics_sample.csv.gz", "sanctions/ofac_sdn_narcotics_addresses.csv.gz"),
         as_of="2023-01-01"),
    Case("adsb-parquet", ("tracks/adsb_opensky_quickstart_2021.parquet",), goal=FIX_GOAL, peers=(_copy, _duckdb)),
    Case("adsb-parquet", make=intake_files.parquet_of_fixes, n=500_000, goal=FIX_GOAL,
         peers=(_copy, _duckdb, _geopandas)),
    Case("ais-marinecadastre", make=intake_files.csv_of_fixes, n=300_000, peers=(_copy, _duckdb, _geopandas)),
    Case("ais-csv", ("tracks/ais_global_sample_2019_07_01.csv.gz",), peers=(_copy, _duckdb)),
    Case("ais-nmea", make=intake_files.nmea, n=50_000, peers=(_pyais, _copy)),
)  # fmt: skip


def measure(address: ClusterAddress) -> list[Result]:
    """Every format, or those that WATCHFLOOR_BENCH_FORMATS names; those of which there is no file say so."""
    wanted = os.environ.get("WATCHFLOOR_BENCH_FORMATS", "").split(",")
    results: list[Result] = []
    for number, case in enumerate(CASES):
        if wanted != [""] and case.format not in wanted:
            continue
        with tempfile.TemporaryDirectory(prefix="wfb-files-") as folder:
            files = _files(case, Path(folder))
            if not files:
                results.append(Result(f"{case.format} (WATCHFLOOR_REAL_DATA is not set)", float("nan"), "rows/s"))
                continue
            found = _measured(address, case, files, f"format{number}")
            print(f"  {found[0].name}: {found[0].value:,.0f} {found[0].unit}, {found[0].against}", flush=True)
            results += found
    return results


def _files(case: Case, folder: Path) -> list[Path]:
    real = os.environ.get("WATCHFLOOR_REAL_DATA")
    if case.make is not None:
        return [case.make(folder, case.n)]
    return [Path(real) / name for name in case.real] if real else []


def _measured(address: ClusterAddress, case: Case, files: list[Path], database: str) -> list[Result]:
    store = new_store(address, database)
    before, load = _size(store), os.getloadavg()[0]
    try:
        found = loaded(store, case.format, files, case.mapping, case.as_of)
    except subprocess.CalledProcessError as error:
        said = (error.stderr.strip().splitlines() or ["nothing"])[-1]
        return [Result(f"{case.format}: the load failed", float("nan"), "rows/s", met=False, against=said[:200])]
    rows, peak = found["read"], found["peak_mb"]
    ours = rows / found["seconds"]
    what = f"{case.format}, {rows:,.0f} {'invented' if case.make else 'real'} rows"
    goal = f">= {case.goal:,}" if case.goal else ""
    results = [
        Result(what, ours, "rows/s", goal, ours >= case.goal if goal else None, f"load {load:.1f}"),
        Result("  peak memory of the process", peak, "MB", f"< {MOST_MB} MB", peak < MOST_MB),
    ]
    if rows >= ENOUGH_ROWS:
        results.append(Result("  store per million rows", (_size(store) - before) / rows, "MB"))
    results += list(_against(store, case, files, rows, ours))
    return results


def _against(store: ClusterAddress, case: Case, files: list[Path], rows: float, ours: float) -> Iterator[Result]:
    for peer in case.peers:
        name, theirs = peer(store, files[0], int(rows))
        yield Result(f"  against {name}", theirs, "rows/s", against="ours to theirs", ratio=ours / theirs)


def loaded(store: ClusterAddress, form: str, files: list[Path], mapping: str = "", as_of: str = "") -> dict[str, float]:
    """What a load in a process of its own did: counts, seconds, peak_mb."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as written:
        written.write(mapping)
        written.flush()
        where = (str(store.socket_dir), str(store.port), store.database)
        given = [*where, form, written.name if mapping else "", as_of, *map(str, files)]
        command = [sys.executable, "-m", "bench.intake_child", *given]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    said: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return said


def _size(store: ClusterAddress) -> int:
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        (size,) = owner.execute(_SIZE).fetchone() or (0,)
    return int(size)
