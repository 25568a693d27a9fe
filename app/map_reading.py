"""What a picture of the map is read from: the questions of its layers, their labels, what is counted and kept in it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from watchfloor.app.map_order import MapOrder
from watchfloor.dashboards.readings import CHANGE, against, places_query, wish_of
from watchfloor.data.answering import as_known
from watchfloor.data.door import Asked
from watchfloor.data.export.map_labels import labels_behind
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.errors import Refused
from watchfloor.geo.facts import FactKind
from watchfloor.geo.handing_on import Counts, Form, why_not_to
from watchfloor.geo.kept import Kept, KeptKind
from watchfloor.geo.kept_selection import PLACES
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import Label, Scope
from watchfloor.geo.selection import Selection
from watchfloor.geo.selection_reach import Reach, Standing

MOST_REASONS: Final = 4

type Labels = tuple[tuple[Label, int], ...]


def queries_of(order: MapOrder, scope: Scope) -> dict[str, Query]:
    """What each layer that is on is asked, by its code."""
    wishes = {code: wish_of(code, order.state, sees_health=scope.sees_health) for code in order.readable}
    return {code: wish.query for code, wish in wishes.items()}


def labels_of(repository: Repository, asker: Asker, scope: Scope, order: MapOrder) -> Labels:
    """Labels of all that the picture is worked out from; audited as an export.

    Raises Refused if one of them forbids whom the picture is for.
    """
    asked = queries_of(order, scope)
    queries = list(asked.values())
    if CHANGE in asked:
        queries.append(replace(asked[CHANGE], period=against(order.state)))
    kept, _ = things_kept(repository, asker, order)
    said = order.as_json() | as_known(order.state.known_at) | {"form": Form.PNG.value, "for": order.given_to}
    found = repository.single(
        asker,
        Asked("export", said, asker.view_id),
        lambda connection: labels_behind(
            connection, queries, [thing.label for thing in kept], sees_health=scope.sees_health
        ),
    )
    is_health = order.shows_single_overdoses and scope.sees_health
    reasons = why_not_to((label for label, _ in found), order.given_to, is_health=is_health)
    if reasons:
        more = f"; and {len(reasons) - MOST_REASONS} more labels" if len(reasons) > MOST_REASONS else ""
        raise Refused(f"this may not be given to {order.given_to}: {'; '.join(reasons[:MOST_REASONS])}{more}")
    return found


def united(some: Labels, others: Labels) -> Labels:
    """The labels of both, each with the greater number."""
    found: dict[Label, int] = {}
    for label, n in (*some, *others):
        found[label] = max(n, found.get(label, 0))
    return tuple(sorted(found.items(), key=lambda pair: pair[0].id))


def things_kept(repository: Repository, asker: Asker, order: MapOrder) -> tuple[list[Kept], int]:
    """Areas and notes to be drawn, and how many are not: what is for its author alone goes to nobody else."""
    if not order.with_kept:
        return [], 0
    things = repository.kept(asker, (*PLACES, KeptKind.ANNOTATION), known_at=order.state.known_at)
    drawn = [thing for thing in things if not (thing.is_private and order.given_to)]
    return drawn, len(things) - len(drawn)


def counts_in(repository: Repository, asker: Asker, order: MapOrder, box: BBox) -> Counts:
    """Single seizures in what is seen, and those that only may lie there; where none are drawn, nothing is counted."""
    state = order.state
    asks: Mapping[str, Layer] = order.asks
    if Layer.SEIZURES not in asks.values() or state.fact is FactKind.REPORTED:
        return Counts(0, where="")
    places = repository.seizure_places(asker, places_query(state))
    standing = Reach(Selection.of(Area(box))).standing(places.lon, places.lat, places.uncertainty_m)
    inside, may = (int(places.n[standing == kind].sum()) for kind in (Standing.IN, Standing.MAY))
    return Counts(inside, may_lie_here=may, left_out=places.n_unplaced, where="seizures lie in this picture")
