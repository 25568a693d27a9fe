"""What a map of change means in words: both periods, the test and its limits, how many hexagons it marks."""

import math

import h3

from watchfloor.geo.cells import centroids, resolution_of
from watchfloor.geo.comparison import Change, Q, Side
from watchfloor.geo.query import Layer, Measured, Query
from watchfloor.layers.change import MOST_DOUBLINGS, colours
from watchfloor.layers.legends import UNITS, Legend, compact, kind_of
from watchfloor.layers.named_places import near_place
from watchfloor.layers.palettes import Theme

_TICKS = ((-3, "⅛"), (-1, "½"), (0, "same"), (1, "2×"), (3, "8×"))


def change_legend(query: Query, change: Change, theme: Theme) -> Legend:
    """Legend of the map of change."""
    shades = tuple((int(r), int(g), int(b)) for r, g, b in colours(theme)[::4])
    ticks = tuple(((at / MOST_DOUBLINGS + 1) / 2, text) for at, text in _TICKS)
    unit = "overdoses" if query.layer is Layer.OVERDOSES else UNITS[query.measured]
    lines = (
        f"A: {written_side(change.a, query)}",
        f"B: {written_side(change.b, query)}",
        *written_test(change),
        *_left_out(change),
    )
    kind = kind_of(query.fact, is_suppressed=change.is_suppressed)
    return Legend("Change, A against B", f"{unit} a day", kind, shades, ticks, lines=lines)


def written_side(side: Side, query: Query) -> str:
    """A period and what it holds."""
    weight = query.measured is Measured.KILOGRAMS
    held = f"{compact(side.kilograms)} kg" if weight else f"{side.n:,}"
    return f"{side.period}: {held} in {side.days:,} days"


def written_test(change: Change) -> tuple[str, ...]:
    """The test, how many hexagons it was put to, and how many it marks."""
    if change.untested:
        return (change.untested, "No hexagon is marked.")
    few = change.cells.size - change.n_tested
    lines = [
        f"▲▼ marked: {int(change.is_marked.sum()):,} of {counted_hexagons(change.n_tested)} tested; "
        f"{Q:.0%} of the marked are expected to be chance (false discovery rate)",
        "exact conditional test of two Poisson rates, two-sided",
    ]
    if change.dispersion > 1:
        lines.append(f"counts come in bursts: weeks vary {change.dispersion:.1f} times chance, allowed for in the test")
    if few:
        lines.append(f"too few to tell change from chance in {counted_hexagons(few)}: pale, not tested")
    return tuple(lines)


def _left_out(change: Change) -> tuple[str, ...]:
    lines = []
    unplaced = change.a.n_unplaced + change.b.n_unplaced
    if unplaced:
        lines.append(f"{unplaced:,} without a place, in neither")
    wider = change.a.n_wider + change.b.n_wider
    if wider:
        lines.append(f"{wider:,} released only for a wider period or area, in neither")
    if change.n_one_sided:
        lines.append(f"{change.n_one_sided:,} cells left out: released for one period only")
    return tuple(lines)


def counted_hexagons(n: int) -> str:
    """How many hexagons, in words."""
    return "1 hexagon" if n == 1 else f"{n:,} hexagons"


def written_chance(p: float) -> str:
    """A p in plain words."""
    if p >= 1:
        return "chance alone would give a change this large nearly everywhere"
    if p > 0.2:
        return f"chance alone would give a change this large in {min(9, round(p * 10))} of 10 places"
    # of p as it is written beside, so that both agree; one that is too small for a number comes as nought
    many = 1 / float(f"{p:.2g}") if p > 0 else math.inf
    return f"chance alone would give a change this large in about 1 of {_places(many)} places"


def written_level(name: str, level: float) -> str:
    """A p or q beside its name; one that is too small for a number is no nought."""
    return f"{name} = {level:.2g}" if level > 0 else f"{name} < 1e-300"


def _places(many: float) -> str:
    if many > 1e6:
        return "over a million"
    digits = 10 ** max(0, math.floor(math.log10(many)) - 1)
    return f"{round(many / digits) * digits:,}"


def written_ratio(ratio: float, low: float, high: float) -> str:
    """A ratio of rates with its interval."""
    if math.isnan(ratio):
        return "nothing in either period"
    said = "only in A" if math.isinf(ratio) else "only in B" if ratio == 0 else f"{_times(ratio)} the rate of B"
    above = "without upper end" if math.isinf(high) else f"{_times(high)}"
    return f"{said} (95 % interval {_times(low)} to {above})"


def _times(ratio: float) -> str:
    return f"{off_one(ratio, 2)}×" if ratio < 10 else f"{ratio:,.0f}×"


def off_one(ratio: float, digits: int) -> str:
    """A ratio rounded, with more digits where fewer would say 1: a bound of 1.003 leaves no change out, 1 does not."""
    for fine in range(digits, 7):
        said = f"{ratio:.{fine}g}"
        if float(said) != 1.0 or ratio == 1.0:
            return said
    return "just over 1" if ratio > 1.0 else "just under 1"


def grown_where(change: Change, index: int) -> str:
    """Where one hexagon lies, by the nearest name on the map."""
    cell = change.cells[index : index + 1]
    lon, lat = centroids(cell)
    edge_km = h3.average_hexagon_edge_length(int(resolution_of(cell)[0]), unit="km")
    return near_place(float(lon[0]), float(lat[0]), max(50.0, edge_km))


def grown_hexagon(change: Change, query: Query, index: int | None) -> str:
    """Where of all hexagons it grew most and whether that is chance; index: as `strongest` finds it."""
    what = "overdoses" if query.layer is Layer.OVERDOSES else "seizures"
    if index is None:
        return f"No hexagon with enough {what} to be tested has grown."
    ratio, low, high = change.interval(index)
    place = grown_where(change, index)
    counts = f"{int(change.n_a[index]):,} against {int(change.n_b[index]):,}, {written_ratio(ratio, low, high)}"
    chance = written_chance(float(change.p[index]))
    if change.is_marked[index]:
        return f"{what.capitalize()} grew most {place}: {counts}. That is more than chance: {chance}."
    is_alone = change.n_tested == 1
    tested = "no other holds enough to be tested" if is_alone else f"{change.n_tested:,} hexagons were tested"
    return f"No single hexagon grew beyond chance. The clearest is {place}: {counts}; {chance}, and {tested}."
