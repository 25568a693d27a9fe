"""What a cursor that rests on the map is told, of whatever layer lies uppermost there; from answers at hand."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from watchfloor.dashboards.choices import Mark
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.filters import EDGES_KM
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.partner_hover import PartnerUnder, told_under
from watchfloor.dashboards.taps import DENSE, DENSITY, SEIZURES, TRACKS, Aim, aim, dense_mark, density_at
from watchfloor.dashboards.track_pointer import TrackPointer
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.answers import CellCounts
from watchfloor.geo.areas import written_metres
from watchfloor.geo.facts import FactKind
from watchfloor.geo.place_symbols import PlaceSymbols, SymbolName
from watchfloor.geo.query import Layer, Measured
from watchfloor.geo.spot import SpotKind
from watchfloor.geo.weights import written_weight
from watchfloor.layers.density_under import DensityUnder
from watchfloor.layers.legends import kind_of
from watchfloor.layers.vectors import Touch

type Told = dict[str, Any]

HOVERED = {*DENSE, DENSITY, SEIZURES, TRACKS}
_UNCERTAIN = "#e3b341"
_CERTAIN = "#62b0ee"
_NOUNS = {Layer.SEIZURES: ("seizure", "seizures"), Layer.OVERDOSES: ("overdose", "overdoses")}


class Hovering:
    """Asks for the topmost of what lies under the cursor, and tells it beside the cursor."""

    def __init__(self, desk: Desk, map_view: MapView, tracks: TrackPointer) -> None:
        self._desk, self._map, self._tracks = desk, map_view, tracks
        # what partners' layers are called; none until the page says so
        self.partners: Callable[[], PartnerUnder] = dict
        map_view.heed_hover(self.rested)
        desk.state.param.watch(lambda *_: self._follow(), ["layers", "partners"])
        self._follow()

    def rested(self, touch: Touch, turn: int) -> None:
        """The cursor rests on the map."""
        desk = self._desk
        aimed, period = aim(desk.state, touch), str(desk.state.asked_period)
        question = partial(under, desk.repository, desk.asker, aimed, period)
        # nothing is said of a fault: who taps is told
        desk.answers.ask("hover", question, partial(self._found, touch, turn), lambda _: None)

    def _found(self, touch: Touch, turn: int, told: Told | None) -> None:
        titles = self.partners()
        if titles:
            question = partial(told_under, self._desk, touch, titles)
            take = partial(self._beside, touch, turn, told)
            self._desk.answers.ask("hover", question, take, lambda _: self._facts_found(touch, turn, told))
        else:
            self._facts_found(touch, turn, told)

    def _beside(self, touch: Touch, turn: int, facts: Told | None, feature: Told | None) -> None:
        """Facts first, with one row for a partner's feature that lies there too."""
        if facts is not None and feature is not None:
            facts = facts | {"rows": [*facts["rows"], [feature["rows"][0][0], "Partner", feature["title"]]]}
        self._facts_found(touch, turn, facts or feature)

    def _facts_found(self, touch: Touch, turn: int, told: Told | None) -> None:
        if told is not None:
            self._tell(turn, told)
        elif TRACKS in self._desk.state.layers:
            self._tracks.hovered(touch, partial(self._tell, turn))

    def _tell(self, turn: int, told: Told) -> None:
        self._map.tell_hover({"turn": turn, **told})

    def _follow(self) -> None:
        state = self._desk.state
        self._map.follow_cursor(bool(state.partners or HOVERED & state.layers.keys()))


def under(repository: Repository, asker: Asker, aimed: Aim, period: str) -> Told | None:
    """What the tiles show under a cursor, in words; None for nothing and for tracks."""
    mark = dense_mark(repository, asker, aimed)
    if mark is None or mark.layer == TRACKS:
        return None
    if mark.layer == SEIZURES:
        symbols = repository.seizure_symbols(asker, aimed.places, aimed.zoom)
        index = symbols.find(SymbolName.parse(mark.spot.name))
        return None if index is None else told_of_symbol(symbols, index, period)
    if mark.layer == DENSITY:
        found = density_at(repository, asker, aimed)
        return None if found is None else told_of_density(found, aimed.places.measured, period)
    query = aimed.cells[mark.layer]
    counts = (repository.overdose_cells if query.layer is Layer.OVERDOSES else repository.seizure_cells)(asker, query)
    return told_of_cell(counts, mark, _NOUNS[query.layer], period) if mark.spot.kind is SpotKind.CELL else None


def told_of_cell(counts: CellCounts, mark: Mark, nouns: tuple[str, str], period: str) -> Told | None:
    """What a hexagon counts, and how well its records are known."""
    at = np.flatnonzero(counts.cells == np.uint64(int(mark.spot.name, 16)))
    if not at.size:
        return None
    n, kilograms, is_coarse = int(counts.n[at[0]]), float(counts.kilograms[at[0]]), bool(counts.is_coarse[at[0]])
    resolution = int(mark.spot.name, 16) >> 52 & 15
    edge = f"{EDGES_KM[resolution]:,} km edge" if resolution < len(EDGES_KM) else ""
    known = f"this area only ({edge})" if is_coarse else f"the hexagon ({edge}) or better"
    least = "at least " if counts.is_suppressed else ""
    reported = " reported" if counts.fact is FactKind.REPORTED else ""
    foot = f"{period} · {kind_of(counts.fact, is_suppressed=True)}" if counts.is_suppressed else period
    return _written(f"{least}{n:,} {nouns[n != 1]}{reported}", kilograms, known, foot, is_rough=is_coarse)


def told_of_symbol(symbols: PlaceSymbols, index: int, period: str) -> Told:
    """What a point or a framed number counts, and how well its places are known."""
    members = symbols.places_of(index)
    metres = symbols.places.uncertainty_m[members]
    least, most = (written_metres(float(edge)) for edge in (metres.min(), metres.max()))
    within = most if least == most else f"{least} to {most}"
    places = "" if len(members) == 1 else f", {len(members):,} places"
    n = int(symbols.n[index])
    known = f"within {within} of the place{'s' if places else ''}{places}"
    is_rough = bool(symbols.is_area[index])
    return _written(f"{n:,} {_NOUNS[Layer.SEIZURES][n != 1]}", float(symbols.kilograms[index]), known, period,
                    is_rough=is_rough)  # fmt: skip


def told_of_density(found: DensityUnder, measured: Measured, period: str) -> Told:
    """What the colour of density under a cursor stands for."""
    within = written_metres(found.around.radius_m)
    told = _written(
        f"{found.n:,} {_NOUNS[Layer.SEIZURES][found.n != 1]} within {within}",
        found.kilograms, f"{within} or better", period, is_rough=False,
    )  # fmt: skip
    unit = "kg" if measured is Measured.KILOGRAMS else "seizures"
    return told | {"rows": [[_CERTAIN, "Density", f"{found.value:,.3g} {unit} per 1,000 km²"], *told["rows"]]}


def _written(title: str, kilograms: float, known: str, period: str, *, is_rough: bool) -> Told:
    rows: list[Mapping[str, str] | tuple[str, str, str]] = []
    if kilograms:
        rows.append((_CERTAIN, "Weight", written_weight(kilograms)))
    rows.append((_UNCERTAIN if is_rough else _CERTAIN, "Known to", known))
    return {"title": title, "rows": [list(row) for row in rows], "foot": period}
