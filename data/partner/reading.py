"""A partner's file read whole, in bounds: its features, what was set aside and why; nothing of it is believed.

The readers are those of intake: GDAL in a process of its own, without network, with bounded memory and time.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import polars as pl
import shapely

from watchfloor.data.ingest import geojson, geopackage, kml, shapefile
from watchfloor.data.ingest.archive import ZIP
from watchfloor.data.ingest.csv_rows import LINE_OF_FILE
from watchfloor.data.ingest.feature_map import crs_of, texts_of
from watchfloor.data.ingest.feature_stream import Job, NoSuchLayer, read_features
from watchfloor.data.ingest.mapping_sections import Marks
from watchfloor.data.ingest.opened import Opened, open_file
from watchfloor.data.partner.features import whole_features
from watchfloor.geo.errors import BadFile
from watchfloor.geo.partner_layers import MOST_CORNERS, MOST_FEATURES, MOST_FILE_BYTES

SUFFIXES: Final = {
    ".geojson": "geojson", ".json": "geojson", ".gpkg": "geopackage", ".kml": "kml", ".kmz": "kml", ".zip": "shapefile",
}  # fmt: skip
# of a feature: properties, letters of a name and of a value
MOST_PROPERTIES: Final = 60
MOST_NAME: Final = 80
MOST_VALUE: Final = 500
MOST_REASONS: Final = 20
_LAYER: Final = "the name of a layer in the file"


@dataclass(slots=True)
class PartnerFile:
    """What was found: features one by one, those of no use, and sentences about both.

    numbers, wkb: of each feature, its place in the file and its shape, EPSG:4326. properties: of each, as JSON text of
    names and values that are text. read: how many features the file had so far.
    """

    name: str
    format: str
    sha256: bytes
    size: int
    numbers: list[int] = field(default_factory=list)
    wkb: list[bytes] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)
    set_aside: int = 0
    reasons: list[str] = field(default_factory=list)
    noticed: Counter[str] = field(default_factory=Counter)
    box: tuple[float, float, float, float] = (180.0, 90.0, -180.0, -90.0)
    corners: int = 0
    read: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """Why features were set aside, and what else was noticed, as sentences."""
        more = self.set_aside - len(self.reasons)
        rest = [f"and {more:,} more set aside"] if more > 0 else []
        return (*self.reasons, *rest, *(f"{what} ({n:,})" for what, n in self.noticed.items() if n))


def form_of(name: str) -> str:
    """The form that a file's name says. Raises BadFile for another."""
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise BadFile(f"{name}: is none of GeoJSON, GeoPackage, KML, KMZ or a zipped shapefile, by its name")
    return SUFFIXES[suffix]


def read_partner_file(path: Path, *, layer: str | None = None, crs: str | None = None) -> PartnerFile:
    """Read a file. layer: which, if it has several; crs: its coordinate system, if the file does not say.

    Raises BadFile if it is not what its name says, or too large.
    """
    opened = open_file(path)
    if opened.size > MOST_FILE_BYTES:
        raise BadFile(f"{opened.name}: is larger than {MOST_FILE_BYTES >> 20} MB: take out what is not needed")
    file = PartnerFile(opened.name, form_of(opened.name), opened.sha256, opened.size)
    with TemporaryDirectory(prefix="watchfloor-") as folder:
        job, noticed = _job(opened, file.format, layer, Path(folder))
        file.noticed += noticed
        for part in _parts(replace(job, named=_LAYER), file.format):
            _read(part, file, crs)
    opened.check_untouched()
    if not file.numbers:
        why = f": {file.reasons[0]}" if file.reasons else ""
        raise BadFile(f"{opened.name}: holds no feature that can be drawn{why}")
    return file


def _job(opened: Opened, form: str, layer: str | None, folder: Path) -> tuple[Job, Counter[str]]:
    nothing: Counter[str] = Counter()
    if form == "geojson":
        return geojson.job_of(opened, layer, folder), nothing
    if form == "geopackage":
        return geopackage.job_of(opened, layer, folder), nothing
    if form == "kml":
        return kml.job_of(opened, layer, folder)
    if not opened.head.startswith(ZIP):
        raise BadFile(f"{opened.name}: is not {shapefile.WHAT}: it does not begin as a zip archive does")
    return shapefile.job_of(opened, layer, folder), nothing


def _parts(job: Job, form: str) -> Iterator[Job]:
    """The layers to be read: folders of a KML are all of them, others are named."""
    if form != "kml" or job.layer is not None:
        yield job
        return
    try:
        with read_features(job):
            pass
    except NoSuchLayer as several:
        if not several.layers:
            raise
        yield from (replace(job, layer=layer) for layer in several.layers)
    else:
        yield job


def _read(job: Job, file: PartnerFile, given_crs: str | None) -> None:
    with read_features(job) as features:
        if features.crs is None and given_crs is None:
            raise BadFile(
                f"{job.name}: does not say in which system of coordinates it is: add its .prj, or have the operator "
                "add it with --crs"
            )
        crs = crs_of(features.crs, given_crs if features.crs is None else None, job.name)
        for frame in features.batches:
            _take(frame, file, crs)
        file.noticed += Counter({f"its reader said: {text}": n for text, n in features.warnings.items()})


def _take(frame: pl.DataFrame, file: PartnerFile, crs: Any) -> None:
    first, file.read = file.read, file.read + frame.height
    whole = whole_features(frame["geometry"], crs)
    for at, shown, why in whole.lost:
        if len(file.reasons) < MOST_REASONS:
            file.reasons.append(f"feature {first + at + 1:,}: {why}" + (f" ({shown[:60]})" if shown else ""))
    file.set_aside += len(whole.lost)
    good = np.flatnonzero(~shapely.is_missing(whole.geometries))
    chosen = whole.geometries[good]
    file.noticed += whole.notes
    file.corners += int(shapely.get_num_coordinates(chosen).sum())
    _check_bounds(file, len(good))
    if len(good):
        west, south, east, north = shapely.total_bounds(chosen).tolist()
        box = file.box
        file.box = (min(box[0], west), min(box[1], south), max(box[2], east), max(box[3], north))
    texts = texts_of(frame, Marks()).rename({LINE_OF_FILE: "line"}, strict=False)
    rows = texts[good].to_dicts() if texts.width else [{}] * len(good)
    file.numbers += (good + first + 1).tolist()
    file.wkb += shapely.to_wkb(chosen).tolist()
    file.properties += [json.dumps(_bounded(row, file.noticed), ensure_ascii=False) for row in rows]


def _check_bounds(file: PartnerFile, more: int) -> None:
    if len(file.numbers) + more > MOST_FEATURES:
        raise BadFile(f"{file.name}: holds more than {MOST_FEATURES:,} features: take out what is not needed")
    if file.corners > MOST_CORNERS:
        raise BadFile(f"{file.name}: holds more than {MOST_CORNERS:,} corners: simplify its lines and areas")


def _bounded(row: Mapping[str, str | None], noticed: Counter[str]) -> dict[str, str]:
    told = {name: value for name, value in row.items() if value is not None}
    if len(told) > MOST_PROPERTIES:
        noticed["feature with properties that were left out"] += 1
    kept = {}
    for name, value in list(told.items())[:MOST_PROPERTIES]:
        if len(value) > MOST_VALUE:
            noticed["text that was cut"] += 1
        kept[name[:MOST_NAME]] = value if len(value) <= MOST_VALUE else value[: MOST_VALUE - 1] + "…"
    return kept
