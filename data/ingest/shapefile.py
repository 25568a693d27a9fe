"""Zipped shapefiles of any event or area, by a mapping: one layer, its table's fields are columns."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from watchfloor.data.ingest.archive import Archive, open_archive
from watchfloor.data.ingest.feature_files import MOST_BYTES, written_out
from watchfloor.data.ingest.feature_map import mapping_of, read_job
from watchfloor.data.ingest.feature_stream import Job
from watchfloor.data.ingest.format import Format, Options, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import Opened
from watchfloor.geo.errors import BadFile

WHAT = "a zipped shapefile"
# what a layer is made of; indexes and metadata are left where they are
NEEDED, PARTS = (".shp", ".shx", ".dbf"), (".shp", ".shx", ".dbf", ".prj", ".cpg")


def read(opened: Opened, options: Options) -> Iterator[Batch]:
    """Batches of the mapping's target; options may hold a Mapping under `map`."""
    mapping = mapping_of(options, FORMAT.source)
    told = mapping.table.encodings
    # the file's own .cpg says in which encoding it is, unless the mapping knows better
    encoding = told[0] if "encodings" in mapping.table.model_fields_set else None
    with TemporaryDirectory(prefix="watchfloor-") as folder:
        job = job_of(opened, mapping.table.layer, Path(folder))
        yield from read_job(replace(job, encoding=encoding), mapping, Counter())


def job_of(opened: Opened, layer: str | None, folder: Path) -> Job:
    """What is to be read of the archive. Raises BadFile if it is something else."""
    with open_archive(opened, WHAT) as archive:
        path = _unpack(archive, layer, folder)
    return Job(opened.name, path, "ESRI Shapefile", None)


def _unpack(archive: Archive, wanted: str | None, folder: Path) -> Path:
    """The parts of the layer that is meant, under names of our own."""
    name = archive.opened.name
    layers: dict[str, dict[str, str]] = {}
    for member in archive.sizes:
        path = PurePosixPath(member)
        if path.suffix.lower() in PARTS and not path.name.startswith("._"):
            layers.setdefault(f"{path.parent}/{path.stem}", {})[path.suffix.lower()] = member
    shapes = {PurePosixPath(stem).name: parts for stem, parts in layers.items() if ".shp" in parts}
    listed = ", ".join(repr(layer[:40]) for layer in list(shapes)[:30]) or "none"
    if wanted is None and len(shapes) != 1:
        raise BadFile(f"{name}: say by table.layer which layer is meant; it has {listed}")
    if wanted is not None and wanted not in shapes:
        raise BadFile(f"{name}: has no layer {wanted[:40]!r} (named by table.layer); it has {listed}")
    parts = shapes[wanted] if wanted is not None else next(iter(shapes.values()))
    if missing := [suffix for suffix in NEEDED if suffix not in parts]:
        raise BadFile(f"{name}: the layer lacks its {' and '.join(missing)}; nothing was loaded")
    for suffix, member in parts.items():
        with archive.member(member) as source:
            written_out(source, folder / f"features{suffix}", MOST_BYTES, name)
    return folder / "features.shp"


FORMAT = Format(
    name="shapefile",
    title="Zipped shapefile of events or areas, by a mapping (--map FILE.toml)",
    source=SourceInfo(code="shapefile", title="Features of a shapefile", publisher="", licence=""),
    is_public=False,
    read=read,
)
