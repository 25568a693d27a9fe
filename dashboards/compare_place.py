"""Of which place a comparison speaks by itself: what is selected, what lies round a chosen port, or the view."""

from dataclasses import dataclass, replace

import numpy as np

from watchfloor.dashboards.choices import Mark
from watchfloor.dashboards.state import State
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import resolution_of
from watchfloor.geo.comparison import Change, strongest
from watchfloor.geo.comparison_places import Held, Holds, held_by, hexagons_in, picked_out, place_change
from watchfloor.geo.disc import Disc
from watchfloor.geo.facts import FactKind
from watchfloor.geo.flows import IN_PORT_M
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.selection import Selection
from watchfloor.geo.spot import SpotKind
from watchfloor.layers.growth_words import (
    written_basis,
    written_everywhere,
    written_may,
    written_periods,
    written_place,
)

PORTS = "ports"
IN_SELECTION, IN_VIEW = "In the selection", "In the hexagons in view"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a comparison asks: its hexagons' question, the other period, and the place that is chosen, if any.

    records: the question of single seizures, None where records are not what is compared. ports: that of ports.
    """

    query: Query
    other: Period
    place: Selection | Mark | None = None
    records: Query | None = None
    ports: Query | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """An answer: all hexagons; and of the chosen place what it is called, where it is, what it holds in A and B.

    family: of a place made of hexagons the comparison of all hexagons of their size, out of which they were picked.
    """

    change: Change
    called: str = ""
    place: Selection | None = None
    held: tuple[Held, Held] | None = None
    family: Change | None = None


def wanted(state: State, query: Query, other: Period) -> Wanted:
    """What the choices of a page ask of two periods."""
    is_port = state.mark is not None and state.mark.layer == PORTS and state.mark.spot.kind is SpotKind.PLACE
    place = state.selection or (state.mark if is_port else None)
    is_of_records = query.layer is Layer.SEIZURES and state.fact is FactKind.EVENTS
    records = state.query(Layer.SEIZURES) if place is not None and is_of_records else None
    return Wanted(query, other, place, records, state.plain_query(Layer.PORTS) if is_port else None)


def read_compared(repository: Repository, asker: Asker, asked: Wanted) -> Compared:
    """Both periods everywhere and in the chosen place, each question under the reader's scope. Raises BadQuestion."""
    change = repository.change(asker, asked.query, asked.other)
    called, place = _place(repository, asker, asked)
    family = _family(repository, asker, asked, change)
    if place is None or asked.records is None:
        return Compared(change, called, place, family=family)
    periods = (asked.query.period, asked.other)
    found = (repository.evidence(asker, replace(asked.records, period=one), place) for one in periods)
    a, b = (Held(one.n, one.kilograms, one.n_may) for one in found)
    return Compared(change, called, place, (a, b), family)


def _family(repository: Repository, asker: Asker, asked: Wanted, change: Change) -> Change | None:
    """The comparison out of which the hexagons of a selection were picked; None for others, or of several sizes."""
    if not isinstance(asked.place, Selection) or not asked.place.is_of_hexagons:
        return None
    levels = np.unique(resolution_of(np.array(asked.place.cells, np.uint64)))
    if levels.size != 1 or levels[0] == change.resolution:
        return change if levels.size == 1 else None
    return repository.change(asker, replace(asked.query, resolution=int(levels[0])), asked.other)


def _place(repository: Repository, asker: Asker, asked: Wanted) -> tuple[str, Selection | None]:
    if isinstance(asked.place, Selection):
        return IN_SELECTION, asked.place
    if asked.place is None or asked.ports is None:
        return "", None
    ports = repository.ports(asker, asked.ports)
    at = next((at for at, place in enumerate(ports.place.tolist()) if str(place) == asked.place.spot.name), None)
    if at is None:
        return "", None
    disc = Disc(float(ports.lon[at]), float(ports.lat[at]), IN_PORT_M)
    return f"Within {IN_PORT_M / 1000:.0f} km of {ports.name[at]}", Selection.of(Area(disc))


def told(compared: Compared, query: Query, view: BBox) -> tuple[tuple[str, ...], tuple[Change, int] | None]:
    """Lines about the chosen place or the view, and everywhere; and the hexagon that is meant first, if any grew."""
    change = compared.change
    index = strongest(change)
    holds: Holds = compared.place.contains if compared.place else view.contains
    own = hexagons_in(change, holds)
    first = _first(compared, own, query)
    everywhere = "" if first and _is_only_hexagon(compared, own) else written_everywhere(change, query, index)
    if first and everywhere and not change.untested:
        # another question than that of the place's total, which may grow while no part of it does by itself
        everywhere = f"Each hexagon by itself, everywhere: {everywhere[:1].lower()}{everywhere[1:]}"
    may = written_may(sum(one.n_may for one in compared.held or ())) if first else ""
    head, *more = filter(None, (first, may, everywhere))
    lines = (f"{written_periods(change)} {head}", *more)
    inside = strongest(own)
    goal = (own, inside) if first and inside is not None else (change, index) if index is not None else None
    return (*lines, *written_basis(change, query)), goal


def _is_only_hexagon(compared: Compared, own: Change) -> bool:
    """Whether the place holds just what the only hexagon that was tested holds: both tests are one."""
    change = compared.change
    if change.n_tested != 1 or not np.isfinite(own.p).any():
        return False
    at = int(np.flatnonzero(np.isfinite(change.p))[0])
    held = compared.held or held_by(own)
    return (held[0].n, held[1].n) == (int(change.n_a[at]), int(change.n_b[at]))


def _first(compared: Compared, own: Change, query: Query) -> str:
    """The place's own sentence; none for a view that holds all there is, or nothing."""
    change = compared.change
    if compared.place is None:
        fine = hexagons_in(change, BBox.world().contains)
        if own.cells.size in {0, fine.cells.size}:
            return ""
    held = compared.held or held_by(own)
    picked = None
    if compared.place is not None and compared.place.is_of_hexagons:
        picked = picked_out(compared.family, compared.place.cells)
    totals, is_chosen = place_change(*held, change), own.cells.size < int((~change.is_coarse).sum())
    return written_place(compared.called or IN_VIEW, own, totals, query, picked, is_chosen=is_chosen)
