"""Deconfliction: planned operations as circles of their radius, coloured by status."""

from typing import Final

import numpy as np

from watchfloor.geo.answers import Planned
from watchfloor.geo.sphere import continuous, rings
from watchfloor.layers.legends import Legend
from watchfloor.layers.palettes import Rgb, Theme
from watchfloor.layers.vectors import Shape, Vectors

SIDES: Final = 48
STATUSES: Final = ("conflict", "possible", "resolved", "clear")
# told apart by shape too: colour alone is not enough for every eye
MARKERS: Final = {"conflict": "diamond", "possible": "triangle", "resolved": "square", "clear": "circle"}
COLOURS: Final[dict[Theme, dict[str, Rgb]]] = {
    "dark": {
        "conflict": (240, 98, 90),
        "possible": (240, 186, 72),
        "resolved": (140, 152, 170),
        "clear": (92, 190, 142),
    },
    "light": {"conflict": (178, 32, 26), "possible": (140, 96, 0), "resolved": (92, 104, 122), "clear": (26, 112, 70)},
}
_HOVER: Final = (("Operation", "title"), ("Status", "status"), ("When", "when"), ("Call", "call"))


def operation_areas(planned: tuple[Planned, ...], theme: Theme) -> Vectors:
    """The circle on the ground of each operation, conflicts above."""
    below = _ordered(planned)
    circles = [_circle(one) for one in below]
    return Vectors(
        Shape.AREAS,
        [lon for lon, _ in circles],
        [lat for _, lat in circles],
        names=tuple(str(one.id) for one in below),
        columns=_looks(below, theme)
        | {"alpha": [0.22] * len(below), "line": list(_colours(below, theme)), "width": [1.5] * len(below)},
        hover=_HOVER,
    )


def operation_points(planned: tuple[Planned, ...], theme: Theme) -> Vectors:
    """A mark in the middle of each, so that a small circle is seen from afar."""
    below = _ordered(planned)
    return Vectors(
        Shape.POINTS,
        np.array([one.lon for one in below]),
        np.array([one.lat for one in below]),
        names=tuple(str(one.id) for one in below),
        columns=_looks(below, theme)
        | {"size": [11.0] * len(below), "marker": [MARKERS.get(one.status, "circle") for one in below]},
        hover=_HOVER,
    )


def operations_legend(planned: tuple[Planned, ...], theme: Theme) -> Legend:
    """What colours and signs mean, with the number of each."""
    counted = {status: sum(one.status == status for one in planned) for status in STATUSES}
    swatches = tuple((COLOURS[theme][status], f"{status}: {n}") for status, n in counted.items())
    lines = (f"{len(planned):,} planned operations shown", "circle: the ground that an operation covers")
    return Legend("Deconfliction", "status of planned operations", "single events", swatches=swatches, lines=lines)


def _ordered(planned: tuple[Planned, ...]) -> list[Planned]:
    rank = {status: index for index, status in enumerate(STATUSES)}
    return sorted(planned, key=lambda one: -rank.get(one.status, len(rank)))


def _circle(one: Planned) -> tuple[np.ndarray, np.ndarray]:
    lon, lat = rings(np.array([one.lon]), np.array([one.lat]), max(one.radius_m, 1.0), SIDES)
    return continuous(lon[0], one.lon), lat[0]


def _colours(planned: list[Planned], theme: Theme) -> list[str]:
    grey = COLOURS[theme]["resolved"]
    return ["#{:02x}{:02x}{:02x}".format(*COLOURS[theme].get(one.status, grey)) for one in planned]


def _looks(planned: list[Planned], theme: Theme) -> dict[str, list[object]]:
    return {
        "fill": list(_colours(planned, theme)),
        "title": [one.title for one in planned],
        "status": [one.status for one in planned],
        "when": [one.when for one in planned],
        "call": [one.call or "no agency named" for one in planned],
    }
