"""Partners' addresses at work: each with hands of its own, so that one that is slow holds up nobody but itself.

What was fetched is kept on disk and shown again while a link is cut, with its age. A partner that does not answer is
left alone for a while; meanwhile what is kept comes at once.
"""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from watchfloor.data.partner.addresses import PartnerAddress
from watchfloor.data.partner.fetching import PICTURE, Fetcher
from watchfloor.data.partner.items import Items, fetched_items, read_items
from watchfloor.data.partner.kept_tiles import KeptAnswer, KeptTiles
from watchfloor.data.partner.services import Matrices, Place, asked_tile, coarser, picture, read_matrices
from watchfloor.geo.errors import PartnerFault

log = structlog.get_logger(__name__)

HANDS: Final = 4
LEFT_ALONE_S: Final = 30.0
MOST_WAITING: Final = 512
_ITEMS: Final = "items.geojson"


@dataclass(frozen=True, slots=True)
class PartnerStatus:
    """How an address is served. as_of: of the oldest picture that is shown; why: what was wrong last, if anything.

    cut_since: when it last stopped answering; None while it answers. version: another one when tiles shall be asked for
    anew.
    """

    as_of: datetime | None
    cut_since: datetime | None
    why: str
    version: str


@dataclass(slots=True)
class _Service:
    """One address in hand."""

    address: PartnerAddress
    kept: KeptTiles
    hands: ThreadPoolExecutor
    matrices: Matrices | None = None
    items: Items | None = None
    cut_since: datetime | None = None
    why: str = ""
    rests_until: float = 0.0
    times_back: int = 0
    flights: dict[str, Future[KeptAnswer | None]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class PartnerShelf:
    """All addresses of the operator's list; safe to share between threads."""

    def __init__(
        self,
        addresses: Iterable[PartnerAddress],
        folder: Path,
        *,
        left_alone_s: float = LEFT_ALONE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetcher, self._left_alone_s, self._clock = Fetcher(), left_alone_s, clock
        self._services = {
            address.code: _Service(
                address,
                KeptTiles(folder, address),
                ThreadPoolExecutor(HANDS, thread_name_prefix=f"partner-{address.name}"),
            )
            for address in addresses
        }

    @property
    def addresses(self) -> tuple[PartnerAddress, ...]:
        """The list."""
        return tuple(service.address for service in self._services.values())

    def find(self, code: str) -> PartnerAddress | None:
        """The address of that code."""
        service = self._services.get(code)
        return None if service is None else service.address

    def close(self) -> None:
        """Ask nothing more."""
        for service in self._services.values():
            service.hands.shutdown(wait=False, cancel_futures=True)

    def status(self, code: str, places: Iterable[Place] = ()) -> PartnerStatus:
        """How an address is served, as far as these tiles show it."""
        service = self._services[code]
        shown = [_ITEMS] if service.address.kind == "ogc-features" else list(map(_name, places))
        names = [service.kept.nearest(name) or name for name in shown]
        turn = int(time.time() / 60 / service.address.max_age_minutes)
        version = f"{service.times_back}.{turn}"
        return PartnerStatus(service.kept.oldest(names), service.cut_since, service.why, version)

    def tile(self, code: str, place: Place) -> Future[KeptAnswer | None]:
        """A tile's picture as PNG: fresh, or the last that came; None if there never was one. Asked once for all."""
        return self._flight(code, _name(place), lambda service: self._fresh_tile(service, place))

    def items_at_hand(self, code: str) -> Items | None:
        """The features that were drawn last, without asking anybody."""
        return self._services[code].items

    def items(self, code: str) -> Future[Items | None]:
        """The features of an address: fresh, or the last that came; None if there never were any."""
        service = self._services[code]
        return service.hands.submit(self._items, service)

    # ------------------------------------------------------------ how
    def _flight(self, code: str, name: str, fresh: Callable[[_Service], bytes]) -> Future[KeptAnswer | None]:
        service = self._services[code]
        kept = service.kept.get(name)
        if kept is not None and self._is_enough(service, kept.at):
            return _done(kept)
        with service.lock:
            flight = service.flights.get(name)
            if flight is None and (self._clock() < service.rests_until or len(service.flights) >= MOST_WAITING):
                return _done(kept) if kept is not None else service.hands.submit(coarser, service.kept, name)
            if flight is None:
                flight = service.flights[name] = service.hands.submit(self._ask, service, name, kept, fresh)
                flight.add_done_callback(lambda _: service.flights.pop(name, None))
        return flight

    def _ask(
        self, service: _Service, name: str, kept: KeptAnswer | None, fresh: Callable[[_Service], bytes]
    ) -> KeptAnswer | None:
        if self._clock() < service.rests_until:
            return kept or coarser(service.kept, name)
        try:
            content = fresh(service)
        except PartnerFault as fault:
            self._note(service, fault)
            return kept or coarser(service.kept, name)
        service.times_back += bool(service.why)
        service.cut_since, service.why = None, ""
        return service.kept.put(name, content)

    def _fresh_tile(self, service: _Service, place: Place) -> bytes:
        address = service.address
        if address.kind == "wmts" and service.matrices is None:
            service.matrices = read_matrices(address, self._fetcher)
        asked = asked_tile(address, place, service.matrices)
        return picture(self._fetcher.fetch(address, asked.url, PICTURE, params=asked.params))

    def _items(self, service: _Service) -> Items | None:
        with service.lock:
            kept = service.kept.get(_ITEMS)
            if kept is None or not self._is_enough(service, kept.at):
                kept = self._ask(service, _ITEMS, kept, lambda one: fetched_items(one.address, self._fetcher))
            if kept is not None and (service.items is None or service.items.at != kept.at):
                service.items = read_items(service.address, kept)
        return service.items

    @staticmethod
    def _is_enough(service: _Service, at: datetime) -> bool:
        return datetime.now(UTC) - at < timedelta(minutes=service.address.max_age_minutes)

    def _note(self, service: _Service, fault: PartnerFault) -> None:
        service.why = str(fault)
        if fault.is_cut:
            service.cut_since = service.cut_since or datetime.now(UTC)
            service.rests_until = self._clock() + self._left_alone_s
        log.warning("partner's answer not used", partner=service.address.name, why=service.why)


def _name(place: Place) -> str:
    return "/".join(map(str, place))


def _done(kept: KeptAnswer | None) -> Future[KeptAnswer | None]:
    done: Future[KeptAnswer | None] = Future()
    done.set_result(kept)
    return done
