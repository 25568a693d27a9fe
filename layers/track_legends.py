"""What a picture of tracks says of itself: how many positions of how many, from when, and what its light means."""

from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from watchfloor.layers.legends import Legend
from watchfloor.layers.palettes import Theme
from watchfloor.layers.tracks import CATEGORIES, COLOURS


class TracksShown(NamedTuple):
    """What is shown of a question's tracks.

    by_category: positions by category, those that cleaning has marked from 8 on, shape (16,). n_fixes, n_drawn:
    positions that there are, and that the picture holds. most: passages on a pixel that have full light. built_s: when
    the derived files were listed, seconds since 1970; 0 if there are none.
    """

    by_category: NDArray[np.int64]
    n_fixes: int
    n_drawn: int
    most: int
    built_s: float


def tracks_legend(shown: TracksShown, theme: Theme) -> Legend:
    """Its legend."""
    sound, marked = shown.by_category[: len(CATEGORIES)], int(shown.by_category[len(CATEGORIES) :].sum())
    swatches = tuple((COLOURS[theme][index], CATEGORIES[index]) for index in np.flatnonzero(sound))
    lines = [f"{shown.n_drawn:,} of {shown.n_fixes:,} positions drawn"]
    if marked:
        lines.append(f"{marked:,} of them left out: cleaning marked them")
    lines.append(f"brighter: more passages, full light from {shown.most:,} on a pixel")
    if shown.built_s:
        lines.append(f"derived files of {datetime.fromtimestamp(shown.built_s, UTC):%Y-%m-%d %H:%MZ}")
    return Legend("Tracks", "craft by kind", "single events", swatches=swatches, lines=tuple(lines))
