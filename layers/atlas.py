"""The basemap's artefact: coasts, lakes, borders and labels, in three levels of detail, read once.

Vertices are integers in Web Mercator, counted from the world's north-west corner: `world` of them to a turn.
Coasts and lake shores run with their inside always on the same hand, so that areas need no rings.
"""

import json
from dataclasses import dataclass
from enum import IntEnum
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.layers.antialias import Lines, boxes_of

ARTEFACT: Final = "basemap.npz"
CHUNK_EDGES: Final = 32


class PathKind(IntEnum):
    """What a path of the atlas is; COAST and SEAM together enclose the land."""

    COAST = 0
    SEAM = 1
    LAKE = 2
    BORDER = 3
    STATE = 4
    COUNTY = 5


class LabelKind(IntEnum):
    """What a label names."""

    SEA = 0
    COUNTRY = 1
    STATE = 2
    COUNTY = 3
    CITY = 4
    PORT = 5
    CROSSING = 6


@dataclass(frozen=True, slots=True)
class Level:
    """One level of detail: `world` units to a turn, and the lines of each kind.

    x runs on beyond `world`, up to `furthest`, where a coast crosses the antimeridian: nothing is cut there.
    """

    world: int
    furthest: int
    lines: dict[PathKind, Lines]
    land: Lines


@dataclass(frozen=True, slots=True)
class Label:
    """A name on the map: x and y from 0 to 1 across the Mercator world, shown from `first` to `last` zoom.

    The lower the rank, the sooner it is placed.
    """

    kind: LabelKind
    text: str
    x: float
    y: float
    first: int
    last: int
    rank: int


@dataclass(frozen=True, slots=True)
class Atlas:
    """Everything that the basemap draws from, by level of detail (coarse first)."""

    levels: tuple[Level, ...]
    first_zooms: tuple[int, ...]
    labels: tuple[Label, ...]

    @classmethod
    def load(cls) -> "Atlas":
        """Read the committed artefact; about a tenth of a second."""
        with (
            files("watchfloor.layers.artefacts").joinpath(ARTEFACT).open("rb") as stream,
            np.load(stream, allow_pickle=False) as stored,
        ):
            about = json.loads(stored["about"].tobytes())
            levels = tuple(_level(stored, name, world) for name, world in about["levels"])
            labels = tuple(Label(LabelKind(row[0]), *row[1:]) for row in about["labels"])
        return cls(levels, tuple(about["first_zooms"]), labels)

    def level_at(self, zoom: int) -> Level:
        """The level of detail for a zoom."""
        chosen = max(i for i, first in enumerate(self.first_zooms) if first <= max(zoom, self.first_zooms[0]))
        return self.levels[chosen]


def _level(stored: Any, name: str, world: int) -> Level:
    counts = stored[f"{name}_counts"].astype(np.int64)
    kinds = stored[f"{name}_kinds"]
    xy = _vertices(counts, stored[f"{name}_starts"], stored[f"{name}_steps"])
    lines = {kind: _lines(xy, counts, kinds == kind) for kind in PathKind}
    return Level(world, int(xy[:, 0].max()), lines, _lines(xy, counts, kinds <= PathKind.SEAM))


def _vertices(counts: NDArray[np.int64], starts: NDArray[np.int32], steps: NDArray[np.uint8]) -> NDArray[np.int32]:
    # steps: low and high byte of zigzag-coded differences along x and y, shape (2, 2, vertices - paths)
    coded = steps[0].astype(np.int32) | (steps[1].astype(np.int32) << 8)
    differences = (coded >> 1) ^ -(coded & 1)
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    moved = np.zeros((int(counts.sum()), 2), np.int32)
    inner = np.ones(len(moved), np.bool_)
    inner[first] = False
    moved[inner] = differences.T
    run = np.cumsum(moved, axis=0, dtype=np.int64)
    return (run + np.repeat(starts - run[first], counts, axis=0)).astype(np.int32)


def _lines(xy: NDArray[np.int32], counts: NDArray[np.int64], chosen: NDArray[np.bool_]) -> Lines:
    first = np.cumsum(counts) - counts
    edges = counts[chosen] - 1
    pieces = -(-edges // CHUNK_EDGES)
    within = np.arange(int(pieces.sum())) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    begin = np.repeat(first[chosen], pieces) + within * CHUNK_EDGES
    end = np.minimum(begin + CHUNK_EDGES, np.repeat(first[chosen] + edges, pieces))
    chunks = np.stack([begin, end], axis=1).astype(np.int32)
    return Lines(xy, chunks, boxes_of(xy, chunks))
