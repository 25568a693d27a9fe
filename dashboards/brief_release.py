"""What stands in a brief beside its records, each under a label of its own; and what of it may go to an agency.

Records that may not go keep a brief back: to leave them out is for who asks, by the page's filters. What they lead to
cannot be filtered there, so of that, what may not go is left out, unsaid how much: a number would tell of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watchfloor.geo.answers import Linked
from watchfloor.geo.errors import StaleScope
from watchfloor.geo.evidence import LeadsTo
from watchfloor.geo.found_events import FoundEvent
from watchfloor.geo.handing_on import ONLY_ME, why_not_to
from watchfloor.geo.kept import Kept
from watchfloor.geo.scope import Label


@dataclass(frozen=True, slots=True)
class Beside:
    """What the records of a place lead to, what craft did there, and notes in it."""

    leads: LeadsTo
    events: tuple[FoundEvent, ...]
    notes: tuple[Kept, ...]


def released(beside: Beside, known: Sequence[Label], given_to: str) -> Beside:
    """Of all that what may go to an agency; to the asker alone, all of it. known: labels that the asker sees."""
    if given_to == ONLY_ME:
        return beside
    free = [label for label in known if not why_not_to([label], given_to)]
    titles, numbers = {label.title for label in free}, {label.id for label in free}

    def told(linked: Iterable[Linked]) -> tuple[Linked, ...]:
        return tuple(one for one in linked if one.label in titles)

    leads = beside.leads
    return Beside(
        LeadsTo(told(leads.entities), told(leads.cases), told(leads.deconfliction), leads.n_followed),
        tuple(one for one in beside.events if {one.label, one.other_label} <= numbers),
        tuple(one for one in beside.notes if one.label.id in numbers and not one.is_private),
    )


def labels_beside(beside: Beside, known: Sequence[Label]) -> list[Label]:
    """Labels of all of it, each once. Raises StaleScope for one that the asker does not see any more."""
    leads = beside.leads
    titles = {one.label for one in (*leads.entities, *leads.cases, *leads.deconfliction)}
    numbers = {number for one in beside.events for number in (one.label, one.other_label)}
    numbers |= {one.label.id for one in beside.notes}
    found = [label for label in known if label.title in titles or label.id in numbers]
    if titles - {label.title for label in found} or numbers - {label.id for label in found}:
        raise StaleScope("your rights changed at this moment: ask again")
    return found
