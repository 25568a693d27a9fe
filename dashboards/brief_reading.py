"""What a brief of a place is made of: each part asked under the reader's scope, as known at the page's moment."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import numpy as np

from watchfloor.dashboards.brief_release import Beside, labels_beside, released
from watchfloor.dashboards.kept_places import box_round
from watchfloor.dashboards.state import State
from watchfloor.data.keeping import KEEPERS
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.bbox import BBox
from watchfloor.geo.brief import Parts, Tally
from watchfloor.geo.comparison import period_before, year_before
from watchfloor.geo.errors import BadQuestion, TooManyRows
from watchfloor.geo.evidence import Column, Evidence, LeadsTo, Paging, Row
from watchfloor.geo.found_events import FoundEvent
from watchfloor.geo.handing_on import counted_beside, why_not_to
from watchfloor.geo.kept import Kept, KeptKind
from watchfloor.geo.kept_selection import PLACES, kept_as, selection_of
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Label
from watchfloor.geo.selection import Selection
from watchfloor.geo.selection_reach import outline
from watchfloor.geo.track_events import ENCOUNTER, GAP, LOITERING, PORT_VISIT

MOST_LARGEST = 10
MOST_EVENTS = 8
MOST_TRIES = 3
# every stop would be no news
EVENTS = (GAP, LOITERING, ENCOUNTER, PORT_VISIT)
NO_PLACE = "a brief is of a place: select one on the map first, or open it from a kept area"
NO_AREA = "there is no such kept area for you: the link may be old, or it is not yours to see"

type Labels = tuple[tuple[Label, int], ...]


@dataclass(frozen=True, slots=True)
class BriefOrder:
    """One brief.

    state: the page's choices. area: what was kept; None for what is selected and was never kept. given_to: an agency,
    or nobody but the asker. is_selected: what is selected was asked for, and happens to be a kept area.
    """

    state: State
    place: Selection
    area: Kept | None = None
    given_to: str = ""
    is_selected: bool = False

    @property
    def query(self) -> Query:
        """What is asked of the place."""
        return self.state.query(Layer.SEIZURES)

    @property
    def box(self) -> BBox:
        """The least box that holds the place."""
        return box_round(outline(self.place)) or BBox.world()


@dataclass(frozen=True, slots=True)
class Happened:
    """What craft did in the place: how many of each kind, the newest of them, or why that cannot be told."""

    counts: tuple[tuple[str, int], ...] = ()
    newest: tuple[FoundEvent, ...] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """How many records were recorded since the reader last looked at the alert of the area."""

    n: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Brief:
    """All that was read. before, year: the period before and the same days a year earlier; None where there is none.

    labels: of everything in it, with how many records bear each; what may lie there is counted beside as they let it.
    """

    order: BriefOrder
    version: int
    evidence: Evidence
    parts: Parts
    now: Tally
    before: Tally | None
    year: Tally | None
    largest: tuple[Row, ...]
    leads: LeadsTo
    happened: Happened
    arrived: Arrived | None
    notes: tuple[Kept, ...]
    labels: Labels


def order_of(repository: Repository, asker: Asker, state: State, kept: str, given_to: str = "") -> BriefOrder:
    """The brief that an address names. kept: id of a kept area, hostile; empty for what is selected.

    Raises BadQuestion for no place, and for an area that the asker may not see as for one that is not there.
    """
    if not kept:
        if state.selection is None:
            raise BadQuestion(NO_PLACE)
        area = _area_of(repository, asker, state.selection, given_to)
        return BriefOrder(state, state.selection, area, given_to, is_selected=True)
    try:
        wanted = UUID(kept)
    except ValueError as error:
        raise BadQuestion(NO_AREA) from error
    # an area is of today, whatever moment is asked about: it is where, not what was known
    area = next((one for one in repository.kept(asker, PLACES) if one.id == wanted), None)
    if area is None or (area.is_private and given_to):
        raise BadQuestion(NO_AREA if area is None else "this area is for its author alone: share it first")
    return BriefOrder(State(**state.chosen() | {"selection": selection_of(area)}), selection_of(area), area, given_to)


def _area_of(repository: Repository, asker: Asker, place: Selection, given_to: str) -> Kept | None:
    """The area that is selected, if its name may go to whom the brief goes."""
    area = kept_as(place, repository.kept(asker, PLACES))
    if area is not None and given_to and (area.is_private or why_not_to([area.label], given_to)):
        return None
    return area


def read_brief(repository: Repository, asker: Asker, order: BriefOrder) -> Brief:
    """Everything that a brief tells, all of one version of the store. Raises BadQuestion, NotSignedIn, StaleScope."""
    for _ in range(MOST_TRIES):
        brief = _read(repository, asker, order)
        if repository.version(asker, order.query) == brief.version:
            return brief
    raise BadQuestion("new records came while the brief was read: ask for it again in a moment")


def _read(repository: Repository, asker: Asker, order: BriefOrder) -> Brief:
    query, place = order.query, order.place
    version = repository.version(asker, query)
    now = repository.evidence_tally(asker, query, place)
    before, year = (_earlier(repository, asker, order, find) for find in (period_before, year_before))
    known = repository.keepable_labels(asker)
    events, why_not = _events(repository, asker, order)
    all_of_it = Beside(repository.evidence_leads(asker, query, place), events, _notes(repository, asker, order))
    beside = released(all_of_it, known, order.given_to)
    others = [*labels_beside(beside, known), *_asked_under(repository, asker, order, known)]
    tallies = [one.labels for one in (before, year) if one is not None]
    labels = _united(now.labels, [label for one in tallies for label, _ in one] + others)
    counts = counted_beside([label for label, _ in labels], order.given_to)
    return Brief(
        order=order,
        version=version,
        evidence=repository.evidence(asker, query, place).beside(counts),
        parts=repository.evidence_parts(asker, query, place),
        now=now.beside(counts),
        before=before and before.beside(counts),
        year=year and year.beside(counts),
        largest=_largest(repository, asker, order),
        leads=beside.leads,
        happened=_happened(beside.events, why_not),
        arrived=_arrived(repository, asker, order),
        notes=beside.notes,
        labels=labels,
    )


def _earlier(repository: Repository, asker: Asker, order: BriefOrder, find: Callable[[Period], Period]) -> Tally | None:
    if order.query.only.arrived:
        # what was recorded lately cannot be held against days of which all is known
        return None
    try:
        period = find(order.query.period)
    except (OverflowError, ValueError):
        return None
    if period.until > order.query.period.since:
        return None
    return repository.evidence_tally(asker, replace(order.query, period=period), order.place)


def _largest(repository: Repository, asker: Asker, order: BriefOrder) -> tuple[Row, ...]:
    """The records of most weight that lie in the place, without those that may."""
    paging = Paging(sort=Column.AMOUNT, limit=MOST_LARGEST)
    page = repository.evidence_page(asker, order.query, order.place, paging)
    return tuple(row for row in page.rows if not row.may)


def _events(repository: Repository, asker: Asker, order: BriefOrder) -> tuple[tuple[FoundEvent, ...], str]:
    """What craft did in the place, the newest first; or why that cannot be told."""
    query = replace(order.state.plain_query(Layer.TRACKS), bbox=order.box)
    try:
        found = repository.track_events(asker, query, kinds=EVENTS)
    except (BadQuestion, TooManyRows) as error:
        return (), str(error)
    lon, lat = (np.array([getattr(one, name) for one in found], np.float64) for name in ("lon", "lat"))
    return tuple(one for one, ok in zip(found, order.place.contains(lon, lat).tolist(), strict=True) if ok), ""


def _happened(events: Sequence[FoundEvent], why_not: str) -> Happened:
    counts = [(kind, sum(one.kind == kind for one in events)) for kind in EVENTS]
    return Happened(tuple((kind, n) for kind, n in counts if n), tuple(events[:MOST_EVENTS]), why_not)


def _arrived(repository: Repository, asker: Asker, order: BriefOrder) -> Arrived | None:
    """Of the brief's own records, those that are new to who watches the area; nothing of them for others."""
    area = order.area
    if area is None or order.given_to or order.query.known_at is not None or order.query.only.arrived:
        return None
    if repository.scope(asker).kind not in KEEPERS:
        return None
    alert = next((one for one in repository.alerts(asker) if one.area == area.id), None)
    if alert is None:
        return None
    newer = replace(order.query, only=replace(order.query.only, arrived=alert.since.facts))
    return Arrived(repository.evidence_tally(asker, newer, order.place).held.n, alert.since.facts)


def _notes(repository: Repository, asker: Asker, order: BriefOrder) -> tuple[Kept, ...]:
    """Notes on the map that lie in the place."""
    notes = repository.kept(asker, (KeptKind.ANNOTATION,), known_at=order.query.known_at)
    lon, lat = (np.array([float(one.body[name]) for one in notes], np.float64) for name in ("lon", "lat"))
    return tuple(one for one, ok in zip(notes, order.place.contains(lon, lat).tolist(), strict=True) if ok)


def _asked_under(repository: Repository, asker: Asker, order: BriefOrder, known: Sequence[Label]) -> list[Label]:
    """Labels of what the question itself names: the area, and the case."""
    query, own = order.query, [order.area.label] if order.area else []
    if query.only.case is not None and (case := repository.case(asker, query.only.case, known_at=query.known_at)):
        own += [label for label in known if label.title == case.label]
    return own


def _united(counted: Labels, others: Iterable[Label]) -> Labels:
    found = dict.fromkeys(others, 0) | dict(counted)
    return tuple(sorted(found.items(), key=lambda pair: pair[0].id))
