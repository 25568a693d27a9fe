"""What other programs need for the same rows: floors and peers of the same run."""

import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import geopandas
import pandas as pd
import sqlalchemy
from pyais.exceptions import AISBaseException
from pyais.stream import FileReaderStream

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress

MOST_PEER_ROWS = 100_000


def duckdb_reads(path: Path) -> float:
    """Rows a second that DuckDB takes from a file into a table in memory: a floor, for it keeps nothing."""
    import duckdb  # noqa: PLC0415 - only who measures needs it

    read = "read_parquet" if path.suffix == ".parquet" else "read_csv"
    with duckdb.connect() as connection:
        began = time.perf_counter()
        connection.execute(f"CREATE TABLE t AS SELECT * FROM {read}(?)", [str(path)])
        seconds = time.perf_counter() - began
        (rows,) = connection.execute("SELECT count(*) FROM t").fetchone() or (0,)
    return float(rows / seconds)


def geopandas_writes(store: ClusterAddress, path: Path) -> float:
    """Rows a second of geopandas from the file to a table with a geometry and nothing else."""
    engine = sqlalchemy.create_engine(store.sqlalchemy_url(Role.OWNER))
    began = time.perf_counter()
    frame = _read(path)
    frame.to_postgis("bench_peer", engine, if_exists="replace")
    seconds = time.perf_counter() - began
    engine.dispose()
    return len(frame) / seconds


def pyais_decodes(path: Path, n: int) -> float:
    """Sentences a second that pyais decodes and nothing else; messages of several parts count once."""
    decoded = 0
    began = time.perf_counter()
    with FileReaderStream(str(path)) as stream:
        for sentence in islice(stream, n):
            try:
                sentence.decode()
            except AISBaseException:
                continue
            decoded += 1
    return decoded / (time.perf_counter() - began)


def _read(path: Path) -> geopandas.GeoDataFrame:
    readers: dict[str, Callable[[], pd.DataFrame]] = {
        ".parquet": lambda: pd.read_parquet(path).head(MOST_PEER_ROWS),
        ".csv": lambda: pd.read_csv(path, nrows=MOST_PEER_ROWS),
        ".gz": lambda: pd.read_csv(path, nrows=MOST_PEER_ROWS),
    }
    if path.suffix not in readers:
        return geopandas.read_file(path)
    table = readers[path.suffix]().rename(columns=str.lower)
    lon, lat = (next(c for c in names if c in table.columns) for names in (("lon", "longitude"), ("lat", "latitude")))
    return geopandas.GeoDataFrame(table, geometry=geopandas.points_from_xy(table[lon], table[lat], crs=4326))
