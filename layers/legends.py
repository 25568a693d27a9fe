"""Legends: what a layer's colours and sizes mean, which kind of fact they show, and what is not drawn."""

from dataclasses import dataclass

import numpy as np

from watchfloor.geo.answers import CellCounts
from watchfloor.geo.distinct import EXACT_UP_TO, DistinctShown, percent
from watchfloor.geo.facts import FactKind
from watchfloor.geo.query import Measured, Query
from watchfloor.layers.palettes import Rgb, Scale, Theme, ramp

UNITS = {Measured.COUNT: "seizures", Measured.KILOGRAMS: "kg", Measured.CASES: "distinct cases"}
_KINDS = {FactKind.EVENTS: "single events", FactKind.REPORTED: "reported aggregates"}
_SUPPRESSED = "suppressed counts"


def kind_of(fact: FactKind, *, is_suppressed: bool = False) -> str:
    """Which kind of fact is shown, in words: counts released without their small ones are no single events."""
    return _SUPPRESSED if is_suppressed else _KINDS[fact]


@dataclass(frozen=True, slots=True)
class Legend:
    """A colour ramp with its ticks, or a list of swatches; and sentences about what is shown.

    ticks: (position 0 to 1, text). lines: 'n of N shown', 'n on areas only' and the like.
    """

    title: str
    unit: str
    kind: str
    colours: tuple[Rgb, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()
    swatches: tuple[tuple[Rgb, str], ...] = ()
    lines: tuple[str, ...] = ()


def ramp_legend(title: str, unit: str, kind: str, *, name: str, scale: Scale, theme: Theme) -> Legend:
    """Legend of a logarithmic ramp."""
    colours = ramp(name, theme)
    ticks = tuple((float(scale.steps(np.array([t]))[0]) / (len(colours) - 1), compact(t)) for t in scale.ticks())
    picked = tuple((int(r), int(g), int(b)) for r, g, b in colours[:: len(colours) // 20])
    return Legend(title, unit, kind, colours=picked, ticks=ticks)


def cells_legend(query: Query, shown: CellCounts, scale: Scale, theme: Theme) -> Legend:
    """Legend of seizure hexagons: kind of fact, unit, and what stands on areas or nowhere."""
    kind = kind_of(query.fact, is_suppressed=shown.is_suppressed)
    base = ramp_legend("Seizures", UNITS[query.measured], kind, name=query.fact.value, scale=scale, theme=theme)
    return Legend(base.title, base.unit, base.kind, base.colours, base.ticks, lines=_cell_lines(shown))


def _cell_lines(shown: CellCounts) -> tuple[str, ...]:
    if shown.distinct:
        return _distinct_lines(shown.distinct)
    known = shown.total + shown.n_unplaced
    lines = [f"{shown.total:,} of {known:,} shown"]
    if shown.on_areas_only:
        lines.append(f"{shown.on_areas_only:,} on areas only, hatched: known less finely than these cells")
    if shown.n_unplaced:
        lines.append(f"{shown.n_unplaced:,} without a place")
    if shown.n_wider:
        lines.append(f"{shown.n_wider:,} released only for a wider period or area")
    if shown.is_suppressed:
        lines.append("counts under 5 are suppressed")
    return tuple(lines)


def _distinct_lines(distinct: DistinctShown) -> tuple[str, ...]:
    lines = [
        f"{distinct.shown.written} of {distinct.known.written} distinct cases shown",
        "a case may stand in several hexagons: they do not add up",
    ]
    if distinct.on_areas.n:
        lines.append(f"{distinct.on_areas.written} on areas only, hatched: known less finely than these cells")
    if distinct.estimated:
        lines.append(
            f"≈ in {distinct.estimated:,} of the hexagons: "
            f"over {EXACT_UP_TO:,} cases are estimated, ±{percent(distinct.error)}"
        )
    return tuple(lines)


def compact(value: float) -> str:
    """A number as a legend writes it: 950, 1.2 k, 3 M."""
    for limit, suffix in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= limit:
            return f"{value / limit:.3g}{suffix}"
    return f"{value:.3g}"
