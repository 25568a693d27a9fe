"""Where a kept thing lies that is a place: one that was drawn, or several that were selected together."""

from collections.abc import Iterable, Sequence
from typing import Final

from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.handing_on import counted_beside
from watchfloor.geo.kept import Kept, KeptKind
from watchfloor.geo.scope import Label
from watchfloor.geo.selection import Selection

PLACES: Final = (KeptKind.AREA, KeptKind.SELECTION)


def selection_of(kept: Kept) -> Selection:
    """The places of a kept area or selection. Raises BadQuestion for one that cannot be read any more."""
    if kept.kind is KeptKind.AREA:
        return Selection.of(kept.area)
    given = kept.body.get("selection")
    if kept.kind is not KeptKind.SELECTION or not isinstance(given, dict):
        raise BadQuestion("this selection names no places")
    return Selection.parse(str(given.get("places", "")))


def kept_as(selection: Selection, things: Iterable[Kept]) -> Kept | None:
    """The area or selection that was kept of these very places; one that others see before one's own alone."""
    found = [kept for kept in things if kept.kind in PLACES and _is_of(kept, selection)]
    return min(found, key=lambda kept: kept.is_private, default=None)


def called(kept: Kept) -> str:
    """A kept area by its name, and by who keeps it."""
    return f"{named(kept)}, {kept_by(kept)}"


def named(kept: Kept) -> str:
    """A kept area by its name alone."""
    return f"Area “{kept.name}”"


def kept_by(kept: Kept) -> str:
    """Who keeps it."""
    keeper = kept.people.get(kept.begun_by)
    return f"kept by {keeper.words if keeper else kept.begun_by}"


def may_be_named(kept: Kept, labels: Sequence[Label], given_to: str = "") -> bool:
    """Whether its name may stand in what bears these labels: the name is its author's, under a label of its own."""
    return not (kept.is_private and given_to) and counted_beside(labels, given_to)(kept.label)


def _is_of(kept: Kept, selection: Selection) -> bool:
    try:
        return selection_of(kept).name == selection.name
    except BadQuestion:
        return False
