"""The repository: every question that pages, tiles, the API and the command line may ask.

All go through the door under a sign-in's token.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from watchfloor.data.alert_answering import AlertAnswering
from watchfloor.data.answering import Asker, as_known
from watchfloor.data.compare_answering import CompareAnswering
from watchfloor.data.door import Asked
from watchfloor.data.event_answering import EventAnswering
from watchfloor.data.facet_answering import FacetAnswering
from watchfloor.data.graph_answering import GraphAnswering
from watchfloor.data.live_answering import LiveAnswering
from watchfloor.data.partner_answering import PartnerAnswering
from watchfloor.data.played_answering import PlayedAnswering
from watchfloor.data.questions.behind_marks import BEHIND
from watchfloor.data.questions.cells import cell_spot, seizure_cells
from watchfloor.data.questions.event_page import event_page
from watchfloor.data.questions.movement import fixes, operations, routes
from watchfloor.data.questions.nearby import Nearby, seizures_near
from watchfloor.data.questions.origin import origin
from watchfloor.data.questions.overdoses import overdose_cells, overdose_clusters, overdose_trend
from watchfloor.data.questions.pages import case_page, entity_page, search
from watchfloor.data.questions.ports import ports
from watchfloor.data.questions.reported_values import latest_overdose_deaths
from watchfloor.data.questions.seizure_places import behind_symbol, nothing_behind, seizure_places
from watchfloor.data.questions.shown import shown
from watchfloor.data.questions.spot_ranges import cell_ranges, places_behind
from watchfloor.data.questions.trend import seizure_trend
from watchfloor.data.search_answering import SearchAnswering
from watchfloor.data.selection_answering import SelectionAnswering
from watchfloor.data.versions import layers_touched
from watchfloor.geo.answers import (
    CasePage,
    CellCounts,
    EntityPage,
    Fixes,
    Linked,
    Origin,
    Planned,
    Ports,
    Routes,
    Shown,
    Trend,
)
from watchfloor.geo.clusters import Clusters
from watchfloor.geo.disc import Disc
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.evidence import Page, Paging
from watchfloor.geo.place_symbols import PlaceSymbols, SymbolName, nearest_symbol, place_symbols
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.reported_values import LatestValue
from watchfloor.geo.seizure_places import SeizurePlaces
from watchfloor.geo.spot import Behind, Spot, SpotKind

__all__ = ["Asker", "Repository"]


class Repository(
    LiveAnswering,
    FacetAnswering,
    CompareAnswering,
    GraphAnswering,
    EventAnswering,
    SelectionAnswering,
    SearchAnswering,
    PartnerAnswering,
    PlayedAnswering,
    AlertAnswering,
):
    """Answers questions under the asker's scope."""

    # ------------------------------------------------------------ layers
    def seizure_cells(self, asker: Asker, query: Query) -> CellCounts:
        """Seizures per cell that overlaps the question's box."""
        return self.viewed(asker, query, "seizure_cells", lambda connection: seizure_cells(connection, query))

    def seizure_trend(self, asker: Asker, query: Query) -> Trend:
        """Seizures per day or month in the question's box."""
        return self.viewed(asker, query, "seizure_trend", lambda connection: seizure_trend(connection, query))

    def seizure_places(self, asker: Asker, query: Query) -> SeizurePlaces:
        """Seizures per distinct place of the whole world; the question's box and resolution do not matter."""
        query = _everywhere(query)
        return self.viewed(asker, query, "seizure_places", lambda connection: seizure_places(connection, query))

    def seizure_symbols(self, asker: Asker, query: Query, zoom: int) -> PlaceSymbols:
        """Those places as the points and areas that a map shows at a zoom."""
        query, asker = _everywhere(query), self.settled(asker)
        # asked before the places are: what is newer than its version is made again, never the other way
        key = ("seizure_symbols", zoom, self.version(asker, query), query.digest())
        places = self.seizure_places(asker, query)
        return self._cache.get(self.scope(asker).key, key, lambda: place_symbols(places, zoom))

    def overdose_cells(self, asker: Asker, query: Query) -> CellCounts:
        """Overdoses per cell: suppressed, or single events counted under the health right."""
        asker = self.settled(asker)
        health = self.scope(asker).sees_health
        return self.viewed(asker, query, "overdose_cells", lambda c: overdose_cells(c, query, sees_health=health))

    def overdose_trend(self, asker: Asker, query: Query) -> Trend:
        """Overdoses per month."""
        asker = self.settled(asker)
        health = self.scope(asker).sees_health
        return self.viewed(asker, query, "overdose_trend", lambda c: overdose_trend(c, query, sees_health=health))

    def overdose_clusters(self, asker: Asker, query: Query) -> Clusters:
        """Clusters of overdoses in the period."""
        asker = self.settled(asker)
        health = self.scope(asker).sees_health
        return self.viewed(asker, query, "overdose_clusters", lambda c: overdose_clusters(c, query, sees_health=health))

    def overdoses_reported(self, asker: Asker, query: Query) -> tuple[LatestValue, ...]:
        """The latest twelve-month value of overdose deaths per place and series, never added up."""
        return self.viewed(asker, query, "overdoses_reported", lambda c: latest_overdose_deaths(c, query))

    def ports(self, asker: Asker, query: Query) -> Ports:
        """Ports with one measure and its change."""
        return self.viewed(asker, query, "ports", lambda connection: ports(connection, query))

    def routes(self, asker: Asker, query: Query) -> Routes:
        """Flows between places."""
        return self.viewed(asker, query, "routes", lambda connection: routes(connection, query))

    def fixes(self, asker: Asker, query: Query) -> Fixes:
        """Positions of craft. Raises TooManyRows."""
        return self.viewed(asker, query, "fixes", lambda connection: fixes(connection, query))

    def operations(self, asker: Asker, query: Query) -> tuple[Planned, ...]:
        """Planned operations with their deconfliction status."""
        return self.viewed(asker, query, "operations", lambda connection: operations(connection, query))

    def origin(self, asker: Asker, query: Query) -> Origin | None:
        """Where the newest data of the question's layer and period come from, as far as the asker may see."""
        asker = self.settled(asker)
        runs = self.versions(asker).sources(layers_touched(query)[0], query.period)
        return self.viewed(asker, query, "origin", lambda connection: origin(connection, runs, query))

    def shown(self, asker: Asker, query: Query) -> Shown:
        """What cells, clusters and routes of the question are worked out from, and its version."""
        asker = self.settled(asker)
        version, health = self.version(asker, query), self.scope(asker).sees_health
        return self.viewed(asker, query, "shown", lambda c: shown(c, query, version, sees_health=health))

    # ------------------------------------------------------------ single records
    def entity(self, asker: Asker, entity: UUID, *, known_at: datetime | None = None) -> EntityPage | None:
        """One entity or event, or None if there is none that the asker may see; audited each time.

        known_at: as known at that moment, here and below; None is now. Raises BadQuestion if it is in the future.
        """
        asked = Asked("record", {"entity": str(entity)} | as_known(known_at), asker.view_id)
        return self.single(
            asker,
            asked,
            lambda connection: entity_page(connection, entity, known_at) or event_page(connection, entity, known_at),
        )

    def case(self, asker: Asker, case: UUID, *, known_at: datetime | None = None) -> CasePage | None:
        """One case, or None if there is none that the asker may see; audited each time."""
        asked = Asked("record", {"case": str(case)} | as_known(known_at), asker.view_id)
        return self.single(asker, asked, lambda connection: case_page(connection, case, known_at))

    def search(self, asker: Asker, text: str, *, known_at: datetime | None = None) -> tuple[Linked, ...]:
        """Entities by part of a name or identifier; audited each time."""
        asked = Asked("search", {"text": text[:200]} | as_known(known_at), asker.view_id)
        return self.single(asker, asked, lambda connection: search(connection, text, known_at))

    # ------------------------------------------------------------ marks
    def cell_at(self, asker: Asker, query: Query, lon: float, lat: float) -> Spot | None:
        """The finest cell that the map shows at a point, or None: a tap on hexagons or overdose cells."""
        asked = self.overdose_cells if query.layer is Layer.OVERDOSES else self.seizure_cells
        return cell_spot(asked(asker, query), lon, lat)

    def symbol_at(self, asker: Asker, query: Query, zoom: int, at: tuple[float, float], reach_px: float) -> Spot | None:
        """The point or area of seizures within so many pixels of a longitude and latitude, or None."""
        symbols = self.seizure_symbols(asker, query, zoom)
        index = nearest_symbol(symbols, *at, reach_px)
        return None if index is None else Spot(SpotKind.PLACE, str(symbols.name_of(index)))

    def behind(self, asker: Asker, query: Query, spot: Spot) -> Behind:
        """What stands behind a mark; audited each time."""
        as_known(query.known_at)
        asked = Asked("record", query.subject() | {"spot": f"{spot.kind}:{spot.name}"[:200]}, asker.view_id)
        if (query.layer, spot.kind) == (Layer.SEIZURES, SpotKind.PLACE):
            return self._behind_symbol(asker, query, spot, asked)
        if (query.layer, spot.kind) not in BEHIND:
            raise BadQuestion(f"nothing can be asked of a {spot.kind} of the layer {query.layer}")
        read = BEHIND[query.layer, spot.kind]
        return self.single(asker, asked, lambda connection: read(connection, query, spot))

    def behind_page(self, asker: Asker, query: Query, spot: Spot, paging: Paging) -> Page:
        """Records behind a hexagon or a symbol of seizures, page by page; audited each time. Raises BadQuestion."""
        asker = self.settled(asker)
        if spot.kind is not SpotKind.PLACE:
            return self._records_behind(asker, query, spot, paging, counted=(cell_ranges(query, spot), None))
        name = SymbolName.parse(spot.name)
        counted = places_behind(self.seizure_symbols(asker, query, name.zoom), name)
        return self._records_behind(asker, query, spot, paging, counted=counted)

    def near(self, asker: Asker, query: Query, disc: Disc) -> Nearby:
        """What seizures within a disc lead to; audited each time."""
        as_known(query.known_at)
        asked = Asked("record", query.subject() | {"near": f"{disc.lon},{disc.lat},{disc.radius_m}"}, asker.view_id)
        return self.single(asker, asked, lambda connection: seizures_near(connection, query, disc))

    def _behind_symbol(self, asker: Asker, query: Query, spot: Spot, asked: Asked) -> Behind:
        name = SymbolName.parse(spot.name)
        symbols = self.seizure_symbols(asker, query, name.zoom)
        index = symbols.find(name)
        if index is None:
            return self.single(asker, asked, lambda _: nothing_behind(query, spot))
        return self.single(asker, asked, lambda c: behind_symbol(c, query, spot, symbols, index))


def _everywhere(query: Query) -> Query:
    """The question that all zooms and places of the map share."""
    return replace(query.everywhere(), resolution=0)
