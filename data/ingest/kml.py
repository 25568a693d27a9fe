"""KML 2.2 and KMZ of any event or area, by a mapping: data of placemarks are columns; links are never followed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from watchfloor.data.ingest.archive import ZIP, open_archive
from watchfloor.data.ingest.feature_files import MOST_BYTES, lent, written_out
from watchfloor.data.ingest.feature_map import mapping_of, read_job
from watchfloor.data.ingest.feature_stream import Job
from watchfloor.data.ingest.format import Format, Options, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import Opened
from watchfloor.data.ingest.xml_stream import read_xml
from watchfloor.geo.errors import BadFile

WHAT = "a KMZ archive"


def read(opened: Opened, options: Options) -> Iterator[Batch]:
    """Batches of the mapping's target; options may hold a Mapping under `map`."""
    mapping = mapping_of(options, FORMAT.source)
    with TemporaryDirectory(prefix="watchfloor-") as folder:
        job, notes = job_of(opened, mapping.table.layer, Path(folder))
        yield from read_job(job, mapping, notes)


def job_of(opened: Opened, layer: str | None, folder: Path) -> tuple[Job, Counter[str]]:
    """What is to be read of the file, and what was passed over. Raises BadFile if it is something else."""
    path = folder / "features.kml"
    if opened.head.startswith(ZIP):
        _unpack(opened, path)
    else:
        lent(opened, path)
    looked = _Looked()
    with path.open("rb") as document:
        read_xml(document, looked, opened.name)
    if looked.root != "kml":
        raise BadFile(f"{opened.name}: is not KML: its outermost element is {looked.root[:40]!r}")
    return Job(opened.name, path, "LIBKML", layer), Counter({"network link that was not followed": looked.links})


def _unpack(opened: Opened, path: Path) -> None:
    """The document of an archive: the first of its members called so, as the standard says."""
    with open_archive(opened, WHAT) as archive:
        documents = [name for name in archive.sizes if name.lower().endswith(".kml")]
        if not documents:
            raise BadFile(f"{opened.name}: is not {WHAT}: it holds no .kml")
        chosen = next((name for name in documents if "/" not in name), documents[0])
        with archive.member(chosen) as member:
            written_out(member, path, MOST_BYTES, opened.name)


@dataclass(slots=True)
class _Looked:
    """What a document holds that must be known before it is read."""

    root: str = ""
    links: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.root = self.root or name
        self.links += name == "NetworkLink"

    def end(self, name: str) -> None:
        return

    def text(self, data: str) -> None:
        return


FORMAT = Format(
    name="kml",
    title="KML or KMZ of events or areas, by a mapping (--map FILE.toml)",
    source=SourceInfo(code="kml", title="Placemarks of a KML file", publisher="", licence=""),
    is_public=False,
    read=read,
)
