"""Where an export goes: standard output, or a new file that nobody else may read."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from watchfloor.geo.errors import BadInput

STDOUT = Path("-")


@contextmanager
def private_file(path: Path) -> Iterator[IO[str]]:
    """The file, new and closed to everybody else: what is exported may be protected. Raises BadInput."""
    if path == STDOUT:
        yield sys.stdout
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise BadInput(f"{path} cannot be made: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
        yield out
