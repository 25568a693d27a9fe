"""Sets of rules for finding events: the published one, and our own for small craft near the shore."""

from dataclasses import dataclass
from typing import Final

from watchfloor.geo.harbours import NO_HARBOURS, Harbours
from watchfloor.geo.track_encounters import ENCOUNTER_GFW, ENCOUNTER_NEAR_SHORE, EncounterRule, encounters
from watchfloor.geo.track_events import Events
from watchfloor.geo.track_fixes import Fixes, paces_kn, steps_m
from watchfloor.geo.track_gaps import GAP_GFW, GAP_NEAR_SHORE, GapRule, gaps
from watchfloor.geo.track_loitering import LOITERING_GFW, LOITERING_NEAR_SHORE, LoiteringRule, loitering
from watchfloor.geo.track_port_visits import PORT_VISIT_GFW, PORT_VISIT_NEAR_SHORE, PortVisitRule, port_visits
from watchfloor.geo.track_stops import STOP_GFW, STOP_NEAR_SHORE, StopRule, stops


@dataclass(frozen=True, slots=True)
class EventPreset:
    """One rule for each kind of event; each says where its numbers come from."""

    name: str
    gap: GapRule
    stop: StopRule
    loitering: LoiteringRule
    encounter: EncounterRule
    port_visit: PortVisitRule


EVENTS_GFW: Final = EventPreset("gfw", GAP_GFW, STOP_GFW, LOITERING_GFW, ENCOUNTER_GFW, PORT_VISIT_GFW)
EVENTS_NEAR_SHORE: Final = EventPreset(
    "near-shore", GAP_NEAR_SHORE, STOP_NEAR_SHORE, LOITERING_NEAR_SHORE, ENCOUNTER_NEAR_SHORE, PORT_VISIT_NEAR_SHORE
)
EVENT_PRESETS: Final = (EVENTS_GFW, EVENTS_NEAR_SHORE)


def events_alone(fixes: Fixes, preset: EventPreset, ports: Harbours = NO_HARBOURS) -> list[Events]:
    """Gaps, stops, loitering and port visits; fixes: clean ones, in order of craft and time."""
    metres = steps_m(fixes)
    paces = paces_kn(fixes, metres)
    return [
        gaps(fixes, metres, paces, preset.gap, ports),
        stops(fixes, paces, preset.stop, ports),
        loitering(fixes, metres, preset.loitering, ports),
        port_visits(fixes, paces, preset.port_visit, ports),
    ]


def events_of(fixes: Fixes, preset: EventPreset, ports: Harbours = NO_HARBOURS) -> list[Events]:
    """Events of every kind, encounters last."""
    return [*events_alone(fixes, preset, ports), encounters(fixes, steps_m(fixes), preset.encounter, ports)]
