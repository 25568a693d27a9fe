"""What the planted ships do: fall silent off the coast, meet at sea, loiter."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from watchfloor.data.exercise.lanes import Lane
from watchfloor.data.exercise.plan import DAY_S, Plan
from watchfloor.data.exercise.truth import Planted
from watchfloor.data.exercise.voyages import KNOT_MS, Hold, Leg, Track
from watchfloor.data.exercise.waters import Passage

HOUR_S: Final = 3600.0
_FIRST_S: Final = -52.0 * DAY_S
_LAST_S: Final = -6.0 * DAY_S


@dataclass(frozen=True, slots=True)
class Act:
    """One planted doing of one ship: the leg on which it happens, and from when to when (seconds before the end)."""

    leg: Leg
    from_s: float
    to_s: float


def _point(rng: np.random.Generator, lane: Lane, least: float, most: float) -> float:
    """Metres along a lane where there is most room, among some places between two shares of its length."""
    along = lane.length_m * rng.uniform(least, most, 12)
    return float(along[np.argmax(lane.room_m(along))])


def _when(rng: np.random.Generator) -> float:
    return float(np.floor(rng.uniform(_FIRST_S, _LAST_S)))


def fall_silent(rng: np.random.Generator, passage: Passage, speed_kn: float) -> Act:
    """A ship under way off the coast that sends nothing for eight to thirty-six hours."""
    lane, speed = passage.lane, speed_kn * KNOT_MS
    along = _point(rng, lane, 0.2, 0.6)
    room_s = (lane.length_m * 0.9 - along) / speed
    hours = float(min(rng.uniform(8, 36), room_s / HOUR_S))
    start = _when(rng)
    return Act(Leg(lane, start - along / speed, speed_kn), start, start + hours * HOUR_S)


def loiter(rng: np.random.Generator, passage: Passage, speed_kn: float) -> Act:
    """A ship that stops on its way at sea and drifts about below two knots for eight to twenty hours."""
    along = _point(rng, passage.lane, 0.25, 0.75)
    hours, start = float(rng.uniform(8, 20)), _when(rng)
    turns = int(np.ceil(hours / 5))
    hold = Hold(along, hours * HOUR_S, 1_400.0, turns, start, hours * HOUR_S)
    depart = start - along / (speed_kn * KNOT_MS)
    return Act(Leg(passage.lane, depart, speed_kn, (hold,)), start, start + hours * HOUR_S)


def meet(rng: np.random.Generator, passage: Passage, speed_kn: float, other_kn: float) -> tuple[Act, Act]:
    """A ship that halts before its port, and one that comes out of that port to lie beside it for some hours."""
    lane = passage.lane
    before = min(float(rng.uniform(60_000, 220_000)), lane.length_m * 0.5)
    along = lane.length_m - before
    seconds, start = float(rng.uniform(2.5, 6)) * HOUR_S, _when(rng)
    wait = float(rng.uniform(600, 3000))
    turns = int(np.ceil(seconds / (3 * HOUR_S)))
    first = Hold(along, seconds, 500.0, turns, start, seconds)
    second = Hold(before, wait + seconds + 900, 500.0, turns, start, seconds, float(rng.uniform(120, 320)))
    out = _out_and_back(lane.backwards(), before)
    return (
        Act(Leg(lane, start - along / (speed_kn * KNOT_MS), speed_kn, (first,)), start, start + seconds),
        Act(Leg(out, start - wait - before / (other_kn * KNOT_MS), other_kn, (second,)), start, start + seconds),
    )


def _out_and_back(lane: Lane, turn_m: float) -> Lane:
    inside = lane.along_m < turn_m
    lon = np.append(lane.lon[inside], np.interp(turn_m, lane.along_m, lane.lon))
    lat = np.append(lane.lat[inside], np.interp(turn_m, lane.along_m, lane.lat))
    along = np.append(lane.along_m[inside], turn_m)
    return Lane(
        np.concatenate([lon, lon[-2::-1]]),
        np.concatenate([lat, lat[-2::-1]]),
        np.concatenate([along, 2 * turn_m - along[-2::-1]]),
    )


def fish(rng: np.random.Generator, passage: Passage, depart_s: float, speed_kn: float) -> Leg:
    """A trip to a fishing ground along a lane and home again, with half a day to a day and a half of trawling."""
    away = min(float(rng.uniform(50_000, 220_000)), passage.lane.length_m * 0.5)
    hours = float(rng.uniform(12, 36))
    arrives = depart_s + away / (speed_kn * KNOT_MS)
    turns = int(np.ceil(hours / 5))
    hold = Hold(away, hours * HOUR_S, float(rng.uniform(3_000, 5_000)), turns, arrives, hours * HOUR_S)
    return Leg(_out_and_back(passage.lane, away), depart_s, speed_kn, (hold,))


def silence_truth(plan: Plan, identifier: str, track: Track, act: Act) -> Planted:
    """What a method should find: the last fix before the silence and the first after it."""
    before = np.flatnonzero(track.at_s < act.from_s)[-1]
    after = np.flatnonzero(track.at_s >= act.to_s)[0]
    return Planted(
        "gap",
        (f"vessel:{identifier}",),
        {
            "from": moment(plan, float(track.at_s[before])),
            "to": moment(plan, float(track.at_s[after])),
            "from_lon": round(float(track.lon[before]), 5),
            "from_lat": round(float(track.lat[before]), 5),
            "to_lon": round(float(track.lon[after]), 5),
            "to_lat": round(float(track.lat[after]), 5),
        },
    )


def hold_truth(plan: Plan, kind: str, identifiers: tuple[str, ...], act: Act) -> Planted:
    """What a method should find: where and when the ships lay."""
    lon, lat = act.leg.lane.at(np.array([act.leg.holds[0].along_m]))
    return Planted(
        kind,
        tuple(f"vessel:{i}" for i in identifiers),
        {
            "from": moment(plan, act.from_s),
            "to": moment(plan, act.to_s),
            "lon": round(float(lon[0]), 5),
            "lat": round(float(lat[0]), 5),
        },
    )


def moment(plan: Plan, at_s: float) -> str:
    """A time as ISO text."""
    return (plan.horizon_utc + timedelta(seconds=round(at_s))).isoformat()
