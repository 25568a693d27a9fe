"""Dots and framed numbers of seizures on a picture of the map, as large as the picture needs."""

from dataclasses import replace

import numpy as np
from PIL import Image

from watchfloor.geo.map_window import MapWindow
from watchfloor.layers.lettering import word
from watchfloor.layers.map_names import lay
from watchfloor.layers.palettes import Theme
from watchfloor.layers.seizures import SeizureMarks, colours_of, plates_of
from watchfloor.layers.sprites import NAME, PLATE_HEIGHT, dot, name_ink, plate

# names beside the picture's edge decide as on the tiles which within find room
_MARGIN_PX = 390


def draw_symbols(picture: Image.Image, window: MapWindow, ready: SeizureMarks, theme: Theme) -> None:
    """Draw the symbols onto the window's RGBA picture; all are as much larger than on a tile as the window is."""
    symbols, colours = ready.symbols, colours_of(ready, theme)
    share = 2.0 ** (window.zoom - symbols.zoom)
    near, px, py = _near(window, ready, share)
    is_area = symbols.is_area[near]
    for i in np.flatnonzero(~is_area).tolist():
        sprite = dot(float(ready.radius[near[i]]) * share, colours[ready.step[near[i]]], theme)
        lay(picture, sprite, px[i] * share - sprite.width / 2, py[i] * share - sprite.height / 2)
    areas, numbers, names, written = plates_of(ready, near, px, py)
    style = replace(NAME, size=NAME.size * share)
    # the greatest last, so that they lie on top
    for at in range(len(areas) - 1, -1, -1):
        i = areas[at]
        sprite = plate(numbers[at], colours[ready.step[near[i]]], theme, round(share, 3))
        x, y = px[i] * share, py[i] * share
        lay(picture, sprite, x - sprite.width / 2, y - sprite.height / 2)
        if written[at]:
            name = word.__wrapped__(names[at], style, name_ink(theme))
            lay(picture, name, x - name.width / 2, y + (PLATE_HEIGHT / 2 - 1) * share)


def _near(
    window: MapWindow, ready: SeizureMarks, share: float
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray, np.ndarray]:
    """Symbols near the window in their order, and pixels of their own zoom from its corner, on every copy of it."""
    left, top = (edge / share for edge in window.corner)
    wide, high = window.width / share, window.height / share
    symbols, around = ready.symbols, window.around / share
    right, down = symbols.x - left, symbols.y - top
    found, across = [np.zeros(0, np.int64)], [np.zeros(0)]
    first, last = int(-(right.max(initial=0.0) + _MARGIN_PX) // around), int((wide + _MARGIN_PX) // around) + 1
    for turn in range(first, last + 1):
        x = right + turn * around
        hit = np.flatnonzero(
            (x > -_MARGIN_PX) & (x < wide + _MARGIN_PX) & (down > -_MARGIN_PX) & (down < high + _MARGIN_PX)
        )
        found.append(hit)
        across.append(x[hit])
    near, px = np.concatenate(found), np.concatenate(across)
    order = np.argsort(near, kind="stable")
    return near[order], px[order], down[near[order]]
