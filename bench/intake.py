"""Intake end to end, each against a floor of the same run.

The border-crossing file against geopandas.to_postgis of the same file; events with their items, and positions, against
binary COPY of the very rows that they became into a bare table with the same columns and indexes: without digests,
versions, roll-ups, policies or checks.
"""

import os
import time
from pathlib import Path

import geopandas
import pandas as pd
import psycopg
import sqlalchemy
from psycopg import sql

from bench.results import Result
from bench.stores import labels, load_events, load_fixes, new_store
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.ingest.catalogue import find_format
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.registry import PUBLIC

N = 200_000
FILE = "ports/bts_border_crossing_entry_1996_2019.parquet"


def measure(address: ClusterAddress) -> list[Result]:
    """Rows a second end to end."""
    return [*_border_crossings(address), *_single(address)]


def _single(address: ClusterAddress) -> list[Result]:
    """Events with one item each, and positions, of batches that no file holds: the goals are those of files."""
    store = new_store(address, "single")
    events = N / load_events(store, N, labels(store))
    fixes = N / load_fixes(store, N)
    least_events, least_fixes = N / _floor(store, "event", "seizure_item"), N / _floor(store, "fix")
    return [
        _against_copy("intake, 200,000 events with their items", events, 100_000, least_events),
        _against_copy("intake, 200,000 positions", fixes, 300_000, least_fixes),
    ]


def _against_copy(name: str, ours: float, goal: int, floor: float) -> Result:
    against = f"binary COPY of the same rows, {floor:,.0f} rows/s"
    return Result(name, ours, "rows/s", f">= {goal:,}", ours >= goal, against, ours / floor)


def _floor(store: ClusterAddress, *tables: str) -> float:
    """Seconds that binary COPY takes to write the rows of these tables into bare ones with the same indexes."""
    return sum(copied(store, table)[1] for table in tables)


def copied(store: ClusterAddress, table: str) -> tuple[int, float]:
    """How many rows a table has, and the seconds of binary COPY into a bare one with the same columns and indexes."""
    full, bare = sql.Identifier("watchfloor", table), sql.Identifier(f"bare_{table}")
    with psycopg.connect(store.conninfo(Role.OWNER), autocommit=True) as owner, owner.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(bare, full))
        with cursor.copy(sql.SQL("COPY (SELECT * FROM {}) TO STDOUT (FORMAT binary)").format(full)) as copy:
            rows = b"".join(bytes(part) for part in copy)
        began = time.perf_counter()
        with cursor.copy(sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(bare)) as copy:
            copy.write(rows)
        # the last part is written when the copy ends
        seconds = time.perf_counter() - began
        return cursor.rowcount, seconds


def _border_crossings(address: ClusterAddress) -> list[Result]:
    """Rows a second of the real file; none without it."""
    folder = os.environ.get("WATCHFLOOR_REAL_DATA")
    if not folder:
        return [Result("intake of the border-crossing file (WATCHFLOOR_REAL_DATA is not set)", float("nan"), "rows/s")]
    path = Path(folder) / FILE
    store = new_store(address, "intake")
    report = ingest(store, Order(find_format("bts-crossings"), PUBLIC, "bench"), [path])
    ours = report.totals()["read"] / report.seconds
    again = ingest(store, Order(find_format("bts-crossings"), PUBLIC, "bench"), [path])
    theirs = _geopandas(store, path)
    return [
        Result("intake, border crossings, end to end", ours, "rows/s", ">= 100,000", ours >= 100_000),
        Result(
            "  against geopandas.to_postgis",
            ours / theirs,
            "x",
            ">= 10",
            ours / theirs >= 10,
            f"{theirs:,.0f} rows/s",
        ),
        Result("  the same file again, nothing to add", again.totals()["read"] / again.seconds, "rows/s"),
    ]


def _geopandas(store: ClusterAddress, path: Path) -> float:
    engine = sqlalchemy.create_engine(store.sqlalchemy_url(Role.OWNER))
    began = time.perf_counter()
    frame = pd.read_parquet(path)
    points = geopandas.points_from_xy(frame["lon"], frame["lat"], crs=4326)
    geopandas.GeoDataFrame(frame.drop(columns=["lon", "lat"]), geometry=points).to_postgis("bts_peer", engine)
    seconds = time.perf_counter() - began
    engine.dispose()
    return len(frame) / seconds
