"""A program of its own that reads one file of features with GDAL: no network, no writing, bounded memory.

GDAL's readers are large and written in C++; a hostile file may crash what parses it, or name other files and hosts.
So they run here, with four drivers and no others, and what they find goes out as a line of JSON and an Arrow stream.
Run as `python -I -m watchfloor.data.ingest.feature_process JOB`; JOB is JSON: path, driver, layer, encoding, batch.
"""

import json
import logging
import os
import resource
import sqlite3
import sys
from collections import Counter
from typing import Any

DRIVERS = ("ESRI Shapefile", "GPKG", "GeoJSON", "LIBKML")
# the other drivers of GDAL 3.12: those of another version are found, at the price of a second start
OTHER_DRIVERS = (
    "ADBC,AIVector,AVCBin,AVCE00,AmigoCloud,CSV,CSW,Carto,DGN,DXF,EDIGEO,EEDA,ESRIJSON,Elasticsearch,FlatGeobuf,GDALG,"
    "GML,GPSBabel,GPX,GTFS,GeoJSONSeq,GeoRSS,HTTP,Idrisi,JML,JSONFG,KML,LVBAG,MBTiles,MEM,MVT,MapInfo File,MapML,"
    "MiraMonVector,NGW,OAPIF,ODS,OGCAPI,OGR_GMT,OGR_PDS,OGR_VRT,OSM,OpenFileGDB,PCIDSK,PDF,PDS4,PGDUMP,PLSCENES,PMTiles,"
    "S57,SQLite,SXF,Selafin,TopoJSON,VDV,VFK,VICAR,WAsP,WFS,XLSX"
)
MOST_MEMORY = 4 << 30
MOST_SECONDS = 1_800
MOST_WARNINGS = 20
SKIP = "OGR_SKIP"
REFUSED = 3
_SAID = 2


def main() -> None:
    """Read as the job says."""
    _silence()
    _confine()
    # pyogrio takes these if they are there, which costs seconds, and has no use for them here
    sys.modules |= dict.fromkeys(("geopandas", "pandas"))  # type: ignore[arg-type]
    import pyogrio  # noqa: PLC0415 - nothing is parsed before the limits hold

    others = sorted(set(pyogrio.list_drivers()) - set(DRIVERS))
    skipped = os.environ.get(SKIP, "").split(",")
    if set(others) - set(skipped):
        # drivers are registered once, at the import: begin again without the others
        arguments = [sys.executable, "-I", "-m", "watchfloor.data.ingest.feature_process", *sys.argv[1:]]
        os.execve(sys.executable, arguments, os.environ | {SKIP: ",".join([*skipped, *others])})  # noqa: S606
    if others:
        _refuse(f"GDAL still has the drivers {others}")
    _read(json.loads(sys.argv[1]))


def _silence() -> None:
    """GDAL and GEOS write what they like to stderr: nobody reads it meanwhile, and a full pipe stops its writer."""
    global _SAID  # noqa: PLW0603 - a program of its own, that begins once
    _SAID = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _say(said: dict[str, Any]) -> None:
    os.write(_SAID, json.dumps(said).encode())


def _confine() -> None:
    """No network where the system lets us leave it; no writing; bounded memory and time."""
    for limit, value in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, MOST_SECONDS),
    ):
        resource.setrlimit(limit, (value, value))
    # root keeps its identity, others need a user name space to be allowed a network name space
    wanted = os.CLONE_NEWNET if os.geteuid() == 0 else os.CLONE_NEWUSER | os.CLONE_NEWNET
    try:
        os.unshare(wanted)
    except OSError:
        # the drivers left cannot fetch anything either: this was the second lock
        return


def _read(job: dict[str, Any]) -> None:
    import pyarrow as pa  # noqa: PLC0415
    import pyogrio  # noqa: PLC0415
    from pyogrio.errors import DataLayerError, DataSourceError  # noqa: PLC0415
    from pyogrio.raw import open_arrow  # noqa: PLC0415

    warnings = _Warnings()
    logging.getLogger("pyogrio").addHandler(warnings)
    path, layer, out = job["path"], job["layer"], sys.stdout.buffer
    options = {"DATE_AS_STRING": "YES"} if job["driver"] == "GeoJSON" else {}
    try:
        views = _views(path) if job["driver"] == "GPKG" else set()
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        if (layer is None and len(layers) != 1) or (layer is not None and layer not in layers):
            _put(out, {"layers": layers})
            return
        chosen = layer or layers[0]
        if chosen in views:
            # a view may count for ever, or join every row to every other
            _refuse(f"the layer {chosen[:40]!r} is a view: save it as a table")
        opened = {"layer": chosen, "encoding": job["encoding"], **options}
        info = pyogrio.read_info(path, **opened)
        if info["driver"] not in DRIVERS:
            _refuse(f"opened as {info['driver']}")
        with open_arrow(path, batch_size=job["batch"], datetime_as_string=True, use_pyarrow=True, **opened) as source:
            meta, reader = source
            crs, geometry = meta["crs"], meta["geometry_name"] or "wkb_geometry"
            _put(out, {"layers": layers, "layer": chosen, "crs": crs, "geometry": geometry})
            with pa.ipc.new_stream(out, reader.schema) as sink:
                for batch in reader:
                    sink.write_batch(batch)
    except (DataSourceError, DataLayerError, ValueError, OSError, MemoryError) as error:
        _refuse(str(error) or type(error).__name__)
    _say({"warnings": warnings.counted})


def _views(path: str) -> set[str]:
    """Names of the views of a database, read by its own library before GDAL takes them for tables."""
    database = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        return {str(name) for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
    except sqlite3.Error as error:
        _refuse(str(error))
    finally:
        database.close()
    return set()


class _Warnings(logging.Handler):
    """What GDAL says on the way, each text once with its count."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.counted: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()[:200]
        if text in self.counted or len(self.counted) < MOST_WARNINGS:
            self.counted[text] += 1


def _put(out: Any, said: dict[str, Any]) -> None:
    out.write(json.dumps(said).encode() + b"\n")
    out.flush()


def _refuse(why: str) -> None:
    _say({"error": why[:500]})
    os._exit(REFUSED)


if __name__ == "__main__":
    main()
