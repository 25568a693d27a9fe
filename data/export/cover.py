"""The cover of a table: a CSV has no place where a person would look for what it says of itself, so a page goes along.

Both are in one ZIP, which every system opens: the table by the name of the file, and beside it a text for a person.
"""

import zipfile
from pathlib import Path
from typing import Final

from watchfloor.geo.handing_on import Handling

# the fastest: a table shrinks to a fifth by it, and is not waited for
_LEVEL: Final = 1
_BOM: Final = "\ufeff"
READING: Final = (
    "when is written as far as it is known; from_utc and before_utc are the span in which it lies.",
    "known_within_m is how well the place is known, in metres, as the page tells it.",
    "lon and lat are rounded, no finer than that: the true place lies within point_within_m metres of them.",
    "reported sums stand at a point of their area, which is not rounded: they have known_within_m alone.",
    "kilograms are as the source gave them, turned into kilograms: they are no more exact than the source was.",
    "flags says in words what was found wrong or missing in the values of a position when it was read; empty: nothing.",
    "marking and about_this_file repeat this page in the table, for whoever gets the table alone.",
)


def put_under_cover(table: Path, to: Path, handling: Handling) -> None:
    """Pack a table with its cover, and let go of the table alone. The file is for its account alone."""
    to.touch(mode=0o600, exist_ok=False)
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as pack:
        pack.writestr(f"{handling.file_stem}_README.txt", _BOM + cover(handling))
        pack.write(table, f"{handling.file_stem}.csv")
    table.unlink()


def cover(handling: Handling) -> str:
    """What the cover says, as lines that Windows ends as it does; texts of others on one line each."""
    marking, *told = handling.sentences
    lines = [marking, "", *told, "", "How to read the table:", *READING, "", marking]
    return "".join(f"{_plain(line)}\r\n" for line in lines)


def _plain(line: str) -> str:
    """A line without what is not seen: it could hide or turn round what stands beside it."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in line).split())
