"""Port activity: a circle by volume, and above it an arrow by change against the same month a year before."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.answers import Ports
from watchfloor.geo.measures import BY_CODE
from watchfloor.layers.legends import Legend, compact
from watchfloor.layers.palettes import Rgb, Theme
from watchfloor.layers.vectors import Shape, Vectors

SMALLEST_PX: Final = 7.0
LARGEST_PX: Final = 38.0
# less than this share of change is no news
STEADY: Final = 0.05
_FILL: Final[dict[Theme, str]] = {"dark": "#3fb8a6", "light": "#0f7f70"}
_EDGE: Final[dict[Theme, str]] = {"dark": "#d7f5ef", "light": "#06352f"}
_RISE: Final = "triangle"
_FALL: Final = "inverted_triangle"


def port_circles(ports: Ports, theme: Theme) -> Vectors:
    """One circle for each port, its area by volume; larger ones lie below smaller ones."""
    order = np.argsort(-ports.volume, kind="stable")
    names = tuple(str(ports.place[index]) for index in order)
    unit = BY_CODE[ports.measure].unit
    return Vectors(
        Shape.POINTS,
        ports.lon[order],
        ports.lat[order],
        names=names,
        columns={
            "size": sizes(ports.volume)[order],
            "fill": [_FILL[theme]] * len(order),
            "line": [_EDGE[theme]] * len(order),
            "alpha": np.full(len(order), 0.7),
            "title": [ports.name[index] for index in order],
            "volume": [f"{ports.volume[index]:,.0f} {unit}" for index in order],
            "change": [written_change(ports, int(index)) for index in order],
        },
        hover=(("Port", "title"), ("In the period", "volume"), ("Latest month", "change")),
    )


def port_arrows(ports: Ports, theme: Theme) -> Vectors:
    """An arrow up or down in each port whose latest month differs from the same month a year before."""
    share = change(ports)
    moved = np.flatnonzero(np.abs(np.nan_to_num(share)) >= STEADY)
    return Vectors(
        Shape.POINTS,
        ports.lon[moved],
        ports.lat[moved],
        names=tuple(str(ports.place[index]) for index in moved),
        columns={
            "size": np.clip(sizes(ports.volume)[moved] * 0.5, 5.0, 14.0),
            "marker": [_RISE if share[index] > 0 else _FALL for index in moved],
            "fill": [_EDGE[theme]] * len(moved),
            "line": [_EDGE[theme]] * len(moved),
        },
    )


def sizes(volume: NDArray[np.float64]) -> NDArray[np.float64]:
    """Diameters in pixels: area grows with volume, so a circle twice as wide stands for four times as much."""
    known = np.nan_to_num(np.maximum(volume, 0.0))
    largest = known.max(initial=0.0)
    return np.asarray(SMALLEST_PX + (LARGEST_PX - SMALLEST_PX) * np.sqrt(known / largest if largest else known))


def change(ports: Ports) -> NDArray[np.float64]:
    """Latest month against the same a year before, as a share of the earlier; NaN where either is unknown or 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(ports.before > 0, ports.latest / ports.before - 1.0, np.nan)


def written_change(ports: Ports, index: int) -> str:
    """The change of one port in words."""
    if ports.month is None or np.isnan(ports.latest[index]):
        return "not reported"
    month, share = f"{ports.month:%B %Y}", change(ports)[index]
    latest = f"{ports.latest[index]:,.0f} in {month}"
    return latest if np.isnan(share) else f"{latest}, {share:+.0%} on the year before"


def ports_legend(ports: Ports, theme: Theme) -> Legend:
    """What circles and arrows mean."""
    measure = BY_CODE[ports.measure]
    largest = float(np.nan_to_num(ports.volume).max(initial=0.0))
    lines = [f"{len(ports.code):,} ports shown; the widest circle is {compact(largest)}"] if ports.code else []
    if ports.month is not None:
        lines.append(f"▲ ▼ {ports.month:%B %Y} against the same month a year before, from ±{STEADY:.0%}")
    return Legend(
        "Port activity",
        f"{measure.title}, {measure.unit} in the period",
        "reported aggregates",
        swatches=((rgb(_FILL[theme]), "area grows with volume"),),
        lines=tuple(lines),
    )


def rgb(colour: str) -> Rgb:
    """The channels of #rrggbb."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
