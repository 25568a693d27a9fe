"""Versions of what is drawn, per layer, region and year, as one reader may see them; fresh by notice.

One thread listens for the notice that every run gives when it publishes. Until it hears one, what was
read stays true; when it loses the database, all is read again.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import psycopg
import structlog
from psycopg.rows import TupleRow

from watchfloor.data.address import Address, Role
from watchfloor.data.statements import statement
from watchfloor.geo.facts import FactKind
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query

log = structlog.get_logger(__name__)

MOST_TOLD = 10_000
# five numbers of nineteen digits and the dots between; nobody has seen versions that are longer
LONGEST_TOLD = 100
_EVER = 0
LIVE = "live"
"""What a batch of a live feed gives notice of."""

type _Where = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Versions:
    """Latest publication per (layer, region, year) among the labels of one scope, and the run that it was of.

    Of events of tracks, which no run brings, latest is when they were found.
    """

    latest: dict[_Where, int]
    brought: dict[_Where, int] = field(default_factory=dict)

    def of(self, layer: str, period: Period, regions: frozenset[int] | None = None) -> int:
        """A number that goes up whenever the layer changes there (None: anywhere) and then."""
        return max(_within(self.latest, layer, period, regions), default=0)

    def runs(self, layer: str, period: Period) -> frozenset[int]:
        """The runs that last changed the layer then; what belongs to no year counts for every one."""
        return frozenset(_within(self.brought, layer, period))

    def sources(self, layer: str, period: Period) -> frozenset[int]:
        """The runs that brought the newest of what the layer shows then, not those that changed what it leads to."""
        knows_years = any(name == layer and year != _EVER for name, _, year in self.brought)
        dated = {at: run for at, run in self.brought.items() if at[2] != _EVER} if knows_years else self.brought
        return frozenset(_within(dated, layer, period))


def _within(
    numbers: dict[_Where, int], layer: str, period: Period, regions: frozenset[int] | None = None
) -> Iterator[int]:
    return (
        number
        for (name, region, year), number in numbers.items()
        if name == layer
        and (year == _EVER or period.since.year <= year <= period.until.year)
        and (regions is None or region < 0 or region in regions)
    )


def layers_touched(query: Query) -> tuple[str, ...]:
    """Layers whose changes change a question's answer: what stands at or near places moves with them."""
    if query.layer is Layer.PORTS or query.fact is FactKind.REPORTED:
        return ("reported", "places")
    return (query.layer.value, "places") if query.only.near else (query.layer.value,)


def read_versions(connection: psycopg.Connection[TupleRow]) -> Versions:
    """Versions of all that this scope may see."""
    rows = connection.execute(statement("data_versions")).fetchall()
    return Versions(
        {(layer, region, year): version for layer, region, year, version, _ in rows},
        {(layer, region, year): run for layer, region, year, _, run in rows if run is not None},
    )


class Notices:
    """Counts the notices of change; `generation` is what a kept Versions is good for.

    A notice says layer and label. A batch of a live feed leaves versions as they are until its run is closed: it counts
    for `live` alone.
    """

    def __init__(self, address: Address) -> None:
        self._conninfo = address.conninfo(Role.APP)
        self._generation = self._lost = 0
        self._of_label: Counter[int] = Counter()
        self._told: dict[str, None] = {}
        self._telling = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="notices", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    @property
    def generation(self) -> int:
        """Goes up whenever something may have changed."""
        return self._generation

    def live(self, labels: Iterable[int]) -> int:
        """Goes up whenever positions under these labels may have changed, those of live feeds too; for no others."""
        return self._lost + sum(self._of_label[label] for label in labels)

    def hear_of(self, versions: str) -> None:
        """What another process has seen, as addresses say it; something may have changed if nobody said so before."""
        if len(versions) > LONGEST_TOLD:
            return
        with self._telling:
            if versions in self._told:
                return
            self._told[versions] = None
            while len(self._told) > MOST_TOLD:
                self._told.pop(next(iter(self._told)))
            self._all_changed()

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                with psycopg.connect(self._conninfo, autocommit=True) as connection:
                    connection.execute("LISTEN watchfloor_changed")
                    self._all_changed()
                    self._hear(connection)
            except psycopg.OperationalError as error:
                log.warning("notices lost", error=type(error).__name__)
                self._all_changed()
                self._stop.wait(1)

    def _hear(self, connection: psycopg.Connection[TupleRow]) -> None:
        while not self._stop.is_set():
            for notice in connection.notifies(timeout=0.5, stop_after=1):
                layer, _, label = notice.payload.partition(" ")
                # events of tracks are of several labels at once, and leave positions as they are
                if label:
                    self._of_label[int(label)] += 1
                if layer != LIVE:
                    self._generation += 1

    def _all_changed(self) -> None:
        self._lost += 1
        self._generation += 1
