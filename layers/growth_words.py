"""In words: where it grew in the chosen place, in what the map shows and everywhere; each with the test behind it."""

import math

from watchfloor.geo.comparison import Change, Q, strongest
from watchfloor.geo.comparison_places import Picked, PlaceChange
from watchfloor.geo.query import Layer, Measured, Query
from watchfloor.layers.change_legends import (
    counted_hexagons,
    grown_hexagon,
    grown_where,
    written_chance,
    written_level,
    written_ratio,
    written_side,
)

_PLACE = ("This hexagon was", "These hexagons were")
TEST = "exact conditional test of two Poisson rates, two-sided"


def written_place(
    called: str,
    own: Change,
    totals: PlaceChange,
    query: Query,
    picked: Picked | None = None,
    *,
    is_chosen: bool = True,
) -> str:
    """What two periods came to in a place, whether that is chance, and where in it it grew most.

    called: 'In the selection'. own: the comparison's hexagons that lie there. picked: what the comparison says of the
    place if it is made of hexagons: the data may have picked them, and then the place's own p is no test.
    """
    if not (totals.n_a or totals.n_b):
        may = f"; {totals.n_may:,} may lie there" if totals.n_may else ""
        return f"{called} nothing is known of either period{may}."
    held = f"{called} A has {_held(totals, query, 'a')} against {_held(totals, query, 'b')} of B"
    if own.untested:
        return f"{held}."
    return " ".join(filter(None, [f"{held}, {_verdict(totals, picked, is_chosen=is_chosen)}", _grown_there(own)]))


def _verdict(totals: PlaceChange, picked: Picked | None, *, is_chosen: bool) -> str:
    ratio = written_ratio(*totals.interval)
    if picked is not None:
        own = "" if math.isnan(totals.p) else f" and its own {written_level('p', totals.p)} does not count as a test"
        return f"{ratio}. {_PLACE[picked.n > 1]} picked on the map where the data show it{own}: {_among(picked)}"
    if math.isnan(totals.p):
        return f"{ratio}: too few to tell a change from chance."
    chance = f"{written_chance(totals.p)} ({written_level('p', totals.p)})."
    unless = ", unless the place was chosen because it stood out" if is_chosen else ""
    how = f"more than chance{unless}" if totals.is_beyond_chance else "no more than chance may make"
    return f"{ratio}. That is {how}: {chance}"


def _among(picked: Picked) -> str:
    """The verdict that allows for all hexagons out of which these were picked."""
    if not picked.n_tested:
        return "hexagons of several sizes are not tested together."
    among = f"among all {picked.n_tested:,} hexagons that were tested"
    if picked.n > 1:
        return f"{among} {picked.marked:,} of these {picked.n:,} changed more than chance (false discovery {Q:.0%})."
    if math.isnan(picked.q):
        return f"{among} it holds too few to be one."
    how = "more than chance" if picked.marked else "no more than chance may make"
    return f"{among} it changed {how} ({written_level('q', picked.q)}, false discovery {Q:.0%})."


def written_may(n_may: int) -> str:
    """How many records of either period the place may hold or not; empty if none."""
    if not n_may:
        return ""
    return f"Neither count takes in {n_may:,} known only roughly (to a county, say): they may lie there or beside it."


def written_periods(change: Change) -> str:
    """Which period is called A, and which B."""
    return f"A is {change.a.period}, B is {change.b.period}."


def _grown_there(own: Change) -> str:
    index = strongest(own)
    if index is None or own.cells.size < 2:
        return ""
    how = "more than chance" if own.is_marked[index] else "which may be chance"
    counts = f"{int(own.n_a[index]):,} against {int(own.n_b[index]):,}"
    return f"Most {grown_where(own, index)}: {counts}, {how}."


def _held(totals: PlaceChange, query: Query, side: str) -> str:
    n, kilograms = (totals.n_a, totals.kilograms_a) if side == "a" else (totals.n_b, totals.kilograms_b)
    return f"{kilograms:,.0f} kg" if query.measured is Measured.KILOGRAMS else f"{n:,}"


def written_everywhere(change: Change, query: Query, index: int | None) -> str:
    """Where of all hexagons it grew most; index: of that hexagon, as `strongest` finds it."""
    return change.untested or grown_hexagon(change, query, index)


def written_basis(change: Change, query: Query) -> tuple[str, ...]:
    """What both periods hold, and the test by its name."""
    then = f", both as known {query.known_at:%Y-%m-%d %H:%MZ}" if query.known_at is not None else ""
    whole = f"Everywhere A {written_side(change.a, query)} · B {written_side(change.b, query)}{then}."
    if change.untested:
        return (whole,)
    bursts = f", counts divided by {change.dispersion:.1f} for bursts" if change.dispersion >= 1.05 else ""
    kind = "overdoses" if query.layer is Layer.OVERDOSES else "seizures"
    over = f"Benjamini and Hochberg over {counted_hexagons(change.n_tested)}"
    many = f"of the marked, {Q:.0%} are expected to be chance ({over})"
    return (whole, f"Test of {kind}: {TEST}{bursts}; {many}.")
