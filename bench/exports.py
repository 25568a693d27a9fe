"""A million seizures as a file of each form: read from the store under policies, written, and beside it geopandas.

geopandas writes the first fifth of the same rows, since it takes minutes for all; both are told in rows a second.
"""

import os
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas
import polars as pl
import psycopg

from bench.results import Result
from bench.stores import event_batches, event_order, labels, new_store, token
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.export.exports import Read, read_order, write_order
from watchfloor.data.export.shapes import spelt_out
from watchfloor.data.ingest.pipeline import ingest_batches
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.export_order import ExportOrder
from watchfloor.geo.handing_on import Form
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query

N = int(float(os.environ.get("WATCHFLOOR_BENCH_EXPORTS", "1e6")))
OTHERS = N // 5
GOAL = 5.0
FORMS = (Form.CSV, Form.GEOJSON, Form.GEOPACKAGE, Form.GEOPARQUET, Form.KML)
EVER = Period(date(2000, 1, 1), date(2100, 1, 1))
# of the same rows, as a person would write them who has them in memory
DRIVERS = {Form.CSV: "CSV", Form.GEOJSON: "GeoJSON", Form.GEOPACKAGE: "GPKG", Form.KML: "KML"}


def measure(address: ClusterAddress) -> list[Result]:
    """Reads the two thirds that the reader sees, writes each form, and lets geopandas write the same rows."""
    store = new_store(address, "exports")
    ingest_batches(store, event_order(), "bench", event_batches(N * 3 // 2, labels(store)))
    with psycopg.connect(store.conninfo(Role.OWNER), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    with Repository(store) as repository, tempfile.TemporaryDirectory() as folder:
        asker = Asker(token(store), uuid.uuid4())
        order = ExportOrder(Form.CSV, Query(Layer.SEIZURES, EVER))
        spool = Path(folder) / "spool"

        def reading() -> Read:
            return read_order(repository, asker, order, spool, lambda _: None, is_exercise=True)

        read, seconds = _timed(reading)
        n = read.found.counts.records
        results = [_result("export: read and put aside", n, seconds)]
        table = pl.concat(map(spelt_out, _first(read, OTHERS))).to_pandas()
        plain = geopandas.GeoDataFrame(table, geometry=geopandas.points_from_xy(table["lon"], table["lat"]), crs=4326)
        for form in FORMS:
            results.append(_of_form(form, read, plain, Path(folder)))
    return results


def _first(read: Read, most: int) -> Iterator[pl.DataFrame]:
    left = most
    for frame in read.found.frames():
        yield frame.head(left)
        left -= frame.height
        if left <= 0:
            return


def _of_form(form: Form, read: Read, plain: geopandas.GeoDataFrame, folder: Path) -> Result:
    own, others = folder / f"own.{form.value}", folder / f"others.{form.value}"
    _, seconds = _timed(lambda: write_order(replace(read, order=replace(read.order, form=form)), own, lambda _: None))
    _, theirs = _timed(lambda: _by_geopandas(form, plain, others))
    own.unlink()
    others.unlink()
    n = read.found.counts.records
    result = _result(f"export: write {form.called}", n, seconds, (theirs / len(plain)) / (seconds / n))
    print(f"  {result.name}: {result.value:,.0f} rows/s, {result.against} {result.ratio:.1f}x", flush=True)
    return result


def _by_geopandas(form: Form, plain: geopandas.GeoDataFrame, path: Path) -> None:
    if form is Form.GEOPARQUET:
        plain.to_parquet(path)
        return
    more = {"GEOMETRY": "AS_WKT"} if form is Form.CSV else {}
    plain.to_file(path, driver=DRIVERS[form], **more)


def _timed[Answer](act: Callable[[], Answer]) -> tuple[Answer, float]:
    began = time.perf_counter()
    answer = act()
    return answer, time.perf_counter() - began


def _result(name: str, n: int, seconds: float, ratio: float | None = None) -> Result:
    against = f"{'geopandas, ' if ratio is not None else ''}load {os.getloadavg()[0]:.1f}"
    goal, met = (f">= {GOAL:g}x", ratio >= GOAL) if ratio is not None else ("", None)
    return Result(name, n / seconds, "rows/s", goal, met, against, ratio)
