"""What a picture of tracks says of itself: how many positions of how many, from when, and what its light means."""

from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.track_marks import AIRCRAFT
from watchfloor.geo.track_reasons import written_reasons
from watchfloor.layers.legends import Legend
from watchfloor.layers.palettes import Theme
from watchfloor.layers.tracks import CATEGORIES, COLOURS


class TracksShown(NamedTuple):
    """What is shown of a question's tracks.

    by_category: positions by category; from 8 on those that cleaning has marked, by reason; shape (16,). n_fixes,
    n_drawn: positions that there are, and that the picture holds: what is marked is held, but gives no light. most:
    passages on a pixel that have full light. built_s: when the derived files were listed, seconds since 1970; 0 if
    there are none. on_land: positions of vessels far from any water, which are drawn like others.
    """

    by_category: NDArray[np.int64]
    n_fixes: int
    n_drawn: int
    most: int
    built_s: float
    on_land: int = 0


def tracks_legend(shown: TracksShown, theme: Theme) -> Legend:
    """Its legend."""
    sound, left_out = np.split(shown.by_category, [len(CATEGORIES)])
    marked = int(left_out.sum())
    swatches = tuple((COLOURS[theme][index], CATEGORIES[index]) for index in np.flatnonzero(sound))
    lines = [_written_drawn(shown, marked)]
    if marked:
        lines.append(f"left out: {written_reasons(left_out.tolist())}")
    if shown.on_land:
        lines.append(f"{shown.on_land:,} of vessels on land, far from any water: drawn all the same")
    lines.append(f"brighter: more passages, full light from {shown.most:,} on a pixel")
    if shown.built_s:
        lines.append(f"derived files of {datetime.fromtimestamp(shown.built_s, UTC):%Y-%m-%d %H:%MZ}")
    unit = f"{_written_craft(sound)} by kind"
    return Legend("Tracks", unit, "single events", swatches=swatches, lines=tuple(lines))


def _written_drawn(shown: TracksShown, marked: int) -> str:
    """How many positions are drawn, of how many, and why the others are not."""
    reasons = [(marked, "marked by cleaning"), (shown.n_fixes - shown.n_drawn, "not in the derived files yet")]
    why = " and ".join(f"{n:,} {reason}" for n, reason in reasons if n > 0)
    return f"{shown.n_drawn - marked:,} of {shown.n_fixes:,} positions drawn" + (f", without {why}" if why else "")


def _written_craft(sound: NDArray[np.int64]) -> str:
    """What moved along these tracks."""
    is_flown, is_sailed = bool(sound[AIRCRAFT]), bool(np.delete(sound, AIRCRAFT).any())
    named = [name for name, is_there in (("vessels", is_sailed), ("aircraft", is_flown)) if is_there]
    return " and ".join(named) or "craft"
