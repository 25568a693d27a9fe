"""Marks that a page draws one by one, on a picture of the map: points, lines and areas, smooth at their edges."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw

from watchfloor.geo.map_window import MapWindow
from watchfloor.layers.vectors import Shape, Vectors

# drawn this much larger and then reduced; in bands, so that a sheet of paper takes no gigabyte
FINE: Final = 2
BAND_PX: Final = 512
_ROOT: Final = math.sqrt(0.75)
# corners of signs whose width is 1, as the page's own: heights run downwards
_SIGNS: Final[Mapping[str, tuple[tuple[float, float], ...]]] = {
    "triangle": ((0, -0.577), (0.5, 0.289), (-0.5, 0.289)),
    "inverted_triangle": ((0, 0.577), (0.5, -0.289), (-0.5, -0.289)),
    "square": ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)),
    "diamond": ((0, -0.5), (_ROOT / 2, 0), (0, 0.5), (-_ROOT / 2, 0)),
}

type Floats = NDArray[np.float64]
type Look = Mapping[str, Any]


def draw_marks(picture: Image.Image, window: MapWindow, vectors: Vectors, opacity: float, scale: float) -> None:
    """Draw marks onto the window's opaque RGB picture, in place.

    opacity: 0 to 1. scale: how much larger sizes and widths are than on the page.
    """
    looks = vectors.looks(opacity)
    looks = {name: [float(str(value)) * scale for value in looks[name]] if name in {"size", "width"} else looks[name]
             for name in looks}  # fmt: skip
    placed = [
        (px + turn * window.around, py, {name: values[index] for name, values in looks.items()})
        for index, (px, py) in enumerate(_places(window, vectors))
        for turn in window.turns(px)
    ]
    if not placed:
        return
    for top in range(0, picture.height, BAND_PX):
        band = picture.crop((0, top, picture.width, min(top + BAND_PX, picture.height)))
        large = band.resize((band.width * FINE, band.height * FINE), Image.Resampling.NEAREST)
        drawn = [_DRAW[vectors.shape](large, px * FINE, (py - top) * FINE, look) for px, py, look in placed]
        if any(drawn):
            picture.paste(large.reduce(FINE), (0, top))


def _places(window: MapWindow, vectors: Vectors) -> Iterator[tuple[Floats, Floats]]:
    for lon, lat in zip(vectors.lon, vectors.lat, strict=True):
        px, py = window.to_pixels(np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float)))
        yield px, py


def _point(large: Image.Image, px: Floats, py: Floats, look: Look) -> bool:
    x, y, size = float(px[0]), float(py[0]), look["size"] * FINE
    sign = _SIGNS.get(look["marker"])
    half, line = size / 2, look["width"] * FINE

    def shape(pen: ImageDraw.ImageDraw, left: int, top: int) -> None:
        middle = x - left, y - top
        if sign is None:
            pen.ellipse((middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half), fill=255)
        else:
            pen.polygon([(middle[0] + a * size, middle[1] + b * size) for a, b in sign], fill=255)

    def edge(pen: ImageDraw.ImageDraw, left: int, top: int) -> None:
        middle = x - left, y - top
        if sign is None:
            box = (middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half)
            pen.ellipse(box, outline=255, width=max(1, round(line)))
        else:
            corners = [(middle[0] + a * size, middle[1] + b * size) for a, b in sign]
            pen.line([*corners, corners[0]], fill=255, width=max(1, round(line)), joint="curve")

    reach = (x - size - line, y - size - line, x + size + line, y + size + line)
    filled = _lay(large, reach, shape, look["fill"], look["alpha"])
    return _lay(large, reach, edge, look["line"], look["alpha"]) or filled


def _line(large: Image.Image, px: Floats, py: Floats, look: Look) -> bool:
    return _stroke(large, px, py, look["fill"], look)


def _area(large: Image.Image, px: Floats, py: Floats, look: Look) -> bool:
    reach = (px.min(), py.min(), px.max(), py.max())

    def inside(pen: ImageDraw.ImageDraw, left: int, top: int) -> None:
        pen.polygon(np.stack([px - left, py - top], axis=1).reshape(-1).tolist(), fill=255)

    filled = bool(look["fill"]) and _lay(large, reach, inside, look["fill"], look["alpha"])
    return _stroke(large, np.append(px, px[0]), np.append(py, py[0]), look["line"], look) or filled


def _stroke(large: Image.Image, px: Floats, py: Floats, colour: str, look: Look) -> bool:
    width = max(1, round(look["width"] * FINE))
    reach = (px.min() - width, py.min() - width, px.max() + width, py.max() + width)

    def along(pen: ImageDraw.ImageDraw, left: int, top: int) -> None:
        for piece in _pieces(px - left, py - top, look):
            pen.line(piece, fill=255, width=width, joint="curve")

    return _lay(large, reach, along, colour, look["alpha"])


def _pieces(px: Floats, py: Floats, look: Look) -> Iterator[list[float]]:
    """The line whole, or in dashes of so many pixels and gaps."""
    dash = look.get("dash")
    if not dash:
        yield np.stack([px, py], axis=1).reshape(-1).tolist()
        return
    away = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(px), np.diff(py)))])
    on, off = (part * FINE for part in dash)
    for start in np.arange(0.0, away[-1], on + off).tolist():
        at = np.unique(
            np.concatenate([[start], away[(away > start) & (away < start + on)], [min(start + on, away[-1])]])
        )
        yield np.stack([np.interp(at, away, px), np.interp(at, away, py)], axis=1).reshape(-1).tolist()


def _lay(
    large: Image.Image,
    reach: tuple[float, float, float, float],
    draw: Callable[[ImageDraw.ImageDraw, int, int], None],
    colour: str,
    alpha: float,
) -> bool:
    """Lay a colour over the picture where `draw` says; whether anything of it lies in the picture."""
    left, top = max(0, math.floor(reach[0])), max(0, math.floor(reach[1]))
    right, bottom = min(large.width, math.ceil(reach[2]) + 1), min(large.height, math.ceil(reach[3]) + 1)
    if left >= right or top >= bottom:
        return False
    red, green, blue, *more = ImageColor.getrgb(colour)
    strength = alpha * (more[0] / 255 if more else 1.0)
    mask = Image.new("L", (right - left, bottom - top), 0)
    draw(ImageDraw.Draw(mask), left, top)
    mask = mask.point([round(value * min(max(strength, 0.0), 1.0)) for value in range(256)])
    large.paste((red, green, blue), (left, top, right, bottom), mask)
    return True


_DRAW: Final = {Shape.POINTS: _point, Shape.LINES: _line, Shape.AREAS: _area}
