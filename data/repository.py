"""The repository: every question that pages, tiles, the API and the command line may ask.

All go through the door under a sign-in's token. Answers are kept per visible labels, so that who may
see the same shares them; the audit row is written for each asker and view all the same.
"""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.address import Address
from watchfloor.data.cache import AnswerCache
from watchfloor.data.door import Asked, Door
from watchfloor.data.questions.behind_marks import BEHIND
from watchfloor.data.questions.cells import cell_spot, seizure_cells
from watchfloor.data.questions.marks import craft_spot
from watchfloor.data.questions.movement import fixes, operations, routes
from watchfloor.data.questions.nearby import Nearby, seizures_near
from watchfloor.data.questions.origin import origin
from watchfloor.data.questions.overdoses import overdose_cells, overdose_clusters, overdose_trend
from watchfloor.data.questions.pages import case_page, entity_page, search
from watchfloor.data.questions.ports import ports
from watchfloor.data.questions.reported_values import latest_overdose_deaths
from watchfloor.data.questions.seizure_places import behind_symbol, nothing_behind, seizure_places
from watchfloor.data.questions.shown import shown
from watchfloor.data.questions.trend import seizure_trend
from watchfloor.data.versions import Notices, Versions, layers_touched, read_versions
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
from watchfloor.geo.place_symbols import PlaceSymbols, SymbolName, nearest_symbol, place_symbols
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.reported_values import LatestValue
from watchfloor.geo.scope import Scope
from watchfloor.geo.seizure_places import SeizurePlaces
from watchfloor.geo.spot import Behind, Spot, SpotKind

CACHE_BYTES = 256 * 2**20
MOST_VIEWS = 50_000

type Connection = psycopg.Connection[TupleRow]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and from which open view (a page, a wall, one run of the command line)."""

    token: str
    view_id: UUID


class Repository:
    """Answers questions under the asker's scope."""

    def __init__(self, address: Address) -> None:
        self._door = Door(address)
        self._notices = Notices(address)
        self._cache = AnswerCache(CACHE_BYTES)
        self._versions = AnswerCache(2**20)
        self._audited: dict[tuple[str, UUID, str], None] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._door.__enter__()
        self._notices.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._notices.__exit__(kind, error, tb)
        self._door.close()

    # ------------------------------------------------------------ who
    def scope(self, asker: Asker) -> Scope:
        """What the asker may see now. Raises NotSignedIn, StoreUnavailable."""
        return self._door.peek(asker.token)

    def versions(self, asker: Asker) -> Versions:
        """Versions of what the asker may see."""
        scope = self.scope(asker)
        generation = self._notices.generation

        def read() -> Versions:
            with self._door.open(asker.token, Asked("page", {"asks": "versions"})) as (connection, _):
                return read_versions(connection)

        return self._versions.get(scope.key, generation, read)

    # ------------------------------------------------------------ layers
    def seizure_cells(self, asker: Asker, query: Query) -> CellCounts:
        """Seizures per cell that overlaps the question's box."""
        return self._view(asker, query, "seizure_cells", lambda connection: seizure_cells(connection, query))

    def seizure_trend(self, asker: Asker, query: Query) -> Trend:
        """Seizures per day or month in the question's box."""
        return self._view(asker, query, "seizure_trend", lambda connection: seizure_trend(connection, query))

    def seizure_places(self, asker: Asker, query: Query) -> SeizurePlaces:
        """Seizures per distinct place of the whole world; the question's box and resolution do not matter."""
        query = _everywhere(query)
        return self._view(asker, query, "seizure_places", lambda connection: seizure_places(connection, query))

    def seizure_symbols(self, asker: Asker, query: Query, zoom: int) -> PlaceSymbols:
        """Those places as the points and areas that a map shows at a zoom."""
        query, scope = _everywhere(query), self.scope(asker)
        places = self.seizure_places(asker, query)
        key = ("seizure_symbols", zoom, self.version(asker, query), query.digest())
        return self._cache.get(scope.key, key, lambda: place_symbols(places, zoom))

    def overdose_cells(self, asker: Asker, query: Query) -> CellCounts:
        """Overdoses per cell: suppressed, or single events counted under the health right."""
        health = self.scope(asker).sees_health
        return self._view(asker, query, "overdose_cells", lambda c: overdose_cells(c, query, sees_health=health))

    def overdose_trend(self, asker: Asker, query: Query) -> Trend:
        """Overdoses per month."""
        health = self.scope(asker).sees_health
        return self._view(asker, query, "overdose_trend", lambda c: overdose_trend(c, query, sees_health=health))

    def overdose_clusters(self, asker: Asker, query: Query) -> Clusters:
        """Clusters of overdoses in the period."""
        health = self.scope(asker).sees_health
        return self._view(asker, query, "overdose_clusters", lambda c: overdose_clusters(c, query, sees_health=health))

    def overdoses_reported(self, asker: Asker, query: Query) -> tuple[LatestValue, ...]:
        """The latest twelve-month value of overdose deaths per place and series, never added up."""
        return self._view(asker, query, "overdoses_reported", lambda c: latest_overdose_deaths(c, query))

    def ports(self, asker: Asker, query: Query) -> Ports:
        """Ports with one measure and its change."""
        return self._view(asker, query, "ports", lambda connection: ports(connection, query))

    def routes(self, asker: Asker, query: Query) -> Routes:
        """Flows between places."""
        return self._view(asker, query, "routes", lambda connection: routes(connection, query))

    def fixes(self, asker: Asker, query: Query) -> Fixes:
        """Positions of craft. Raises TooManyRows."""
        return self._view(asker, query, "fixes", lambda connection: fixes(connection, query))

    def operations(self, asker: Asker, query: Query) -> tuple[Planned, ...]:
        """Planned operations with their deconfliction status."""
        return self._view(asker, query, "operations", lambda connection: operations(connection, query))

    def origin(self, asker: Asker, query: Query) -> Origin | None:
        """Where the newest data of the question's layer and period come from, as far as the asker may see."""
        runs = self.versions(asker).sources(layers_touched(query)[0], query.period)
        return self._view(asker, query, "origin", lambda connection: origin(connection, runs, query.known_at))

    def shown(self, asker: Asker, query: Query) -> Shown:
        """What cells, clusters and routes of the question are worked out from, and its version."""
        version, health = self.version(asker, query), self.scope(asker).sees_health
        return self._view(asker, query, "shown", lambda c: shown(c, query, version, sees_health=health))

    # ------------------------------------------------------------ single records
    def entity(self, asker: Asker, entity: UUID, *, known_at: datetime | None = None) -> EntityPage | None:
        """One entity, or None if there is none that the asker may see; audited each time.

        known_at: as known at that moment, here and below; None is now. Raises BadQuestion if it is in the future.
        """
        asked = Asked("record", {"entity": str(entity)} | _as_known(known_at), asker.view_id)
        return self._single(asker, asked, lambda connection: entity_page(connection, entity, known_at))

    def case(self, asker: Asker, case: UUID, *, known_at: datetime | None = None) -> CasePage | None:
        """One case, or None if there is none that the asker may see; audited each time."""
        asked = Asked("record", {"case": str(case)} | _as_known(known_at), asker.view_id)
        return self._single(asker, asked, lambda connection: case_page(connection, case, known_at))

    def search(self, asker: Asker, text: str, *, known_at: datetime | None = None) -> tuple[Linked, ...]:
        """Entities by part of a name or identifier; audited each time."""
        asked = Asked("search", {"text": text[:200]} | _as_known(known_at), asker.view_id)
        return self._single(asker, asked, lambda connection: search(connection, text, known_at))

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

    def craft_at(self, asker: Asker, query: Query, lon: float, lat: float, reach_deg: float) -> Spot | None:
        """The craft nearest to a point, within so many degrees, or None: a tap on tracks; audited each time."""
        _as_known(query.known_at)
        asked = Asked("hover", query.subject() | {"lon": round(lon, 4), "lat": round(lat, 4)}, asker.view_id)
        return self._single(asker, asked, lambda c: craft_spot(c, query, lon, lat, reach_deg))

    def behind(self, asker: Asker, query: Query, spot: Spot) -> Behind:
        """What stands behind a mark; audited each time."""
        _as_known(query.known_at)
        asked = Asked("record", query.subject() | {"spot": f"{spot.kind}:{spot.name}"[:200]}, asker.view_id)
        if (query.layer, spot.kind) == (Layer.SEIZURES, SpotKind.PLACE):
            return self._behind_symbol(asker, query, spot, asked)
        if (query.layer, spot.kind) not in BEHIND:
            raise BadQuestion(f"nothing can be asked of a {spot.kind} of the layer {query.layer}")
        read = BEHIND[query.layer, spot.kind]
        return self._single(asker, asked, lambda connection: read(connection, query, spot))

    def near(self, asker: Asker, query: Query, disc: Disc) -> Nearby:
        """What seizures within a disc lead to; audited each time."""
        _as_known(query.known_at)
        asked = Asked("record", query.subject() | {"near": f"{disc.lon},{disc.lat},{disc.radius_m}"}, asker.view_id)
        return self._single(asker, asked, lambda connection: seizures_near(connection, query, disc))

    def _behind_symbol(self, asker: Asker, query: Query, spot: Spot, asked: Asked) -> Behind:
        name = SymbolName.parse(spot.name)
        symbols = self.seizure_symbols(asker, query, name.zoom)
        index = symbols.find(name)
        if index is None:
            return self._single(asker, asked, lambda _: nothing_behind(query, spot))
        return self._single(asker, asked, lambda c: behind_symbol(c, query, spot, symbols, index))

    # ------------------------------------------------------------ how
    def version(self, asker: Asker, query: Query) -> int:
        """Version of the data that a question is asked of, as the asker may see them."""
        versions = self.versions(asker)
        return max(versions.of(layer, query.period) for layer in layers_touched(query))

    def note_view(self, asker: Asker, query: Query, layers: Sequence[str]) -> None:
        """Write the audit row of a view that shows these layers, once per asker, question and view."""
        _as_known(query.known_at)
        self._audit(asker, Asked("view", query.subject() | {"layers": ",".join(layers)}, asker.view_id))

    def _view[Answer](self, asker: Asker, query: Query, name: str, read: Callable[[Connection], Answer]) -> Answer:
        """An answer for a view: kept if it can be, audited once per asker, question and view."""
        _as_known(query.known_at)
        scope = self.scope(asker)
        asked = Asked("view", query.subject(), asker.view_id)

        def through_the_door() -> Answer:
            with self._door.open(asker.token, asked) as (connection, _):
                answer = read(connection)
            self._note(asker, asked)
            return answer

        version = self.version(asker, query)
        answer = self._cache.get(scope.key, (name, version, query.digest()), through_the_door)
        self._audit(asker, asked)
        return answer

    def _single[Answer](self, asker: Asker, asked: Asked, read: Callable[[Connection], Answer]) -> Answer:
        """An answer that is read and audited each time: records, hover, search, exports."""
        with self._door.open(asker.token, asked) as (connection, _):
            return read(connection)

    def _audit(self, asker: Asker, asked: Asked) -> None:
        """The audit row of a view whose answer came from the cache: before the answer leaves."""
        if self._key(asker, asked) not in self._audited:
            with self._door.open(asker.token, asked):
                pass
            self._note(asker, asked)

    def _note(self, asker: Asker, asked: Asked) -> None:
        with self._lock:
            self._audited[self._key(asker, asked)] = None
            while len(self._audited) > MOST_VIEWS:
                self._audited.pop(next(iter(self._audited)))

    @staticmethod
    def _key(asker: Asker, asked: Asked) -> tuple[str, UUID, str]:
        return (asker.token, asker.view_id, json.dumps(dict(asked.question), sort_keys=True))


def _everywhere(query: Query) -> Query:
    """The question that all zooms and places of the map share."""
    return replace(query.everywhere(), resolution=0)


def _as_known(known_at: datetime | None) -> dict[str, str]:
    """What an audit row says of the moment. Raises BadQuestion for one that is still to come: it may yet change."""
    if known_at is None:
        return {}
    if known_at > datetime.now(UTC):
        raise BadQuestion(f"{known_at.isoformat()} is still to come: nobody knows what will be known then")
    return {"known_at": known_at.isoformat()}
