"""Names of files in a watched folder: which are looked at, and under which a file that was taken is kept."""

import itertools
import os
from collections.abc import Iterator

UNFINISHED = (".part", ".filepart", ".partial", ".tmp")
# the longest name of a file is 255 bytes, and the longest that is added to it takes 40
MOST_BYTES = 200
DIGEST_LETTERS = 12


def is_offered(name: str) -> bool:
    """Whether a file of that name is meant to be taken: not hidden, and not under the name of a transfer."""
    return not name.startswith(".") and not name.lower().endswith(UNFINISHED)


def names_for(name: str, digest: str) -> Iterator[str]:
    """Names under which a file may be kept: its own, with a part of its digest, and with a number, without end."""
    stem, ending = _parted(name)
    stem = _cut(stem, MOST_BYTES - len(os.fsencode(ending)))
    yield stem + ending
    marked = f"{stem}.{digest[:DIGEST_LETTERS]}"
    yield marked + ending
    yield from (f"{marked}.{number}{ending}" for number in itertools.count(2))


def _parted(name: str) -> tuple[str, str]:
    """The name without and with nothing but its ending; `.csv.gz` is one."""
    stem, ending = os.path.splitext(name)
    if ending.lower() in {".gz", ".zip"}:
        stem, inner = os.path.splitext(stem)
        ending = inner + ending
    return (stem, ending) if len(os.fsencode(ending)) <= 30 else (name, "")


def _cut(stem: str, most: int) -> str:
    encoded = os.fsencode(stem)
    return stem if len(encoded) <= most else encoded[:most].decode("utf-8", "ignore")
