"""Features of a file as batches of columns, read by `feature_process` in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from watchfloor.data.ingest.feature_process import OTHER_DRIVERS, SKIP
from watchfloor.geo.errors import BadFile

BATCH_FEATURES = 5_000
_LONGEST_LINE = 1 << 20
_MOST_SAID = 1 << 16
_MOST_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Job:
    """One layer of one file: name for messages, path as the reader finds it, GDAL's name of the driver.

    layer: None for the only one; encoding: None for that of the file; named: where a person says which layer.
    """

    name: str
    path: Path
    driver: str
    layer: str | None
    encoding: str | None = None
    named: str = "table.layer"


class NoSuchLayer(BadFile):
    """The file has not one layer but several or none, or not the one that was named."""

    def __init__(self, job: Job, layers: tuple[str, ...]) -> None:
        listed = ", ".join(repr(layer[:40]) for layer in layers[:30]) or "none"
        if job.layer is None:
            super().__init__(f"{job.name}: say by {job.named} which layer is meant; it has {listed}")
        else:
            super().__init__(f"{job.name}: has no layer {job.layer[:40]!r} (named by {job.named}); it has {listed}")
        self.layers = layers


@dataclass(frozen=True, slots=True)
class Features:
    """Batches of a layer: attributes as they come, and the column `geometry` as WKB; crs as EPSG code or WKT."""

    crs: str | None
    batches: Iterator[pl.DataFrame]
    warnings: dict[str, int]


@contextmanager
def read_features(job: Job) -> Iterator[Features]:
    """The features of a layer; `warnings` is filled when all batches are taken.

    Raises BadFile if the file cannot be read, or has not that layer.
    """
    said: dict[str, int] = {}
    process = _started(job)
    try:
        head = _head(process, job)
        yield Features(head["crs"], _batches(process, job, head["geometry"], said), said)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _started(job: Job) -> subprocess.Popen[bytes]:
    wanted = {
        "path": str(job.path),
        "driver": job.driver,
        "layer": job.layer,
        "encoding": job.encoding,
        "batch": BATCH_FEATURES,
    }
    return subprocess.Popen(  # noqa: S603 - this interpreter, a module of ours, and the job as one argument
        [sys.executable, "-I", "-m", "watchfloor.data.ingest.feature_process", json.dumps(wanted)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # no secrets of the server, no settings of GDAL that somebody left about
        env={
            "PATH": "/usr/bin:/bin",
            "OGR_GEOJSON_MAX_OBJ_SIZE": "64",
            "LIBKML_RESOLVE_STYLE": "NO",
            SKIP: OTHER_DRIVERS,
        },
    )


def _head(process: subprocess.Popen[bytes], job: Job) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline(_LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise _refusal(process, job)
    head: dict[str, Any] = json.loads(line)
    if "layer" not in head:
        raise NoSuchLayer(job, tuple(head["layers"]))
    return head


def _batches(process: subprocess.Popen[bytes], job: Job, geometry: str, said: dict[str, int]) -> Iterator[pl.DataFrame]:
    assert process.stdout is not None
    try:
        with pa.ipc.open_stream(process.stdout) as stream:
            yield _frame(stream.schema.empty_table(), geometry)
            for batch in stream:
                yield _frame(batch, geometry)
    except (pa.ArrowInvalid, OSError) as error:
        raise _refusal(process, job) from error
    told = _told(process)
    if process.wait() != 0:
        raise _refusal(process, job, told)
    try:
        said.update(json.loads(told)["warnings"])
    except (ValueError, KeyError, TypeError):
        # a library wrote there before it could be silenced
        said["something that could not be understood"] = 1


def _frame(batch: pa.RecordBatch | pa.Table, geometry: str) -> pl.DataFrame:
    """Columns of a batch; `geometry` is there even if the layer has none."""
    columns = {"geometry": pl.Series("geometry", [None] * batch.num_rows, dtype=pl.Binary)}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        plain = column.storage if isinstance(column, pa.ExtensionArray) else column
        if isinstance(plain.type, pa.BaseExtensionType):
            plain = plain.cast(plain.type.storage_type)
        if name == geometry:
            columns["geometry"] = pl.Series("geometry", pl.from_arrow(plain), dtype=pl.Binary)
        elif not pa.types.is_binary(plain.type):
            columns[name] = pl.Series(name, pl.from_arrow(plain))
    return pl.DataFrame(columns)


def _told(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stderr is not None
    return process.stderr.read(_MOST_SAID)


def _refusal(process: subprocess.Popen[bytes], job: Job, told: bytes | None = None) -> BadFile:
    told = _told(process) if told is None else told
    try:
        code = process.wait(_MOST_SECONDS)
    except subprocess.TimeoutExpired:
        # it may be waiting for somebody to read what it says
        process.kill()
        code = process.wait()
    try:
        why = str(json.loads(told)["error"])
    except (ValueError, KeyError, TypeError):
        why = f"its reader ended with {code}, as after a crash or for want of memory"
    clean = " ".join(why.replace(str(job.path), job.name).replace(str(job.path.parent), "").split())
    return BadFile(f"{job.name}: cannot be read: {clean[:400]}; nothing was loaded")
