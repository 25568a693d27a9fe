"""Why positions are left out of pictures, voyages and events: each counted once, and told in words.

A position may bear several marks. It is counted under the first of these that it bears: what makes its place or its
time no place or time at all comes first, and what only the rest of the track shows comes last.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from watchfloor.geo.track_marks import Mark

REASONS: Final[tuple[tuple[Mark, str], ...]] = (
    (Mark.OUT_OF_RANGE, "out of range"),
    (Mark.NULL_ISLAND, "at 0° 0°"),
    (Mark.CLOCK, "wrong clock"),
    (Mark.SWAPPED_AXES, "swapped axes"),
    (Mark.REPEATED_IDENTITY, "repeated identity"),
    (Mark.IMPOSSIBLE_SPEED, "impossible speed"),
    (Mark.DUPLICATE, "duplicate"),
)
WORDS: Final = (*(word for _, word in REASONS), "other")
"""Of each reason its word; the last is for what is left out without one of them."""
KINDS: Final = len(WORDS)

_KIND_OF: Final = np.full(2 * max(Mark), KINDS - 1, np.uint8)
for _place, (_mark, _) in reversed(list(enumerate(REASONS))):
    _KIND_OF[(np.arange(len(_KIND_OF)) & int(_mark)) > 0] = _place


def kinds_of(marks: ArrayLike) -> NDArray[np.uint8]:
    """For each position that is left out the place of its reason in WORDS, from its marks; shape (n,)."""
    kinds: NDArray[np.uint8] = _KIND_OF[np.asarray(marks, np.uint16)]
    return kinds


def counted(marks: ArrayLike) -> NDArray[np.int64]:
    """How many positions are left out for each reason, from their marks; shape (KINDS,)."""
    return np.bincount(kinds_of(marks), minlength=KINDS).astype(np.int64)


def none_left_out() -> NDArray[np.int64]:
    """Nothing is left out for any reason."""
    return np.zeros(KINDS, np.int64)


def written_reasons(counts: Iterable[int]) -> str:
    """Reasons and their counts, the most frequent first; empty if nothing is left out."""
    told = sorted(((n, word) for word, n in zip(WORDS, counts, strict=True) if n), key=lambda one: -one[0])
    return ", ".join(f"{n:,} {word}" for n, word in told)
