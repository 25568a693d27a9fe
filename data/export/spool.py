"""What was read for a file is put aside before it is written: the transaction ends soon, all is known beforehand."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import polars as pl
import pyarrow as pa
from pyarrow import ipc

ROWS = 50_000
PRIVATE = 0o600


class Spool:
    """Frames of one shape in a file that only its account reads; written once, then read, again and again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb")
        self._writer: ipc.RecordBatchFileWriter | None = None
        self.rows = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Put a frame aside; all have the same columns."""
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        if self._writer is None:
            self._writer = ipc.new_file(self._file, table.schema)
        self._writer.write_table(table, max_chunksize=ROWS)
        self.rows += frame.height

    def close(self) -> Self:
        """Nothing more is put aside."""
        if not self._file.closed:
            if self._writer is not None:
                self._writer.close()
            self._file.close()
        return self

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """The frames, of at most ROWS rows each; only one is in memory at a time."""
        if self._writer is None:
            return
        with pa.memory_map(str(self._path)) as file:
            reader = ipc.open_file(file)
            for index in range(reader.num_record_batches):
                found = pl.from_arrow(reader.get_batch(index))
                assert isinstance(found, pl.DataFrame)
                yield found

    def remove(self) -> None:
        """Delete the file."""
        self.close()
        self._path.unlink(missing_ok=True)
