"""Routes: flows between two places along great circles, width by weight, colour by what speaks for them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.answers import Routes
from watchfloor.geo.sphere import lon_lat, vectors
from watchfloor.layers.legends import Legend
from watchfloor.layers.palettes import Rgb, Theme
from watchfloor.layers.vectors import Shape, Vectors

THINNEST_PX: Final = 1.0
WIDEST_PX: Final = 8.0
POINTS: Final = 33
# more of them hide the map and catch every tap
MOST_DRAWN: Final = 150
_SEIZED: Final[dict[Theme, Rgb]] = {"dark": (255, 150, 92), "light": (186, 74, 14)}
_SAILED: Final[dict[Theme, Rgb]] = {"dark": (112, 168, 226), "light": (38, 96, 160)}


def route_lines(routes: Routes, theme: Theme) -> Vectors:
    """One line for each flow, the lightest below."""
    order = np.argsort(weights(routes), kind="stable")[-MOST_DRAWN:]
    lon, lat = great_circles(routes)
    seized = routes.n_seizures > 0
    return Vectors(
        Shape.LINES,
        [lon[index] for index in order],
        [lat[index] for index in order],
        names=tuple(f"{routes.from_place[index]}-{routes.to_place[index]}" for index in order),
        columns={
            "fill": [_hex(_SEIZED[theme] if seized[index] else _SAILED[theme]) for index in order],
            "width": widths(routes)[order],
            "alpha": shares(routes)[order] * 0.75 + 0.1,
            "title": [f"{routes.from_name[index]} to {routes.to_name[index]}" for index in order],
            "tracks": routes.n_tracks[order],
            "seizures": routes.n_seizures[order],
        },
        hover=(("Route", "title"), ("Voyages", "tracks"), ("Linked seizures", "seizures")),
    )


def weights(routes: Routes) -> NDArray[np.float64]:
    """What a line's width stands for: voyages and linked seizures together."""
    return np.asarray(routes.n_tracks + routes.n_seizures, np.float64)


def widths(routes: Routes) -> NDArray[np.float64]:
    """Pixels."""
    return np.asarray(THINNEST_PX + (WIDEST_PX - THINNEST_PX) * shares(routes))


def shares(routes: Routes) -> NDArray[np.float64]:
    """Weight from 0 for a single voyage to 1 for the heaviest, by its logarithm: the many light flows stay faint."""
    weight = np.log(np.maximum(weights(routes), 1.0))
    heaviest = weight.max(initial=0.0)
    return weight / heaviest if heaviest else np.ones_like(weight)


def great_circles(routes: Routes) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitudes and latitudes along each flow, shape (n, POINTS), degrees; across the antimeridian they run on."""
    start, end = vectors(routes.from_lon, routes.from_lat), vectors(routes.to_lon, routes.to_lat)
    angle = np.arccos(np.clip((start * end).sum(-1), -1.0, 1.0))[:, None, None]
    share = np.linspace(0.0, 1.0, POINTS)[None, :, None]
    sine = np.maximum(np.sin(angle), 1e-9)
    along = np.sin((1 - share) * angle) / sine * start[:, None, :] + np.sin(share * angle) / sine * end[:, None, :]
    # two names of one place: the arc has no direction, so it stays where it is
    along = np.where(angle < 1e-6, start[:, None, :], along)
    lon, lat = lon_lat(along)
    return unrolled(lon), lat


def unrolled(lon: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitudes along lines, shape (n, m), each within half a turn of the one before it."""
    return np.asarray(np.degrees(np.unwrap(np.radians(lon), axis=-1))) if lon.size else lon


def routes_legend(routes: Routes, theme: Theme) -> Legend:
    """What width and colour mean."""
    heaviest = weights(routes).max(initial=0.0)
    shown = min(len(routes.from_name), MOST_DRAWN)
    lines = (f"{shown:,} of {routes.n_known:,} flows shown, the heaviest; the widest is {heaviest:,.0f}",)
    return Legend(
        "Routes",
        "voyages and linked seizures in the period",
        "single events",
        swatches=((_SEIZED[theme], "with linked seizures"), (_SAILED[theme], "voyages only")),
        lines=lines if routes.from_name else (),
    )


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
