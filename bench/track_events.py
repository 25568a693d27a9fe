"""Gaps, stops and loitering in ten million fixes, beside MovingPandas on as many as it can do in a minute.

The machine is shared: what is compared is time of one processor, which all of it uses one of.
"""

import os
import time
import warnings

import numpy as np

from bench import track_world
from bench.results import Result
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.track_event_finding import ports_of_gazetteer
from watchfloor.geo.harbours import Harbours
from watchfloor.geo.track_encounters import encounters
from watchfloor.geo.track_fixes import Fixes, paces_kn, steps_m
from watchfloor.geo.track_gaps import gaps
from watchfloor.geo.track_loitering import loitering
from watchfloor.geo.track_marks import marks
from watchfloor.geo.track_port_visits import port_visits
from watchfloor.geo.track_presets import EVENT_PRESETS, EVENTS_NEAR_SHORE, EventPreset, events_of
from watchfloor.geo.track_stops import stops
from watchfloor.geo.voyages import voyages

N = 10_000_000
PEER_N = 20_000
SILENT = 0.002
GOAL_S = 3.0


def measure(_address: ClusterAddress) -> list[Result]:
    """Nothing is asked of the store: all of it is arithmetic on arrays."""
    fixes, category = _fixes(N)
    ports = ports_of_gazetteer()[0]
    some = fixes.take(slice(0, 20_000))
    _marks_and_voyages(some, category[:20_000])
    for preset in EVENT_PRESETS:
        # compiled before it is timed
        events_of(some, preset, ports)
    results = [*_marks_and_voyages(fixes, category)]
    for preset in EVENT_PRESETS:
        results += _events(fixes, preset, ports)
    near_shore = next(r for r in results if r.name == _worked(EVENTS_NEAR_SHORE))
    return [*results, _beside(fixes, near_shore.value)]


def _fixes(n: int) -> tuple[Fixes, np.ndarray]:
    parts = [part for _, part in track_world.labels(n)]
    columns = (np.concatenate([getattr(p, name) for p in parts]) for name in ("craft", "at_s", "lon", "lat"))
    many = sum(len(p.craft) for p in parts)
    fixes = Fixes.of(*columns, np.full(many, np.nan, np.float32))
    # one in five hundred stretches of ten hours is not heard
    heard = np.repeat(np.random.default_rng(3).random(many // 60 + 1) >= SILENT, 60)[:many]
    return fixes.take(heard), np.concatenate([p.category for p in parts])[heard]


def _marks_and_voyages(fixes: Fixes, category: np.ndarray) -> list[Result]:
    began = time.process_time()
    found = marks(*fixes, category)
    marked = time.process_time()
    voyages(fixes.craft, fixes.at_s, fixes.lon, fixes.lat, found)
    done = time.process_time()
    rate = len(fixes.craft) / (marked - began) / 1e6
    return [
        Result("marks on fixes of tracks, a second of one processor", rate, "M fixes/s", ">= 5", rate >= 5),
        Result("voyages, near-shore, a second of one processor", len(fixes.craft) / (done - marked) / 1e6, "M fixes/s"),
    ]


def _name(preset: EventPreset) -> str:
    return f"gaps, stops, loitering in {N / 1e6:.0f} M fixes, {preset.name}"


def _worked(preset: EventPreset) -> str:
    return f"the same, of one processor, {preset.name}"


def _events(fixes: Fixes, preset: EventPreset, ports: Harbours) -> list[Result]:
    began, worked = time.perf_counter(), time.process_time()
    metres = steps_m(fixes)
    paces = paces_kn(fixes, metres)
    found = [
        gaps(fixes, metres, paces, preset.gap, ports),
        stops(fixes, paces, preset.stop, ports),
        loitering(fixes, metres, preset.loitering, ports),
    ]
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    kinds = ", ".join(f"{len(e):,} {e.kind}" for e in found)
    print(f"  load {os.getloadavg()[0]:.1f}, {worked:.2f} s of one processor; {kinds}", flush=True)
    began = time.perf_counter()
    visits = port_visits(fixes, paces, preset.port_visit, ports)
    visited = time.perf_counter()
    met = encounters(fixes, metres, preset.encounter, ports)
    done = time.perf_counter()
    print(f"  {len(visits):,} port visits, {len(met):,} encounters", flush=True)
    return [
        Result(_name(preset), seconds, "s", f"<= {GOAL_S:.0f} s", seconds <= GOAL_S),
        Result(_worked(preset), worked, "s"),
        Result(f"port visits, {preset.name}", visited - began, "s"),
        Result(f"encounters, {preset.name}", done - visited, "s"),
    ]


def _beside(fixes: Fixes, own_s: float) -> Result:
    """MovingPandas: gaps and stops of the first fixes, which has no loitering; its time grows with their number."""
    seconds = _peer_s(fixes.take(slice(0, PEER_N)))
    at_n = seconds * N / PEER_N
    return Result(
        f"MovingPandas, gaps and stops: {PEER_N:,} fixes in {seconds:.0f} s, for {N / 1e6:.0f} M",
        at_n,
        "s",
        "extrapolated",
        None,
        "gaps, stops and loitering here",
        at_n / own_s,
    )


def _peer_s(fixes: Fixes) -> float:
    with warnings.catch_warnings():
        # it asks shapely and pandas in ways that they are about to end
        warnings.simplefilter("ignore")
        import geopandas  # noqa: PLC0415
        import movingpandas  # noqa: PLC0415
        import pandas as pd  # noqa: PLC0415

        points = geopandas.points_from_xy(fixes.lon, fixes.lat, crs=4326)
        frame = geopandas.GeoDataFrame(
            {"craft": fixes.craft, "at": pd.to_datetime(fixes.at_s, unit="s")}, geometry=points
        ).set_index("at")
        began = time.process_time()
        tracks = movingpandas.TrajectoryCollection(frame, "craft")
        movingpandas.ObservationGapSplitter(tracks).split(gap=pd.Timedelta(hours=2))
        stop = EVENTS_NEAR_SHORE.stop
        movingpandas.TrajectoryStopDetector(tracks).get_stop_segments(
            max_diameter=2 * stop.radius_m, min_duration=pd.Timedelta(seconds=stop.least_s)
        )
        return time.process_time() - began
