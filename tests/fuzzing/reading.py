"""One file through the reader of its format and all that happens before the database; and what must hold then."""

import re
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.format import Format, Options
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import open_file
from watchfloor.data.ingest.row_labels import RowLabels
from watchfloor.data.ingest.staging import Staging
from watchfloor.data.registry import LabelSpec
from watchfloor.geo.errors import BadFile, WatchfloorError
from watchfloor.geo.scope import Tlp

LONGEST_MESSAGE = 2_000
LABEL = LabelSpec("NTF", Tlp.GREEN)


class BrokenPromiseError(AssertionError):
    """Something that must hold for every file does not."""


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a file: `ok` with its rows, or the refusal."""

    rows: int
    rejects: int
    refusal: str | None


class _Nowhere:
    """A connection that leads nowhere: frames are encoded for the database, and that is all."""

    def execute(self, *_: object) -> "_Nowhere":
        return self

    cursor = copy = execute

    def write(self, _data: bytes) -> None:
        return

    def __enter__(self) -> "_Nowhere":
        return self

    def __exit__(self, *_: object) -> None:
        return


def configured(form: str, mapping: str | None) -> tuple[Format, Options]:
    """The format and its options, as the command would make them."""
    with tempfile.TemporaryDirectory() as folder:
        path = None
        if mapping is not None:
            path = Path(folder) / "map.toml"
            path.write_text(mapping)
        found, options = configured_format(form, path)
    values = {**options.values, "as_of": date(2023, 1, 5)} if form == "ofac-sdn" else options.values
    return found, Options(values, RowLabels(LABEL, lambda spec: int(spec.tlp)))


def read_case(form: Format, options: Options, path: Path) -> Read:
    """Read one file.

    Raises BrokenPromiseError, or whatever the reader raised that is no refusal.
    """
    staging, rows, rejects = Staging(_Nowhere(), "fuzz/1"), 0, 0  # type: ignore[arg-type]
    with emptied_folder() as folder:
        try:
            opened = open_file(path)
            for batch in form.read(opened, options):
                check_batch(batch, form)
                staging.add(batch, 0)
                rows += batch.read
                rejects += batch.rejects.height
            opened.check_untouched()
        except WatchfloorError as refusal:
            check_refusal(refusal, path, folder)
            return Read(rows, rejects, str(refusal))
    return Read(rows, rejects, None)


@contextmanager
def emptied_folder() -> Iterator[Path]:
    """Temporary files go to a folder of this case's own, which must be empty in the end."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        tempfile.tempdir = folder
        try:
            yield Path(folder)
            left = [found.name for found in Path(folder).iterdir()]
        finally:
            tempfile.tempdir = before
        if left:
            raise BrokenPromiseError(f"temporary files stayed behind: {left}")


def check_batch(batch: Batch, form: Format) -> None:
    """Every row that is read is in a frame of records or in the rejects, and each reject says why."""
    settled = sum(frame.height for name, frame in batch.frames.items() if name in form.records)
    if batch.read != settled + batch.rejects.height:
        raise BrokenPromiseError(f"{batch.read} rows were read, {settled} are in frames, {batch.rejects.height} aside")
    if batch.rejects.filter(pl.col("reason").fill_null("") == "").height:
        raise BrokenPromiseError("a row is kept aside without a reason")
    for name, frame in batch.frames.items():
        for column in ("lon", "lat"):
            if column in frame.columns and frame[column].cast(pl.Float64).is_nan().any():
                raise BrokenPromiseError(f"{name}.{column} holds what is no number")


def check_refusal(refusal: WatchfloorError, path: Path, folder: Path) -> None:
    """A refusal is one sentence that names the file and no path of this machine."""
    said = str(refusal)
    if not isinstance(refusal, BadFile):
        raise BrokenPromiseError(f"a {type(refusal).__name__} instead of BadFile: {said[:300]}")
    if not said.startswith(path.name) or "\n" in said or len(said) > LONGEST_MESSAGE:
        raise BrokenPromiseError(f"no sentence that names the file: {said[:300]!r}")
    if str(path.parent) in said or str(folder) in said or re.search(r"/tmp/|watchfloor-\w{8}", said):
        raise BrokenPromiseError(f"a path of this machine is shown: {said[:300]!r}")
    if "the reader of this format has a fault" in said:
        raise BrokenPromiseError(said)


def reset_peak() -> None:
    """Let the peak of this process's memory be measured anew."""
    with Path("/proc/self/clear_refs").open("w") as file:
        file.write("5")


def peak_mb() -> float:
    """The most memory of this process since it was reset, and of the largest child there ever was."""
    text = Path("/proc/self/status").read_text()
    own = int(text.split("VmHWM:")[1].split()[0]) / 1024
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
