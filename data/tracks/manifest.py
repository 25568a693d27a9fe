"""Which derived files there are, and from which versions of the store each was made.

The list is one file that is replaced as a whole: whoever reads it sees the old list or the new, and every file on
either is whole, because files are written before they are listed and never changed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from typing import Final, NamedTuple, Self

from watchfloor.geo.errors import StoreUnavailable

# goes up with the layout of a file and with the rules by which tracks are cleaned and parted
LAYOUT: Final = 10


class Span(StrEnum):
    """How long a stretch of time a bucket holds."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Key(NamedTuple):
    """Whose bucket, and of which time: label, span, first day."""

    label: int
    span: Span
    first: date

    def parent(self) -> "Key | None":
        """The bucket of the longer time that this one belongs to."""
        if self.span is Span.DAY:
            return Key(self.label, Span.MONTH, self.first.replace(day=1))
        if self.span is Span.MONTH:
            return Key(self.label, Span.YEAR, self.first.replace(month=1))
        return None


@dataclass(frozen=True)
class Entry:
    """One derived file.

    made_from: versions of the days that it was made from, by day (ISO); of a day also that of the day before, from
    which lines lead into it. digest: of its bytes. left_out: positions that cleaning has marked, by reason.
    on_land: positions of vessels on land, which are drawn like others.
    """

    key: Key
    made_from: Mapping[str, int]
    n_fixes: int
    size: int
    digest: str
    left_out: tuple[int, ...] = ()
    on_land: int = 0

    @cached_property
    def name(self) -> str:
        """Path under the root: the same for the same content of the store."""
        return name_of(self.key, self.made_from)


def name_of(key: Key, made_from: Mapping[str, int]) -> str:
    """Path under the root of the file of a key that is made from these versions."""
    said = json.dumps([LAYOUT, sorted(made_from.items())], separators=(",", ":"))
    version = blake2b(said.encode(), digest_size=8).hexdigest()
    return f"label-{key.label}/{key.span}-{key.first.isoformat()}-{version}.tracks"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The list of derived files, and when it was written (seconds since 1970; 0: never)."""

    entries: Mapping[Key, Entry] = field(default_factory=dict)
    written_s: float = 0.0

    def replaced(self, made: Iterable[Entry], gone: Iterable[Key], now_s: float) -> Self:
        """The list with these entries in place of those of their keys, and without those that are gone."""
        ended = frozenset(gone)
        left = {key: entry for key, entry in self.entries.items() if key not in ended}
        return type(self)(left | {entry.key: entry for entry in made}, now_s)

    def dumped(self) -> bytes:
        """As bytes that `loaded` takes."""
        rows = [
            [*_written(e.key), dict(e.made_from), e.n_fixes, e.size, e.digest, e.left_out, e.on_land]
            for e in self.entries.values()
        ]
        return json.dumps({"layout": LAYOUT, "written_s": self.written_s, "files": rows}).encode()

    @classmethod
    def loaded(cls, text: bytes) -> "Manifest":
        """The list as it was written; of another layout, an empty one: all will be made anew.

        Raises StoreUnavailable if it is no such list.
        """
        try:
            told = json.loads(text)
            if told["layout"] != LAYOUT:
                return Manifest()
            entries = [
                Entry(Key(label, Span(span), date.fromisoformat(first)), made_from, n, size, digest, tuple(out), land)
                for label, span, first, made_from, n, size, digest, out, land in told["files"]
            ]
            return Manifest({entry.key: entry for entry in entries}, told["written_s"])
        except (ValueError, TypeError, KeyError) as error:
            raise StoreUnavailable(
                "the list of derived tracks is damaged: `watchfloor tracks build --anew` makes them again"
            ) from error


def _written(key: Key) -> tuple[int, str, str]:
    return key.label, key.span.value, key.first.isoformat()
