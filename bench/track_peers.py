"""What else draws tracks: Datashader's lines through the same positions, and a HoloViews page that rasterizes them.

Both get only what the reader may see, in memory, in the form that each is quickest with, and draw one picture of the
same pixels; neither shades for a map, cuts tiles or makes a PNG.
"""

import os
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench import track_world as world
from bench.results import Result, p95
from watchfloor.geo.track_counting import Place

ROUNDS = 3
GOAL_S = 0.1
FLOOR_ZOOM = 5

type Floats = NDArray[np.float32]
type Extent = tuple[tuple[float, float], tuple[float, float]]


class Strung(NamedTuple):
    """Positions on the square world, shape (n,), and where each line begins."""

    x: Floats
    y: Floats
    begins: NDArray[np.int64]


def strung(n: int) -> Strung:
    """All positions of a world, line by line."""
    x, y, begins, at = [], [], [], 0
    for _, of in world.labels(n):
        x.append(((of.lon + 180) / 360).astype(np.float32))
        y.append((0.5 - np.arcsinh(np.tan(np.radians(of.lat))) / (2 * np.pi)).astype(np.float32))
        begins.append(at + np.append(0, np.flatnonzero(np.diff(of.voyage)) + 1))
        at += len(of.lon)
    return Strung(np.concatenate(x), np.concatenate(y), np.concatenate(begins))


def line_views(n: int, views: dict[str, tuple[Place, ...]], ours: Callable[[tuple[Place, ...]], float]) -> list[Result]:
    """Each view by Datashader's lines and by us (seconds, as `ours` measures them); then as a HoloViews page.

    views: by name, tiles of one zoom that make up a rectangle.
    """
    lines = strung(n)
    results = []
    for name, places in views.items():
        seconds, theirs = ours(places), _datashader(lines, places)
        told = f"{len(lines.x) / 1e6:.0f} M vertices of lines, {name}"
        beside = f"Datashader, {theirs * 1e3:,.0f} ms, load {os.getloadavg()[0]:.1f}"
        results.append(Result(told, seconds * 1e3, "ms", "<= 100 ms", seconds <= GOAL_S, beside, theirs / seconds))
        page = _holoviews(lines, places)
        results.append(
            Result(
                f"the same positions on a HoloViews page, {name}", page * 1e3, "ms", "", None, "ours", page / seconds
            )
        )
    return results


def extent(places: tuple[Place, ...]) -> Extent:
    """Ranges of x and y on the square world."""
    size = 1 << places[0].z
    columns, rows = [place.x for place in places], [place.y for place in places]
    return (min(columns) / size, (max(columns) + 1) / size), (min(rows) / size, (max(rows) + 1) / size)


def pixels(places: tuple[Place, ...]) -> tuple[int, int]:
    """Width and height."""
    size = 256 << places[0].z
    across, down = extent(places)
    return round((across[1] - across[0]) * size), round((down[1] - down[0]) * size)


def _datashader(lines: Strung, places: tuple[Place, ...]) -> float:
    import datashader as ds  # noqa: PLC0415
    from datashader.datatypes import RaggedArray  # noqa: PLC0415

    columns = {name: RaggedArray({"start_indices": lines.begins.astype(np.uint64), "flat_array": part})
               for name, part in (("x", lines.x), ("y", lines.y))}  # fmt: skip
    frame = pd.DataFrame(columns)
    across, down = extent(places)
    canvas = ds.Canvas(*pixels(places), across, down)
    return timed(lambda: canvas.line(frame, x="x", y="y", axis=1, agg=ds.count()))


def _holoviews(lines: Strung, places: tuple[Place, ...]) -> float:
    """From a change of the range to the picture that is sent to the browser; the browser's part is not in it."""
    import holoviews as hv  # noqa: PLC0415
    from holoviews.operation.datashader import rasterize  # noqa: PLC0415
    from holoviews.streams import RangeXY  # noqa: PLC0415

    hv.extension("bokeh")
    width, height = pixels(places)
    ranges = RangeXY()
    points: Any = hv.Points(pd.DataFrame({"x": lines.x, "y": lines.y}), ["x", "y"])
    page = rasterize(points, width=width, height=height, streams=[ranges], dynamic=True)
    plot: Any = hv.renderer("bokeh").get_plot(page)
    across, down = extent(places)

    def move() -> None:
        # a range that was asked for before would be answered from what is kept
        shift = (across[1] - across[0]) * 1e-3 * (time.perf_counter() % 1)
        ranges.event(x_range=(across[0] + shift, across[1] + shift), y_range=down)
        plot.refresh()

    return timed(move)


def timed(act: Callable[[], object]) -> float:
    """The 95th percentile of some rounds, the first left out."""
    act()
    marks = [time.perf_counter()]
    for _ in range(ROUNDS):
        act()
        marks.append(time.perf_counter())
    return p95([end - begin for begin, end in pairwise(marks)])


def histogram_s(n: int) -> float:
    """Seconds of the floor of building: all positions on the pixels of FLOOR_ZOOM, and of the zooms above it, by NumPy.

    One picture of all: without labels, categories, time or lines, and nothing is written. Inventing does not count.
    """
    size, taken = 256 << FLOOR_ZOOM, 0.0
    pixels_of = []
    for _, of in world.labels(n):
        begun = time.perf_counter()
        column = ((of.lon + 180) / 360 * size).astype(np.int64)
        row = ((0.5 - np.arcsinh(np.tan(np.radians(of.lat))) / (2 * np.pi)) * size).astype(np.int64)
        pixels_of.append(row * size + column)
        taken += time.perf_counter() - begun
    begun = time.perf_counter()
    counts = np.bincount(np.concatenate(pixels_of), minlength=size * size).astype(np.uint32).reshape(size, size)
    while len(counts) > 256:
        half = len(counts) // 2
        counts = counts.reshape(half, 2, half, 2).sum(axis=(1, 3), dtype=np.uint32)
    return taken + time.perf_counter() - begun
