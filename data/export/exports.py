"""An order for a file, read under the asker's scope: audited, counted, marked, and refused to whom it may not go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.answering import Asker, as_known
from watchfloor.data.door import Asked
from watchfloor.data.export.area_rows import (
    read_ports,
    read_released_overdoses,
    read_reported_seizures,
    read_routes,
)
from watchfloor.data.export.files import WRITERS
from watchfloor.data.export.found import Found
from watchfloor.data.export.reading import Desk, read_overdoses, read_positions, read_seizures
from watchfloor.data.export.spool import Spool
from watchfloor.data.export.wheres import InSelection, UnderCell, UnderSymbol, Where
from watchfloor.data.export.writing import Job
from watchfloor.data.repository import Repository
from watchfloor.geo.errors import BadQuestion, Refused
from watchfloor.geo.export_order import ExportOrder
from watchfloor.geo.facts import FactKind
from watchfloor.geo.handing_on import BESIDE, Handling, why_not_to
from watchfloor.geo.kept import Handed
from watchfloor.geo.kept_selection import may_be_named
from watchfloor.geo.place_symbols import SymbolName
from watchfloor.geo.query import Layer
from watchfloor.geo.scope import Label, Scope
from watchfloor.geo.spot import SpotKind

type Connection = psycopg.Connection[TupleRow]
type Told = Callable[[int], None]

MOST_REASONS = 4
EMPTY = "nothing that is yours to see answers this: there is nothing to export"


@dataclass(frozen=True, slots=True)
class Read:
    """What was read for an order, and what the file will say of itself."""

    order: ExportOrder
    found: Found
    handling: Handling


def read_order(
    repository: Repository, asker: Asker, order: ExportOrder, spool: Path, told: Told, *, is_exercise: bool
) -> Read:
    """Read what an order asks for into a spool at that path; audited as an export before the first row is read.

    told: takes the number of rows read so far. Raises BadQuestion if there is nothing, Refused if a label forbids whom
    it is for, NotSignedIn, StoreUnavailable; the spool is gone then.
    """
    scope = repository.scope(asker)
    said = order.as_json() | as_known(order.query.known_at) | {"form": order.form.value, "for": order.given_to}
    reading = _reading(repository, asker, order, scope)
    asked_at = datetime.now(UTC)
    desk = Desk(Spool(spool), told)
    try:
        found = repository.single(
            asker, Asked("export", said, asker.view_id), lambda connection: reading(connection, desk)
        )
        _check(found, order.given_to)
    except BaseException:
        desk.spool.remove()
        raise
    return Read(order, found, _handling(order, found, scope, asked_at, is_exercise=is_exercise))


def write_order(read: Read, path: Path, told: Told) -> Handling:
    """Write the file of what was read; what it says of itself, with the hash of its content."""
    sha256 = WRITERS[read.order.form](Job(path, read.found, read.handling, told))
    return replace(read.handling, content_sha256=sha256)


def handed(handling: Handling, form: str, name: str, sha256: bytes, size: int) -> Handed:
    """What the record of dissemination says of a file."""
    counts = handling.counts.as_json()
    precisions = counts.pop("by_precision")
    counts |= {f"known_to_{name}": n for name, n in precisions.items()}
    question = {**handling.question, "words": handling.words, "content_sha256": handling.content_sha256}
    labels = tuple(label.id for label, _ in handling.labels)
    return Handed(question, handling.marking, labels, counts, form, name, sha256, size, handling.given_to)


def _check(found: Found, given_to: str) -> None:
    if not found.counts.records:
        raise BadQuestion(EMPTY)
    reasons = why_not_to((label for label, _ in found.labels), given_to, is_health=found.is_health)
    if reasons:
        more = f"; and {len(reasons) - MOST_REASONS} more labels" if len(reasons) > MOST_REASONS else ""
        raise Refused(f"this may not be given to {given_to}: {'; '.join(reasons[:MOST_REASONS])}{more}")


def _handling(order: ExportOrder, found: Found, scope: Scope, asked_at: datetime, *, is_exercise: bool) -> Handling:
    counts, notes = found.counts, found.notes
    if found.beside is not None:
        counts = found.beside.counted(counts, [label for label, _ in found.labels], order.given_to)
        notes = (*notes, BESIDE)
    return Handling(
        is_exercise=is_exercise,
        labels=found.labels,
        question=order.as_json(),
        words=_words(order, [label for label, _ in found.labels]),
        asked_at=asked_at,
        known_at=order.query.known_at,
        counts=counts,
        by=f"{scope.display_name} ({scope.principal})",
        agency=scope.agency,
        given_to=order.given_to,
        notes=notes,
    )


def _words(order: ExportOrder, labels: Sequence[Label]) -> str:
    """The question, with an area's name only where that changes nothing of the marking."""
    area = order.area
    is_named = area is None or may_be_named(area, labels, order.given_to)
    return (order if is_named else replace(order, area=None)).words


def _reading(
    repository: Repository, asker: Asker, order: ExportOrder, scope: Scope
) -> Callable[[Connection, Desk], Found]:
    query, spot, place = order.query, order.spot, order.place
    if query.layer is Layer.TRACKS:
        if spot is None or spot.kind is not SpotKind.CRAFT or not spot.name.isdecimal():
            raise BadQuestion("positions are exported of one craft: choose a craft on the map first")
        return partial(read_positions, query=query, craft=int(spot.name))
    if spot is not None:
        where = _where_of_spot(repository, asker, order)
    else:
        where = Where() if place is None else InSelection(place)
    if query.layer is Layer.SEIZURES and query.fact is FactKind.EVENTS:
        return partial(read_seizures, query=query, where=where)
    if query.layer is Layer.OVERDOSES and query.fact is FactKind.EVENTS and scope.sees_health:
        return partial(read_overdoses, query=query, where=where)
    if spot is not None:
        raise BadQuestion("this mark stands for sums, not for records: export the view instead")
    if query.fact is FactKind.REPORTED and query.layer is Layer.OVERDOSES:
        raise BadQuestion("reported overdoses are exported by `watchfloor ask overdoses --fact reported`")
    counted = {Layer.PORTS: read_ports, Layer.ROUTES: read_routes, Layer.OVERDOSES: read_released_overdoses}
    return partial(counted.get(query.layer, read_reported_seizures), query=query, place=place)


def _where_of_spot(repository: Repository, asker: Asker, order: ExportOrder) -> Where:
    """Where the records behind a mark lie, exactly those that the map counts there."""
    query, spot = order.query, order.spot
    assert spot is not None
    if spot.kind is SpotKind.CELL:
        return UnderCell(int(spot.name, 16), query.resolution)
    if spot.kind is SpotKind.PLACE and query.layer is Layer.SEIZURES and query.fact is FactKind.EVENTS:
        name = SymbolName.parse(spot.name)
        symbols = repository.seizure_symbols(asker, query, name.zoom)
        index = symbols.find(name)
        if index is None:
            raise BadQuestion(EMPTY)
        return UnderSymbol(symbols, index)
    raise BadQuestion("this mark stands for sums, not for records: export the view instead")
