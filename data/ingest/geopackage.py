"""GeoPackage (OGC 12-128) of any event or area, by a mapping: one layer, its attributes are columns."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from watchfloor.data.ingest.feature_files import lent
from watchfloor.data.ingest.feature_map import mapping_of, read_job
from watchfloor.data.ingest.feature_stream import Job
from watchfloor.data.ingest.format import Format, Options, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import Opened
from watchfloor.geo.errors import BadFile

MAGIC = b"SQLite format 3\0"


def read(opened: Opened, options: Options) -> Iterator[Batch]:
    """Batches of the mapping's target; options may hold a Mapping under `map`."""
    mapping = mapping_of(options, FORMAT.source)
    with TemporaryDirectory(prefix="watchfloor-") as folder:
        yield from read_job(job_of(opened, mapping.table.layer, Path(folder)), mapping, Counter())


def job_of(opened: Opened, layer: str | None, folder: Path) -> Job:
    """What is to be read of the file. Raises BadFile if it is something else."""
    with opened.plain() as plain:
        if plain.read(len(MAGIC)) != MAGIC:
            raise BadFile(f"{opened.name}: is not a GeoPackage: it does not begin as a SQLite database does")
    return Job(opened.name, lent(opened, folder / "features.gpkg"), "GPKG", layer)


FORMAT = Format(
    name="geopackage",
    title="GeoPackage of events or areas, by a mapping (--map FILE.toml)",
    source=SourceInfo(code="geopackage", title="Features of a GeoPackage", publisher="", licence=""),
    is_public=False,
    read=read,
)
