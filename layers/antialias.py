"""Antialiased areas and lines on a small grid of pixels, compiled: exact coverage, no picture library.

An area is the sum of what its directed edges cover to their right, so that rings need neither be closed
inside the picture nor joined: edges left of it count whole, edges right of it not at all. A line is what lies
nearer to its segments than half its width. Both read the vertices of the atlas as they are, integers from the
world's north-west corner, and shift and scale them on the way.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import numba
import numpy as np
from numpy.typing import NDArray

type Coverage = NDArray[np.float32]
type Point = tuple[float, float]


class Lines(NamedTuple):
    """Polylines, cut into chunks with boxes, so that what is far from a picture costs nothing.

    xy: vertices, shape (v, 2), int32. chunks: first and last vertex of each, both included, shape (n, 2).
    boxes: least x, least y, most x, most y of each chunk, shape (n, 4).
    """

    xy: NDArray[np.int32]
    chunks: NDArray[np.int32]
    boxes: NDArray[np.int32]


class View(NamedTuple):
    """Where a picture looks: a vertex lies at pixel (vertex * scale - (x, y))."""

    scale: float
    x: float
    y: float


def _compiled[F: Callable[..., Any]](function: F) -> F:
    try:
        return cast(F, numba.njit(nogil=True, fastmath=True, cache=True)(function))
    except RuntimeError:
        # a read-only installation without a home has no place for compiled code: compile at each start
        return cast(F, numba.njit(nogil=True, fastmath=True)(function))


@_compiled
def boxes_of(xy: NDArray[np.int32], chunks: NDArray[np.int32]) -> NDArray[np.int32]:
    """Least and most x and y of each chunk (first and last vertex, both included), shape (n, 4)."""
    boxes = np.empty((len(chunks), 4), np.int32)
    for c in range(len(chunks)):
        first, last = chunks[c, 0], chunks[c, 1]
        left, top = xy[first, 0], xy[first, 1]
        right, bottom = left, top
        for i in range(first + 1, last + 1):
            left, right = min(left, xy[i, 0]), max(right, xy[i, 0])
            top, bottom = min(top, xy[i, 1]), max(bottom, xy[i, 1])
        boxes[c, 0], boxes[c, 1], boxes[c, 2], boxes[c, 3] = left, top, right, bottom
    return boxes


@_compiled
def _add_edge(area: Coverage, start: Point, end: Point) -> None:
    height, width = area.shape[0], area.shape[1] - 1
    if start[1] == end[1]:
        return
    sign = 1.0
    if start[1] > end[1]:
        start, end, sign = end, start, -1.0
    (x0, y0), (x1, y1) = start, end
    if y1 <= 0 or y0 >= height or min(x0, x1) >= width:
        return
    slope = (x1 - x0) / (y1 - y0)
    for row in range(max(0, int(y0)), min(height, int(np.ceil(y1)))):
        top, bottom = max(y0, float(row)), min(y1, row + 1.0)
        share = sign * (bottom - top)
        left = x0 + (top - y0) * slope
        right = x0 + (bottom - y0) * slope
        if left > right:
            left, right = right, left
        if right <= 0.0:
            area[row, 0] += share
            continue
        if left >= width:
            continue
        if right - left < 1e-6:
            right = left + 1e-6
        density = share / (right - left)
        if left < 0.0:
            area[row, 0] += -left * density
            left = 0.0
        column = int(left)
        while column < width and column < right:
            upto = min(right, column + 1.0)
            part = (upto - left) * density
            beyond = ((upto + left) / 2 - column) * part
            area[row, column] += part - beyond
            area[row, column + 1] += beyond
            left = upto
            column += 1


@_compiled
def add_area(area: Coverage, lines: Lines, view: View) -> None:
    """Add the directed edges of all chunks to an area accumulator of shape (height, width + 1).

    A chunk wholly left of the picture counts like one edge from its first to its last vertex.
    """
    height, width = area.shape[0], area.shape[1] - 1
    xy, chunks, boxes = lines
    scale, x, y = view
    for c in range(len(chunks)):
        if boxes[c, 1] * scale - y >= height or boxes[c, 3] * scale - y <= 0 or boxes[c, 0] * scale - x >= width:
            continue
        first, last = chunks[c, 0], chunks[c, 1]
        step = last - first if boxes[c, 2] * scale - x <= 0 else 1
        for i in range(first, last, step):
            start = (xy[i, 0] * scale - x, xy[i, 1] * scale - y)
            _add_edge(area, start, (xy[i + step, 0] * scale - x, xy[i + step, 1] * scale - y))


@_compiled
def settle_area(area: Coverage) -> Coverage:
    """Coverage from 0 to 1, shape (height, width), of an accumulator that all edges were added to."""
    height, width = area.shape[0], area.shape[1] - 1
    coverage = np.empty((height, width), np.float32)
    for row in range(height):
        total = 0.0
        for column in range(width):
            total += area[row, column]
            coverage[row, column] = min(1.0, abs(total))
    return coverage


@_compiled
def _draw_segment(coverage: Coverage, start: Point, end: Point, half: float) -> None:
    height, width = coverage.shape
    (x0, y0), (x1, y1) = start, end
    reach, weight = half + 0.5, min(1.0, 2 * half)
    dx, dy = x1 - x0, y1 - y0
    length2 = max(dx * dx + dy * dy, 1e-12)
    slope = dx / dy if abs(dy) > 1e-9 else 0.0
    for row in range(max(0, int(min(y0, y1) - reach)), min(height - 1, int(max(y0, y1) + reach)) + 1):
        # the columns of this row that the band around the segment can touch
        left, right = min(x0, x1), max(x0, x1)
        if slope != 0.0:
            above = x0 + (row + 0.5 - reach - y0) * slope
            below = x0 + (row + 0.5 + reach - y0) * slope
            left, right = max(left, min(above, below)), min(right, max(above, below))
        for column in range(max(0, int(left - reach)), min(width - 1, int(right + reach)) + 1):
            px, py = column + 0.5 - x0, row + 0.5 - y0
            along = min(1.0, max(0.0, (px * dx + py * dy) / length2))
            away = np.hypot(px - along * dx, py - along * dy)
            if away < reach:
                coverage[row, column] = max(coverage[row, column], min(1.0, reach - away) * weight)


@_compiled
def add_lines(coverage: Coverage, lines: Lines, view: View, half_width: float) -> None:
    """Draw the segments of all chunks into coverage (0 to 1, shape (height, width)), half_width in pixels.

    Crossing lines do not add up: the stronger one stays.
    """
    height, width = coverage.shape
    xy, chunks, boxes = lines
    scale, x, y = view
    reach = half_width + 0.5
    for c in range(len(chunks)):
        beside = boxes[c, 0] * scale - x >= width + reach or boxes[c, 2] * scale - x <= -reach
        if beside or boxes[c, 1] * scale - y >= height + reach or boxes[c, 3] * scale - y <= -reach:
            continue
        for i in range(chunks[c, 0], chunks[c, 1]):
            x0, y0 = xy[i, 0] * scale - x, xy[i, 1] * scale - y
            x1, y1 = xy[i + 1, 0] * scale - x, xy[i + 1, 1] * scale - y
            outside = max(x0, x1) <= -reach or min(x0, x1) >= width + reach
            if not (outside or max(y0, y1) <= -reach or min(y0, y1) >= height + reach):
                _draw_segment(coverage, (x0, y0), (x1, y1), half_width)


@_compiled
def mix(picture: NDArray[np.float32], coverage: Coverage, colour: NDArray[np.float32]) -> None:
    """Lay a colour (red, green, blue, opacity; 0 to 1) over a premultiplied picture where coverage says so."""
    for row in range(coverage.shape[0]):
        for column in range(coverage.shape[1]):
            opacity = coverage[row, column] * colour[3]
            if opacity > 0.0:
                for channel in range(3):
                    picture[row, column, channel] *= 1 - opacity
                    picture[row, column, channel] += colour[channel] * opacity
                picture[row, column, 3] += (1 - picture[row, column, 3]) * opacity


@_compiled
def to_bytes(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    """RGBA bytes, not premultiplied, of a premultiplied picture."""
    height, width = picture.shape[:2]
    pixels = np.zeros((height, width, 4), np.uint8)
    for row in range(height):
        for column in range(width):
            opacity = picture[row, column, 3]
            if opacity > 0.002:
                for channel in range(3):
                    pixels[row, column, channel] = int(min(1.0, picture[row, column, channel] / opacity) * 255 + 0.5)
                pixels[row, column, 3] = int(opacity * 255 + 0.5)
    return pixels
