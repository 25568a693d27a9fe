"""Files of features put where their reader finds them alone: under a name of ours, in a folder of their own."""

from pathlib import Path
from typing import BinaryIO

from watchfloor.data.ingest.opened import Opened
from watchfloor.geo.errors import BadFile

MOST_BYTES = 4 << 30
_CHUNK = 1 << 20


def lent(opened: Opened, path: Path) -> Path:
    """The path at which a file is found: a link to it, or its decompressed content.

    Nothing else that lies beside the file can be found from there.
    Raises BadFile if the content grows past all measure.
    """
    if not opened.is_gzip:
        path.symlink_to(opened.path.resolve())
        return path
    with opened.plain() as plain:
        written_out(plain, path, MOST_BYTES, opened.name)
    return path


def written_out(source: BinaryIO, path: Path, most: int, name: str) -> None:
    """Write a stream to a new file of at most so many bytes.

    Raises BadFile if there are more.
    """
    left = most
    with path.open("xb") as file:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise BadFile(f"{name}: unpacks to more than {most:,} bytes; nothing was loaded")
            file.write(chunk)
