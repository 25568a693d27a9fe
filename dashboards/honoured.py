"""What each layer of the map cannot be narrowed by, said in its legend: a condition is met or named, never ignored."""

from watchfloor.dashboards.choices import BY_CODE
from watchfloor.dashboards.conditions import TITLES
from watchfloor.dashboards.state import State
from watchfloor.geo.facts import FactKind
from watchfloor.geo.query import KNOW_SUBSTANCES, Layer

LIVE_IS_NOW = "Live positions are those of now: they are off while the page shows an earlier moment."
HOURS_ARE_OF_TRACKS = "only tracks have hours, all else is of whole days"


def not_narrowed(code: str, state: State) -> str:
    """A sentence that names the conditions in force which a layer of the map does not know; empty if there are none."""
    return not_met(BY_CODE[code].asks, state)


def not_met(layer: Layer, state: State) -> str:
    """The same of what is asked about."""
    unknown = [] if layer in KNOW_SUBSTANCES or not state.substances else ["substance"]
    if layer is not Layer.SEIZURES or state.fact is not FactKind.EVENTS:
        unknown += dict.fromkeys(TITLES[name] for name in state.only.given)
    if state.period.hours is not None and layer is not Layer.TRACKS:
        unknown.append("hours")
    if not unknown:
        return ""
    told = unknown[0] if len(unknown) == 1 else f"{', '.join(unknown[:-1])} and {unknown[-1]}"
    it = "it" if len(unknown) == 1 and unknown != ["hours"] else "them"
    return f"Not narrowed by {told}: this layer does not know {it}."
