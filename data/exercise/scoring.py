"""How well events are found in the exercise world: what was planted in the tracks beside what a preset finds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise.conduct import Schedule, draw_conduct, ordinary
from watchfloor.data.exercise.fleet import Fleet, make_fleet
from watchfloor.data.exercise.places import Places
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.tracks import Tracks
from watchfloor.data.exercise.truth import Planted
from watchfloor.data.exercise.voyages import arrival_s
from watchfloor.data.exercise.world import People, find_ground
from watchfloor.geo.harbours import Harbours
from watchfloor.geo.track_events import ENCOUNTER, GAP, LOITERING, NOBODY, PORT_VISIT, STOP, Events
from watchfloor.geo.track_fixes import BoolArray, Fixes, FloatArray
from watchfloor.geo.track_marks import marks

LEAST_OVERLAP: Final = 0.5
"""Two periods are the same event if what they share is at least this part of what they cover together."""
_KINDS: Final = {"gap": GAP, "rendezvous": ENCOUNTER, "loitering": LOITERING}
_AT_SEA: Final = (ENCOUNTER, LOITERING)
_LEAST_STAY_S: Final = 3 * 3600.0
_ANCHOR_M: Final = 200.0


@dataclass(frozen=True, slots=True)
class Expected:
    """Something planted: kind of event, rows of the fleet (other: NOBODY if there is none), seconds since 1970."""

    kind: str
    craft: int
    other: int
    starts_s: float
    ends_s: float


@dataclass(frozen=True, slots=True)
class Scene:
    """Clean fixes of a small world, numbered by the fleet, the ports of the gazetteer, and what was planted."""

    fixes: Fixes
    ports: Harbours
    planted: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """recall: share of what was planted that is found; precision: share of what is found that was planted.

    overlap: the mean overlap in time of what is found, NaN if nothing is.
    """

    kind: str
    preset: str
    planted: int
    found: int
    recall: float
    precision: float
    overlap: float


def scene(plan: Plan, places: Places) -> Scene:
    """The tracks of a world with everything that was planted in them."""
    ground = find_ground(plan, places)
    fleet = make_fleet(plan, People.of(plan, places).holdings["vessel"])
    tracks = Tracks(plan, fleet, ground.waters)
    frame = pl.concat([*tracks.parts()])
    rows = {name: row for row, name in enumerate(fleet.identifiers)}
    craft = frame["identifier"].replace_strict(rows, return_dtype=pl.Int64).to_numpy()
    at_s = frame["at"].dt.epoch("us").to_numpy() / 1e6
    order = np.lexsort((at_s, craft))
    columns = (frame[name].to_numpy()[order] for name in ("lon", "lat", "speed_kn"))
    fixes = Fixes.of(craft[order], at_s[order], *columns)
    found = marks(*fixes, np.zeros(len(order), np.int16))
    told = [_told(one, rows) for one in tracks.truth if one.kind in _KINDS]
    expected = (*told, *_stays(plan, fleet, tracks))
    chosen = places.of_kind("port")
    return Scene(fixes.clean(found), Harbours(places.lon[chosen], places.lat[chosen]), expected)


def _told(one: Planted, rows: dict[str, int]) -> Expected:
    crafts = sorted(rows[subject.removeprefix("vessel:")] for subject in one.subjects)
    times = [datetime.fromisoformat(str(one.truth[end])).timestamp() for end in ("from", "to")]
    return Expected(_KINDS[one.kind], crafts[0], crafts[1] if len(crafts) > 1 else NOBODY, times[0], times[1])


def _stays(plan: Plan, fleet: Fleet, tracks: Tracks) -> Iterator[Expected]:
    """Port calls, and stops there and at anchor: the schedules of the ships are not told, but drawn again."""
    conduct, horizon = draw_conduct(plan, fleet, tracks.waters), plan.horizon_utc.timestamp()
    for ship in range(len(fleet)):
        schedule = conduct.schedules.get(ship) or ordinary(plan.stream(f"ship.{ship}"), fleet, tracks.waters, ship)
        for is_in_port, first, last in _halts(schedule):
            start, end = max(first, schedule.first_s), min(last, schedule.last_s)
            if end - start < _LEAST_STAY_S:
                continue
            for kind in (STOP, PORT_VISIT) if is_in_port else (STOP,):
                yield Expected(kind, ship, NOBODY, horizon + start, horizon + end)


def _halts(schedule: Schedule) -> Iterator[tuple[bool, float, float]]:
    """Stays in port and at anchor (False), from when to when, in seconds before the end of the world."""
    free = schedule.first_s
    for leg in schedule.legs:
        yield True, free, leg.depart_s
        yield from ((False, h.drift_from_s, h.drift_from_s + h.seconds) for h in leg.holds if h.radius_m < _ANCHOR_M)
        free = arrival_s(leg)
    yield True, free, schedule.last_s


def score(found: Events, planted: Sequence[Expected]) -> Score:
    """Recall, precision and overlap of what one preset found of one kind.

    What is found of a craft while something else was planted with it counts neither way: two that meet drift as well.
    """
    wanted = [one for one in planted if one.kind == found.kind]
    overlaps = [_overlaps(one, found) for one in wanted]
    best = np.array([shares.max(initial=0.0) for shares in overlaps])
    hit = best >= LEAST_OVERLAP
    is_right = np.zeros(len(found), np.bool_)
    for shares in overlaps:
        is_right |= shares >= LEAST_OVERLAP
    counted = is_right | ~_beside_others(found, planted)
    return Score(
        found.kind,
        found.preset,
        len(wanted),
        int(counted.sum()),
        float(hit.mean()) if wanted else float("nan"),
        float(is_right.sum() / counted.sum()) if counted.any() else float("nan"),
        float(best[hit].mean()) if hit.any() else float("nan"),
    )


def _overlaps(one: Expected, found: Events) -> FloatArray:
    """The part that an expected event shares with each found one of the same craft, shape (n,)."""
    same = (found.craft == one.craft) & (found.other == one.other)
    shared = np.minimum(found.ends_s, one.ends_s) - np.maximum(found.starts_s, one.starts_s)
    covered = np.maximum(found.ends_s, one.ends_s) - np.minimum(found.starts_s, one.starts_s)
    return np.asarray(np.where(same, np.clip(shared, 0, None) / np.maximum(covered, 1.0), 0.0))


def _beside_others(found: Events, planted: Sequence[Expected]) -> BoolArray:
    """What was found while the craft did something else that was planted at sea."""
    beside = np.zeros(len(found), np.bool_)
    for one in planted:
        if one.kind != found.kind and one.kind in _AT_SEA:
            same = np.isin(found.craft, (one.craft, one.other))
            beside |= same & (found.starts_s < one.ends_s) & (found.ends_s > one.starts_s)
    return beside
