"""Live positions: where craft were heard last, as marks that the browser draws above the tiles: few bytes, no picture.

Marks refresh each second and move with the map, so that neither a batch nor a pan costs a picture on the server.
"""

import struct
from typing import Final

import numpy as np

from watchfloor.geo.crs import to_mercator
from watchfloor.geo.newest import WINDOW, NewestPositions
from watchfloor.layers.legends import Legend
from watchfloor.layers.palettes import Theme
from watchfloor.layers.tracks import CATEGORIES, COLOURS
from watchfloor.layers.vectors import WORLD_M

UNKNOWN: Final = 65_535
"""In place of a direction: the mark is a dot."""

# a course says where a craft points only while it moves
_LEAST_KN: Final = 0.5
_OLDEST_S: Final = 65_534


def packed(newest: NewestPositions) -> bytes:
    """Little-endian: n and total (uint32), then n each of x, y (float32, shares of the world's width from its middle).

    Then n each of age in seconds and direction in degrees (uint16, UNKNOWN if none), and of category (uint8).
    """
    x, y = to_mercator(newest.lon, newest.lat)
    parts = (
        (x / WORLD_M).astype("<f4"),
        (y / WORLD_M).astype("<f4"),
        np.clip(newest.age_s, 0, _OLDEST_S).astype("<u2"),
        _directions(newest),
        newest.category.astype("u1"),
    )
    return struct.pack("<II", len(newest.craft), newest.total) + b"".join(part.tobytes() for part in parts)


def _directions(newest: NewestPositions) -> np.ndarray[tuple[int], np.dtype[np.uint16]]:
    """Where each craft points: its heading, else its course while it moves."""
    moves = np.nan_to_num(newest.speed_kn) >= _LEAST_KN
    found = np.where(np.isnan(newest.heading_deg), np.where(moves, newest.course_deg, np.nan), newest.heading_deg)
    return np.where(np.isnan(found), UNKNOWN, np.round(np.nan_to_num(found)) % 360).astype("<u2")


def live_look(theme: Theme) -> dict[str, object]:
    """What the browser needs to draw the marks: a colour for each category, and the window in seconds."""
    colours = [f"rgb({red} {green} {blue})" for red, green, blue in COLOURS[theme]]
    return {"colours": colours, "edge": "#0a0f16" if theme == "dark" else "#ffffff", "window_s": WINDOW.total_seconds()}


def live_legend(theme: Theme) -> Legend:
    """What the marks mean; how old the newest is stands on the map itself, for it changes each second."""
    swatches = tuple(zip(COLOURS[theme], CATEGORIES, strict=True))
    minutes = int(WINDOW.total_seconds() // 60)
    lines = (
        f"where each craft was heard last, of the newest {minutes} minutes",
        "pointed: its heading; round: not known, or not under way",
        "paler: longer ago",
    )
    return Legend("Live positions", "craft by kind", "single events", swatches=swatches, lines=lines)
