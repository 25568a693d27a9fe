"""Tracks of the last weeks: ordinary traffic with planted silences, meetings and loitering."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise.behaviours import silence_truth
from watchfloor.data.exercise.conduct import Schedule, draw_conduct
from watchfloor.data.exercise.fleet import Fleet
from watchfloor.data.exercise.places import FloatArray, IntArray
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.truth import Planted
from watchfloor.data.exercise.voyages import Leg, Track, arrival_s, join_tracks, moor, motion, sail
from watchfloor.data.exercise.waters import Waters

FIXES_EACH: Final = 770
_LOST: Final = 0.02
_STILL_KN: Final = 0.05


@dataclass(frozen=True, slots=True)
class Tracks:
    """Fixes of the fleet in the canonical shape, and what was planted in them."""

    fixes: pl.DataFrame
    truth: list[Planted]


def make_tracks(plan: Plan, fleet: Fleet, waters: Waters) -> Tracks:
    """Fixes of every ship, in the order of ships and time."""
    rng = plan.stream("tracks")
    conduct = draw_conduct(rng, plan, fleet, waters)
    truth, parts = list(conduct.truth), []
    for ship, identifier in enumerate(fleet.identifiers):
        schedule = conduct.schedules[ship]
        track = _heard(rng, schedule)
        speed, course = motion(track)
        kept = rng.random(len(track.at_s)) >= _LOST
        if schedule.silence:
            kept &= (track.at_s < schedule.silence.from_s) | (track.at_s >= schedule.silence.to_s)
            truth.append(silence_truth(plan, identifier, track.take(kept), schedule.silence))
        parts.append((np.full(int(kept.sum()), ship), track.take(kept), speed[kept], course[kept]))
    ships = np.concatenate([p[0] for p in parts])
    told = [np.concatenate([p[i] for p in parts]) for i in (2, 3)]
    track = join_tracks([p[1] for p in parts])
    fixes = _motion_columns(rng, *told).hstack(_place_columns(plan, fleet, ships, track))
    return Tracks(fixes.with_columns(pl.col("at").dt.replace_time_zone("UTC")), truth)


def _heard(rng: np.random.Generator, schedule: Schedule) -> Track:
    """What a ship sends within its window: more often under way than in port."""
    interval = float(np.clip((schedule.last_s - schedule.first_s) / FIXES_EACH, 600, 1800))
    berth = rng.uniform(-0.008, 0.008, 2)
    parts: list[Track] = []
    free_from = schedule.first_s
    for leg in schedule.legs:
        if leg.depart_s - free_from > 4 * interval:
            parts.append(moor(rng, _quay(leg, berth), free_from, leg.depart_s, 4 * interval))
        parts.append(sail(rng, leg, interval))
        free_from = arrival_s(leg)
    if schedule.last_s - free_from > 4 * interval:
        parts.append(moor(rng, _quay(schedule.legs[-1], berth, at_end=True), free_from, schedule.last_s, 4 * interval))
    track = join_tracks(parts).within(schedule.first_s, schedule.last_s)
    _, first = np.unique(track.at_s, return_index=True)
    return Track(track.at_s[first], track.lon[first], track.lat[first])


def _quay(leg: Leg, berth: FloatArray, *, at_end: bool = False) -> tuple[float, float]:
    """Some hundred metres beside the end of a lane, the same for a ship wherever it calls."""
    lon, lat = leg.lane.at(np.array([leg.lane.length_m if at_end else 0.0]))
    return float(lon[0] + berth[0]), float(lat[0] + berth[1])


def _place_columns(plan: Plan, fleet: Fleet, ships: IntArray, track: Track) -> pl.DataFrame:
    seconds = track.at_s.astype(np.int64).astype("timedelta64[s]")
    return pl.DataFrame(
        {
            "craft_kind": pl.Series(["vessel"] * len(ships), dtype=pl.String),
            "identifier": fleet.frame["identifier"].gather(ships),
            "at": plan.horizon + seconds.astype("timedelta64[us]"),
            "lon": track.lon.round(5),
            "lat": track.lat.round(5),
            "flags": np.zeros(len(ships), np.int16),
            "label": fleet.labels[ships],
        }
    )


def _motion_columns(rng: np.random.Generator, speed: FloatArray, course: FloatArray) -> pl.DataFrame:
    """Speed, course and heading with the noise of their sensors; a ship at rest turns with the tide."""
    n = len(speed)
    turned = np.where(speed > _STILL_KN, course + rng.normal(0, 1.5, n), rng.uniform(0, 360, n)) % 360
    heading = np.where(rng.random(n) < 0.05, np.nan, np.floor((turned + rng.normal(0, 2, n)) % 360))
    return pl.DataFrame(
        {
            "speed_kn": pl.Series(np.clip(speed + rng.normal(0, 0.08, n), 0, None).round(1), dtype=pl.Float32),
            "course_deg": pl.Series(turned.round(1) % 360, dtype=pl.Float32),
            "heading_deg": pl.Series(heading, dtype=pl.Float32).fill_nan(None),
        }
    )
