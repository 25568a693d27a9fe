"""Legends of seizures at their places and of their density: what is a point, what an area, what is left out."""

import numpy as np

from watchfloor.geo.place_symbols import PlaceSymbols
from watchfloor.geo.query import Measured
from watchfloor.geo.seizure_places import SeizurePlaces
from watchfloor.layers.density import Density
from watchfloor.layers.legends import Legend, compact, kind_of, ramp_legend
from watchfloor.layers.palettes import Scale, Theme
from watchfloor.layers.seizures import NO_WEIGHT, values_of
from watchfloor.layers.uncertainty import LARGEST_M

MOST_NAMED = 3


def seizures_legend(symbols: PlaceSymbols, measured: Measured, theme: Theme) -> Legend:
    """What dots, framed numbers and circles mean, and how many stand where."""
    sized, coloured = values_of(symbols, measured)
    colour_unit, size_unit = ("seizures", "kg") if measured is Measured.KILOGRAMS else ("kg", "seizures")
    kind = kind_of(symbols.places.fact)
    base = ramp_legend(
        "Seizures", f"{colour_unit} as colour", kind, name=symbols.places.fact.value, scale=Scale.of(coloured),
        theme=theme,
    )  # fmt: skip
    lines = [_size_line(symbols, sized, size_unit), *_count_lines(symbols), *_unknown_lines(symbols.places)]
    if measured is Measured.CASES:
        lines.append("distinct cases are shown by hexagons only: these are seizures")
    lacks = bool((coloured <= 0).any())
    grey = ((NO_WEIGHT[theme], f"no {'seizure' if colour_unit == 'seizures' else 'weight'} known"),) if lacks else ()
    return Legend(base.title, base.unit, base.kind, base.colours, base.ticks, grey, tuple(filter(None, lines)))


def _size_line(symbols: PlaceSymbols, sized: np.ndarray, unit: str) -> str:
    dots = sized[~symbols.is_area]
    if dots.size == 0:
        return ""
    return f"dot: {unit} as size, up to {compact(float(dots.max()))}"


def _count_lines(symbols: PlaceSymbols) -> tuple[str, ...]:
    places, on_areas = symbols.places, int(symbols.n[symbols.is_area].sum())
    known = places.total + places.n_unplaced
    lines = [f"{places.total:,} of {known:,} shown"]
    if on_areas:
        lines.append(f"{on_areas:,} on areas only: a framed number, with {_bounds(places)}")
    if places.n_unplaced:
        named = ": " + ", ".join(_plain(name) for name in places.unplaced[:MOST_NAMED]) if places.unplaced else ""
        lines.append(f"{places.n_unplaced:,} without a place{named}")
    return tuple(lines)


def _bounds(places: SeizurePlaces) -> str:
    return "its boundary" if places.outlines else "a circle of how far off the place may be"


def _unknown_lines(places: SeizurePlaces) -> tuple[str, ...]:
    """Areas too wide for a circle on the map, in words."""
    wide = np.flatnonzero(places.uncertainty_m > LARGEST_M)
    if wide.size == 0:
        return ()
    widest = wide[np.argsort(-places.uncertainty_m[wide], kind="stable")]
    told = [
        f"{_plain(places.names[places.name[index]]) or 'an area'} within {places.uncertainty_m[index] / 1000:,.0f} km"
        for index in widest[:MOST_NAMED].tolist()
    ]
    more = f" and {wide.size - MOST_NAMED} more" if wide.size > MOST_NAMED else ""
    return (f"{int(places.n[wide].sum()):,} too widely for a circle: {', '.join(told)}{more}",)


def _plain(name: str) -> str:
    cut = name[:40]
    return cut.title() if cut.isupper() else cut


def density_legend(ready: Density, places: SeizurePlaces, measured: Measured, theme: Theme) -> Legend:
    """What the colours of density mean, and what is known too badly to be in it."""
    unit = "kg" if measured is Measured.KILOGRAMS else "seizures"
    base = ramp_legend(
        "Seizure density", f"{unit} per 1,000 km²", kind_of(places.fact), name=places.fact.value, scale=ready.scale,
        theme=theme,
    )  # fmt: skip
    lines = [f"{ready.n:,} of {places.total + places.n_unplaced:,} shown"]
    if ready.n_areas:
        lines.append(f"{ready.n_areas:,} on areas only: known less finely than the blur is wide")
    if places.n_unplaced:
        lines.append(f"{places.n_unplaced:,} without a place")
    return Legend(base.title, base.unit, base.kind, base.colours, base.ticks, lines=tuple(lines))
