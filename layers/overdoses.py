"""Reported overdose deaths: a circle for each area by its latest twelve months, which are never added up."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import numpy as np

from watchfloor.geo.reported_values import LatestValue, all_drugs
from watchfloor.layers.legends import Legend, compact
from watchfloor.layers.palettes import Theme
from watchfloor.layers.ports import rgb, sizes
from watchfloor.layers.vectors import Shape, Vectors

_FILL: Final[dict[Theme, str]] = {"dark": "#e8795a", "light": "#b0402a"}
_EDGE: Final[dict[Theme, str]] = {"dark": "#ffe3dc", "light": "#3a0f05"}


def reported_circles(values: Sequence[LatestValue], theme: Theme) -> Vectors:
    """One circle for each area, its area by the deaths of all drugs; larger ones lie below smaller ones."""
    shown = sorted(all_drugs(values), key=lambda one: -one.value)
    return Vectors(
        Shape.POINTS,
        np.array([one.lon for one in shown], np.float64),
        np.array([one.lat for one in shown], np.float64),
        names=tuple(one.place_code for one in shown),
        columns={
            "size": sizes(np.array([one.value for one in shown], np.float64)),
            "fill": [_FILL[theme]] * len(shown),
            "line": [_EDGE[theme]] * len(shown),
            "alpha": np.full(len(shown), 0.7),
            "title": [one.place for one in shown],
            "deaths": [f"{one.value:,.0f}" for one in shown],
            "months": [written_months(one) for one in shown],
        },
        hover=(("Area", "title"), ("Overdose deaths", "deaths"), ("Twelve months", "months")),
    )


def written_months(one: LatestValue) -> str:
    """The months that a value covers; `ends` is the day after the last."""
    return f"{one.starts:%Y-%m} to {one.ends - timedelta(days=1):%Y-%m}"


def written_series(one: LatestValue) -> str:
    """One value in words, with what the publisher says of its series and in its footnote."""
    said = dict(one.dimensions)
    name = said.get("indicator", one.substance)
    basis = said.get("basis", "reported")
    footnote = f" ({one.footnote})" if one.footnote else ""
    return f"{name}: {one.value:,.0f} {basis}, {written_months(one)}{footnote}."


def reported_legend(values: Sequence[LatestValue], theme: Theme) -> Legend:
    """What the circles mean, and what they leave out."""
    shown = all_drugs(values)
    largest = max((one.value for one in shown), default=0.0)
    lines = [f"{len(shown):,} areas shown; the widest circle is {compact(largest)}"] if shown else []
    lines.append("each the latest twelve months that end in the period: they overlap and may not be added up")
    return Legend(
        "Overdoses",
        "overdose deaths of all drugs in twelve months",
        "reported aggregates",
        swatches=((rgb(_FILL[theme]), "area grows with deaths"),),
        lines=tuple(lines),
    )
