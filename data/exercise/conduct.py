"""Who sails where and when: the schedule of every ship of the fleet, planted or ordinary."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from watchfloor.data.exercise.behaviours import HOUR_S, Act, fall_silent, fish, hold_truth, loiter, meet
from watchfloor.data.exercise.circles import CIRCLES
from watchfloor.data.exercise.closures import STRAIT, strait_moment, strait_truth
from watchfloor.data.exercise.fleet import Fleet
from watchfloor.data.exercise.grounds import by_rank
from watchfloor.data.exercise.lanes import Lane
from watchfloor.data.exercise.plan import DAY_S, Plan
from watchfloor.data.exercise.truth import Planted
from watchfloor.data.exercise.voyages import KNOT_MS, Hold, Leg, arrival_s, later
from watchfloor.data.exercise.waters import Passage, Waters

WINDOW_S: Final = 60.0 * DAY_S
# planted doings of the background, beside those of the planted circles
SILENCES: Final = 20
MEETINGS: Final = 9
LOITERINGS: Final = 8
THROUGH_STRAIT: Final = 24
_ANCHORS: Final = 0.35
_SPEED_KN: Final = {
    "cargo": 13.5, "tanker": 12.5, "fishing": 9.0, "passenger": 18.0, "tug": 8.5, "pleasure": 11.0, "other": 11.0,
}  # fmt: skip
_OF_CIRCLE: Final = {4: ("meet", "meet", "silence", "loiter"), 3: ("silence", "loiter", "plain")}
_OF_SEALED: Final = ("meet", "meet", "loiter")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Legs of one ship in order, and the time in which it is heard; seconds before the end of the world."""

    legs: tuple[Leg, ...]
    first_s: float
    last_s: float
    silence: Act | None = None


@dataclass(slots=True)
class Conduct:
    """Schedules by ship, and what was planted in them; silences are told later, when the fixes are known."""

    schedules: dict[int, Schedule] = field(default_factory=dict)
    truth: list[Planted] = field(default_factory=list)


def draw_conduct(plan: Plan, fleet: Fleet, waters: Waters) -> Conduct:
    """Schedules of the ships that something is planted with."""
    rng, conduct = plan.stream("conduct"), Conduct()
    large = _shuffled(rng, fleet, ("cargo", "tanker"))
    _close_strait(rng, plan, fleet, waters, conduct=conduct, large=large)
    for doing in _planted(rng, plan, fleet, waters, large):
        _plant(rng, plan, fleet, conduct, doing)
    return conduct


def ordinary(rng: np.random.Generator, fleet: Fleet, waters: Waters, ship: int) -> Schedule:
    """The schedule of a ship that nothing is planted with."""
    passages = _passages_of(fleet, waters, ship)
    passage = passages[int(rng.choice(len(passages), p=by_rank(len(passages), 0.8)))]
    if rng.random() < 0.5:
        passage = passage.back()
    is_long = passage.lane.length_m > 3_000_000
    length = float(rng.uniform(10, 18) if is_long else rng.uniform(4, 9)) * DAY_S
    # a third of the ships are still out there when the world ends
    last = 0.0 if rng.random() < 0.35 else -float(rng.uniform(0, WINDOW_S - length))
    first, speed = last - length, _speed(rng, fleet, ship)
    if fleet.category[ship] == "fishing":
        return Schedule(_trips(rng, passage, speed, first, last), first, last)
    duration = arrival_s(Leg(passage.lane, 0.0, speed))
    anchor = Leg(passage.lane, first - float(rng.uniform(0, 1)) * duration, speed)
    return Schedule(_to_and_fro(rng, passage, anchor, first, last), first, last)


def _close_strait(
    rng: np.random.Generator, plan: Plan, fleet: Fleet, waters: Waters, *, conduct: Conduct, large: list[int]
) -> None:
    """Ships that would pass the strait: every other one while it is shut, so that it goes around."""
    diverted = []
    for i in range(min(plan.count(THROUGH_STRAIT, 4), len(large))):
        ship, which = large.pop(), i // 2 % len(waters.strait)
        speed, lane = _speed(rng, fleet, ship), waters.strait[which].lane
        at_s = strait_moment(rng, is_shut=i % 2 == 0)
        depart = at_s - STRAIT.along_m(lane) / (speed * KNOT_MS)
        leg = Leg(waters.detour[which].lane if i % 2 == 0 else lane, depart, speed)
        first, last = max(-WINDOW_S, depart), min(0.0, arrival_s(leg))
        conduct.schedules[ship] = Schedule((leg,), first, last)
        diverted += [f"vessel:{fleet.identifiers[ship]}"] if i % 2 == 0 else []
    if diverted:
        conduct.truth.append(strait_truth(plan, tuple(diverted)))


type _Doing = tuple[str, tuple[int, ...], tuple[Passage, ...]]


def _planted(rng: np.random.Generator, plan: Plan, fleet: Fleet, waters: Waters, large: list[int]) -> list[_Doing]:
    """Which ships are planted with what: those of the circles on their routes, some of the others anywhere."""
    made: list[_Doing] = []
    for i, circle in enumerate(CIRCLES):
        ships = np.flatnonzero(fleet.circle == i).tolist()
        doings = _OF_SEALED if circle.is_sealed else _OF_CIRCLE.get(len(ships), ())
        passages = tuple(p for name in circle.routes for p in waters.planted.get(name, ()))
        meeting = tuple(ship for ship, doing in zip(ships, doings, strict=True) if doing == "meet")
        made += [("meet", meeting, passages)] if meeting else []
        made += [(d, (s,), passages) for s, d in zip(ships, doings, strict=True) if d in {"silence", "loiter"}]
    small = _shuffled(rng, fleet, ("fishing", "pleasure", "tug", "other"))
    for _ in range(min(plan.count(MEETINGS), len(small), len(large))):
        made.append(("meet", (large.pop(), small.pop()), waters.coast))
    for doing, n in (("silence", plan.count(SILENCES)), ("loiter", plan.count(LOITERINGS))):
        made += [(doing, (large.pop(),), waters.ocean) for _ in range(min(n, len(large)))]
    return made


def _shuffled(rng: np.random.Generator, fleet: Fleet, categories: Sequence[str]) -> list[int]:
    rows = np.flatnonzero((fleet.circle < 0) & np.isin(fleet.category, categories))
    return [int(i) for i in rng.permutation(rows)]


def _plant(rng: np.random.Generator, plan: Plan, fleet: Fleet, conduct: Conduct, doing: _Doing) -> None:
    kind, ships, passages = doing
    passage = passages[int(rng.integers(len(passages)))]
    speeds = [_speed(rng, fleet, ship) for ship in ships]
    names = tuple(fleet.identifiers[ship] for ship in ships)
    if kind == "meet":
        acts = meet(rng, passage, speeds[0], speeds[1])
        conduct.schedules[ships[0]] = _around(rng, passage, acts[0])
        conduct.schedules[ships[1]] = _alone(rng, acts[1])
        conduct.truth.append(hold_truth(plan, "rendezvous", names, acts[0]))
    elif kind == "loiter":
        act = loiter(rng, passage, speeds[0])
        conduct.schedules[ships[0]] = _around(rng, passage, act)
        conduct.truth.append(hold_truth(plan, "loitering", names, act))
    else:
        act = fall_silent(rng, passage, speeds[0])
        conduct.schedules[ships[0]] = _around(rng, passage, act, silence=act)


def _speed(rng: np.random.Generator, fleet: Fleet, ship: int) -> float:
    return float(_SPEED_KN[str(fleet.category[ship])] * rng.uniform(0.88, 1.12))


def _around(rng: np.random.Generator, passage: Passage, act: Act, silence: Act | None = None) -> Schedule:
    """Days before and after a planted doing, filled with passages to and fro."""
    first = max(-WINDOW_S, act.from_s - float(rng.uniform(2.5, 6)) * DAY_S)
    last = min(0.0, act.to_s + float(rng.uniform(2.5, 6)) * DAY_S)
    return Schedule(_to_and_fro(rng, passage, act.leg, first, last), first, last, silence)


def _alone(rng: np.random.Generator, act: Act) -> Schedule:
    first = max(-WINDOW_S, act.leg.depart_s - float(rng.uniform(0.5, 2)) * DAY_S)
    last = min(0.0, arrival_s(act.leg) + float(rng.uniform(0.5, 2)) * DAY_S)
    return Schedule((act.leg,), first, last)


def _to_and_fro(
    rng: np.random.Generator, passage: Passage, anchor: Leg, first_s: float, last_s: float
) -> tuple[Leg, ...]:
    """The anchor leg with passages back and forth before and after it, with stays in port between."""
    there, back = passage.lane, passage.back().lane
    legs, lane = [anchor], back
    while legs[0].depart_s > first_s:
        stay = float(rng.uniform(6, 40)) * HOUR_S
        begun = plain_leg(rng, lane, anchor.speed_kn)
        legs.insert(0, later(begun, legs[0].depart_s - stay - arrival_s(begun)))
        lane = there if lane is back else back
    lane = back
    while arrival_s(legs[-1]) < last_s:
        legs.append(next_leg(rng, legs[-1], lane))
        lane = there if lane is back else back
    return tuple(legs)


def next_leg(rng: np.random.Generator, before: Leg, lane: Lane) -> Leg:
    """The passage after a stay in port."""
    stay = float(rng.uniform(6, 40)) * HOUR_S
    return later(plain_leg(rng, lane, before.speed_kn), arrival_s(before) + stay)


def plain_leg(rng: np.random.Generator, lane: Lane, speed_kn: float) -> Leg:
    """A passage that begins at 0; every third ship waits at the anchorage before its port."""
    waits, hours, off_m = rng.random() < _ANCHORS, float(rng.uniform(4, 30)), float(rng.uniform(8_000, 13_000))
    if not waits or lane.length_m < 10 * off_m:
        return Leg(lane, 0.0, speed_kn)
    along = lane.length_m - off_m
    hold = Hold(along, hours * HOUR_S, 150.0, max(1, int(hours / 6)), along / (speed_kn * KNOT_MS), hours * HOUR_S)
    return Leg(lane, 0.0, speed_kn, (hold,))


def _passages_of(fleet: Fleet, waters: Waters, ship: int) -> tuple[Passage, ...]:
    """Where an ordinary ship sails: those of circles on their routes, merchantmen far, the others along coasts."""
    circle = int(fleet.circle[ship])
    if circle >= 0:
        return tuple(p for name in CIRCLES[circle].routes for p in waters.planted.get(name, ()))
    if fleet.category[ship] in {"cargo", "tanker"} and ship % 3:
        crossings = (*waters.planted["precursor-shanghai"], *waters.planted["precursor-busan"])
        return (*waters.ocean, *crossings, *crossings)
    return waters.coast


def _trips(rng: np.random.Generator, passage: Passage, speed: float, first_s: float, last_s: float) -> tuple[Leg, ...]:
    legs, depart = [], first_s + float(rng.uniform(1, 12)) * HOUR_S
    while depart < last_s:
        legs.append(fish(rng, passage, depart, speed))
        depart = arrival_s(legs[-1]) + float(rng.uniform(8, 30)) * HOUR_S
    return tuple(legs)
