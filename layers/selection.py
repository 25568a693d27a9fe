"""The selected mark, drawn once more on top: a bright line where it is an area or a line, a ring round a point."""

from typing import Final

import numpy as np

from watchfloor.layers.palettes import Theme
from watchfloor.layers.vectors import Shape, Vectors, nothing

RING_PX: Final = 9.0
_LINE: Final[dict[Theme, str]] = {"dark": "#ffffff", "light": "#0b1220"}
_NONE: Final = "#00000000"


def selected(vectors: Vectors, name: str, theme: Theme) -> Vectors:
    """The mark of that name as a selection, or nothing if the layer has none of that name."""
    if name not in vectors.names:
        return nothing(vectors.shape)
    index = vectors.names.index(name)
    looks = vectors.looks()
    columns: dict[str, list[object]] = {"fill": [_NONE], "line": [_LINE[theme]], "width": [2.0], "alpha": [1.0]}
    if vectors.shape is Shape.POINTS:
        columns["size"] = [float(str(looks["size"][index])) + RING_PX]
    if vectors.shape is Shape.LINES:
        columns |= {"fill": [_LINE[theme]], "width": [float(str(looks["width"][index])) + 1.5]}
    return Vectors(vectors.shape, [np.asarray(vectors.lon[index])], [np.asarray(vectors.lat[index])], (name,), columns)
