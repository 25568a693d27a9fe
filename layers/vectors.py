"""Marks that are few: drawn one by one above the tiles, and found again under a tap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from watchfloor.geo.crs import to_mercator

type Floats = NDArray[np.float64]

WORLD_M = 2 * np.pi * 6_378_137.0
TILE_PIXELS = 256
# what a glyph takes from columns where a layer gives none
LOOK = {"fill": "#62b0ee", "line": "#0a0f16", "alpha": 0.9, "width": 1.0, "size": 8.0, "marker": "circle", "angle": 0.0}


class Shape(StrEnum):
    """What marks are."""

    POINTS = "points"
    LINES = "lines"
    AREAS = "areas"


# how far from a mark a tap still means it; lines cross, so theirs is the least
REACH_PX = {Shape.POINTS: 12.0, Shape.LINES: 6.0, Shape.AREAS: 0.0}


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Marks of one layer, n of them.

    lon, lat: EPSG:4326 degrees. Points: shape (n,). Lines and areas: n arrays of vertices; a shape across
    the antimeridian runs on beyond 180, so that it stays whole. names: what a tap on each asks about.
    columns: n values each. Those named in LOOK are how it looks (size and width in pixels, angle in
    radians), others are what hovering tells; hover: pairs of title and column.
    """

    shape: Shape
    lon: Sequence[ArrayLike] | Floats
    lat: Sequence[ArrayLike] | Floats
    names: tuple[str, ...] = ()
    columns: Mapping[str, Sequence[object] | NDArray[np.generic]] = field(default_factory=dict)
    hover: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.lon)

    def looks(self, opacity: float = 1.0) -> dict[str, list[object]]:
        """All columns with the defaults filled in; opacity from 0 to 1 thins `alpha`."""
        filled: dict[str, list[object]] = {name: [value] * len(self) for name, value in LOOK.items()}
        filled |= {name: np.asarray(values).tolist() for name, values in self.columns.items()}
        filled["alpha"] = [float(str(alpha)) * opacity for alpha in filled["alpha"]]
        return filled


def nothing(shape: Shape) -> Vectors:
    """No marks of that shape."""
    return Vectors(shape, [], [])


def mercator(vectors: Vectors) -> tuple[list[Floats], list[Floats]]:
    """EPSG:3857 metres of each mark: scalars for points, arrays for lines and areas."""
    if vectors.shape is Shape.POINTS:
        x, y = to_mercator(np.asarray(vectors.lon, np.float64), np.asarray(vectors.lat, np.float64))
        return list(x), list(y)
    pairs = [to_mercator(lon, lat) for lon, lat in zip(vectors.lon, vectors.lat, strict=True)]
    return [x for x, _ in pairs], [y for _, y in pairs]


@dataclass(frozen=True, slots=True)
class Touch:
    """A tap: where, and how much one pixel is there in EPSG:3857 metres."""

    lon: float
    lat: float
    zoom: float

    @property
    def metres_per_pixel(self) -> float:
        """EPSG:3857 metres of one pixel."""
        return float(WORLD_M / TILE_PIXELS / 2.0**self.zoom)


def touched(vectors: Vectors, touch: Touch) -> int | None:
    """Index of the mark nearest to a tap, or None if none lies within REACH_PX of it.

    Inside an area is at distance 0; among equals the last drawn, which lies on top.
    """
    if not len(vectors):
        return None
    tap_x, tap_y = (float(value) for value in to_mercator(touch.lon, touch.lat))
    xs, ys = mercator(vectors)
    apart = np.array([_distance(vectors.shape, x, y, tap_x, tap_y) for x, y in zip(xs, ys, strict=True)])
    apart /= touch.metres_per_pixel
    if vectors.shape is Shape.POINTS:
        apart = np.maximum(apart - np.array(vectors.looks()["size"], np.float64) / 2, 0.0)
    nearest = len(apart) - 1 - int(np.argmin(apart[::-1]))
    return nearest if apart[nearest] <= REACH_PX[vectors.shape] else None


def _distance(shape: Shape, x: object, y: object, tap_x: float, tap_y: float) -> float:
    """Metres from a tap to a mark, on whichever copy of the world is nearest."""
    away_x = np.atleast_1d(np.asarray(x, np.float64)) - tap_x
    away_y = np.atleast_1d(np.asarray(y, np.float64)) - tap_y
    away_x = away_x - np.round(away_x.mean() / WORLD_M) * WORLD_M
    if shape is Shape.AREAS and _surrounds(away_x, away_y):
        return 0.0
    if len(away_x) == 1:
        return float(np.hypot(away_x[0], away_y[0]))
    if shape is Shape.AREAS:
        away_x, away_y = np.append(away_x, away_x[0]), np.append(away_y, away_y[0])
    return _to_line(away_x, away_y)


def _to_line(x: Floats, y: Floats) -> float:
    """Distance of the origin to a line through these points."""
    step_x, step_y = np.diff(x), np.diff(y)
    length = np.maximum(step_x**2 + step_y**2, 1e-12)
    share = np.clip(-(x[:-1] * step_x + y[:-1] * step_y) / length, 0.0, 1.0)
    return float(np.hypot(x[:-1] + share * step_x, y[:-1] + share * step_y).min())


def _surrounds(x: Floats, y: Floats) -> bool:
    """Whether a closed line through these points runs round the origin: even-odd rule."""
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    crosses = (y > 0) != (next_y > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x + (0 - y) / (next_y - y) * (next_x - x)
    return bool(np.count_nonzero(crosses & (at > 0)) % 2)
