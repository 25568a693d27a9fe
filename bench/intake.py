"""Intake of the border-crossing file, against geopandas.to_postgis of the same file in the same run."""

import os
import time
from pathlib import Path

import geopandas
import pandas as pd
import sqlalchemy

from bench.results import Result
from bench.stores import new_store
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.ingest.catalogue import find_format
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.registry import PUBLIC

FILE = "ports/bts_border_crossing_entry_1996_2019.parquet"


def measure(address: ClusterAddress) -> list[Result]:
    """Rows a second end to end; none without the real file."""
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
