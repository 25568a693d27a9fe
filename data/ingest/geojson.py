"""GeoJSON (RFC 7946) of any event or area, by a mapping: properties are columns, the geometry is the place."""

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


def read(opened: Opened, options: Options) -> Iterator[Batch]:
    """Batches of the mapping's target; options may hold a Mapping under `map`."""
    mapping = mapping_of(options, FORMAT.source)
    with TemporaryDirectory(prefix="watchfloor-") as folder:
        yield from read_job(job_of(opened, mapping.table.layer, Path(folder)), mapping, Counter())


def job_of(opened: Opened, layer: str | None, folder: Path) -> Job:
    """What is to be read of the file. Raises BadFile if it is something else."""
    with opened.plain() as plain:
        head = plain.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(b"{"):
        raise BadFile(f"{opened.name}: is not GeoJSON: it does not begin with {{")
    return Job(opened.name, lent(opened, folder / "features.geojson"), "GeoJSON", layer)


FORMAT = Format(
    name="geojson",
    title="GeoJSON of events or areas, by a mapping (--map FILE.toml)",
    source=SourceInfo(code="geojson", title="Features of a GeoJSON file", publisher="", licence=""),
    is_public=False,
    read=read,
)
