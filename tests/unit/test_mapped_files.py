"""Files mapped into memory: the bytes are those of the file, whatever becomes of its name, and none stays open."""

import gc
import os
from pathlib import Path

import numpy as np
import pytest

from watchfloor.data.tracks.mapped import mapped


def test_many_files_are_mapped_and_none_is_kept_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    paths = [tmp_path / str(n) for n in range(300)]
    for n, path in enumerate(paths):
        path.write_bytes(bytes([n % 256]) * (n + 1))

    held = [mapped(path) for path in paths]

    assert len(os.listdir("/proc/self/fd")) <= before + 1
    assert all((one == n % 256).all() and len(one) == n + 1 for n, one in enumerate(held))


def test_what_is_mapped_outlives_its_name_and_goes_with_its_last_holder(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(np.arange(8192, dtype=np.uint64).tobytes())
    part = mapped(path)[8 * 100 : 8 * 101].view(np.uint64)
    path.unlink()
    gc.collect()

    assert part.tolist() == [100]
    assert "file (deleted)" in Path("/proc/self/maps").read_text()
    del part
    gc.collect()
    assert "file (deleted)" not in Path("/proc/self/maps").read_text()


def test_what_is_mapped_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    with pytest.raises(ValueError, match="read-only"):
        mapped(tmp_path / "file")[0] = 1


def test_an_empty_file_is_empty_and_a_missing_one_is_missing(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert mapped(tmp_path / "empty").size == 0
    with pytest.raises(FileNotFoundError):
        mapped(tmp_path / "none")
