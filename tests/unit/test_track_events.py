from dataclasses import replace

import numpy as np
import pytest
import shapely

from watchfloor.geo.harbours import Harbours
from watchfloor.geo.sphere import distance_m, vectors
from watchfloor.geo.track_encounters import ENCOUNTER_GFW, ENCOUNTER_NEAR_SHORE, encounters
from watchfloor.geo.track_events import NOBODY, Events, joined_events
from watchfloor.geo.track_fixes import Fixes, paces_kn, steps_m
from watchfloor.geo.track_gaps import GAP_GFW, GAP_NEAR_SHORE, gaps
from watchfloor.geo.track_loitering import LOITERING_GFW, LOITERING_NEAR_SHORE, loitering
from watchfloor.geo.track_port_visits import PORT_VISIT_GFW, port_visits
from watchfloor.geo.track_presets import EVENT_PRESETS, events_of
from watchfloor.geo.track_reach import reaches
from watchfloor.geo.track_stops import STOP_GFW, STOP_NEAR_SHORE, stops

START_S, HOUR_S, KNOT_DEG = 1_700_000_000, 3600, 1 / 60
FAR_PORT = Harbours(np.array([100.0]), np.array([0.0]))
PORT_HERE = Harbours(np.array([-70.0]), np.array([0.0]))


def moving(minutes, knots, *, craft=1, lon=-70.0, lat=0.0, told=True):
    """A craft that heads east at `knots` (one for each step of `minutes`) near the equator."""
    minutes, knots = np.asarray(minutes, float), np.broadcast_to(np.asarray(knots, float), len(minutes))
    way = np.concatenate([[0.0], np.cumsum(np.diff(minutes) / 60 * knots[1:] * KNOT_DEG)])
    speed = knots if told else np.full(len(minutes), np.nan)
    lons = (lon + way + 180) % 360 - 180
    return Fixes.of(np.full(len(minutes), craft), START_S + 60 * minutes, lons, np.full(len(minutes), lat), speed)


def together(*several):
    return Fixes(*(np.concatenate(columns) for columns in zip(*several, strict=True)))


def found_gaps(fixes, rule, ports=FAR_PORT):
    metres = steps_m(fixes)
    return gaps(fixes, metres, paces_kn(fixes, metres), rule, ports)


def found_stops(fixes, rule):
    return stops(fixes, paces_kn(fixes, steps_m(fixes)), rule)


def silent(hours, *, every=10):
    """Six hours of fixes, a silence, and an hour of fixes."""
    before = np.arange(0, 361, every)
    return moving(np.concatenate([before, 360 + hours * 60 + np.arange(0, 60, every)]), 10.0)


def test_a_silence_of_half_a_day_is_a_gap_under_both_presets():
    for rule in (GAP_GFW, GAP_NEAR_SHORE):
        found = found_gaps(silent(13), rule)
        assert (found.starts_s - START_S).tolist() == [6 * HOUR_S]
        assert (found.ends_s - START_S).tolist() == [19 * HOUR_S]
        assert found.evidence["implied_kn"] == pytest.approx([10.0], rel=0.01)
        assert found.evidence["fixes_before"].tolist() == [37.0]
        assert found.evidence["usual_s"].tolist() == [600.0]
        assert found.other.tolist() == [NOBODY]


def test_a_silence_of_three_hours_is_a_gap_near_the_shore_only():
    assert len(found_gaps(silent(3), GAP_GFW)) == 0
    assert len(found_gaps(silent(3), GAP_NEAR_SHORE)) == 1


def test_a_craft_that_is_seldom_heard_has_no_gap_near_the_shore():
    assert len(found_gaps(silent(3, every=60), GAP_NEAR_SHORE)) == 0


def test_the_published_rule_keeps_out_what_starts_near_a_port():
    assert len(found_gaps(silent(13), GAP_GFW, Harbours(np.array([-69.5]), np.array([0.0])))) == 0


def test_a_silence_that_has_not_ended_is_no_gap_and_crafts_are_apart():
    assert len(found_gaps(together(moving([0, 10, 20], 8.0), moving([5000, 5010], 8.0, craft=2)), GAP_NEAR_SHORE)) == 0


def gap(lon, lat, to_lon, to_lat, hours):
    numbers = {"to_lon": to_lon, "to_lat": to_lat, "fastest_kn": 10.0, "implied_kn": 1.0}
    evidence = {name: np.array([float(value)]) for name, value in numbers.items()}
    one = (np.array([START_S * 1.0]), np.array([START_S + hours * HOUR_S * 1.0]), np.array([lon]), np.array([lat]))
    return Events("gap", "test", np.array([1]), np.array([NOBODY]), *one, evidence)


@pytest.mark.parametrize("lon", [-70.0, 179.8])
def test_the_reach_is_an_ellipse_with_the_ends_as_foci_whole_across_the_antimeridian(lon):
    silence = gap(lon, 20.0, (lon + 0.5 + 180) % 360 - 180, 20.0, 10)
    (ring,) = reaches(silence, 20.0)
    on_ring = vectors(ring[:, 0], ring[:, 1])
    foci = (vectors(np.array([lon]), np.array([20.0])), vectors(silence.evidence["to_lon"], np.array([20.0])))
    way = sum(distance_m(on_ring, focus) for focus in foci)
    assert way == pytest.approx(200 * 1852, rel=1e-6)
    assert np.ptp(ring[:, 0]) < 10
    assert ring[0].tolist() == ring[-1].tolist()
    assert shapely.Polygon(ring).is_valid


def test_a_reach_round_a_pole_holds_the_pole():
    (ring,) = reaches(gap(10.0, 88.0, 30.0, 88.0, 24), 20.0)
    area = shapely.Polygon(ring)
    assert area.is_valid
    assert ring[:, 1].max() == 90.0
    assert area.bounds[2] - area.bounds[0] == pytest.approx(360.0)


def test_a_reach_is_never_less_than_the_way_that_was_made():
    far = gap(0.0, 0.0, 10.0, 0.0, 1)
    (ring,) = reaches(far, 1.0)
    assert ring[:, 0].min() == pytest.approx(0.0, abs=1e-3)
    assert ring[:, 0].max() == pytest.approx(10.0, abs=1e-3)


def test_a_craft_at_rest_stops_once_however_its_speed_flickers():
    way = moving(np.arange(0, 300, 10), np.r_[np.full(10, 9.0), np.zeros(10), np.full(10, 9.0)])
    fixes = way._replace(speed_kn=np.r_[np.full(10, 9.0), np.tile([0.1, 0.4], 5), np.full(10, 9.0)].astype(np.float32))
    for rule in (STOP_GFW, STOP_NEAR_SHORE):
        found = found_stops(fixes, rule)
        assert (found.starts_s - START_S).tolist() == [100 * 60]
        assert (found.ends_s - START_S).tolist() == [190 * 60]


def test_a_slow_drift_is_no_stop_near_the_shore():
    fixes = moving(np.arange(0, 240, 10), 0.9, told=False)
    told = fixes._replace(speed_kn=np.full(len(fixes.craft), 0.4, np.float32))
    assert len(found_stops(told, STOP_NEAR_SHORE)) == 0


def test_hours_below_two_knots_far_from_port_are_loitering():
    hours = np.arange(0, 24.01, 0.5)
    fixes = moving(hours * 60, np.where((hours > 6) & (hours <= 16), 1.0, 10.0))
    for rule in (LOITERING_GFW, LOITERING_NEAR_SHORE):
        found = loitering(fixes, steps_m(fixes), rule, FAR_PORT)
        assert len(found) == 1
        assert found.starts_s[0] - START_S == pytest.approx(6 * HOUR_S, abs=HOUR_S)
        assert found.ends_s[0] - START_S == pytest.approx(16 * HOUR_S, abs=HOUR_S)
        assert found.evidence["mean_kn"][0] < 2


def test_slowness_near_a_port_is_no_loitering():
    fixes = moving(np.arange(0, 600, 20), 1.0)
    assert len(loitering(fixes, steps_m(fixes), LOITERING_NEAR_SHORE, PORT_HERE)) == 0


def meeting(hours, *, apart_deg=0.002, lon=-70.0, knots=0.3):
    minutes = np.arange(0, hours * 60 + 1, 15)
    return together(
        moving(minutes, knots, craft=4, lon=lon), moving(minutes + 3, knots, craft=9, lon=lon, lat=apart_deg)
    )


@pytest.mark.parametrize("lon", [-70.0, 179.999])
def test_two_craft_side_by_side_for_three_hours_meet_under_both_presets(lon):
    fixes = meeting(3.5, lon=lon)
    for rule in (ENCOUNTER_GFW, ENCOUNTER_NEAR_SHORE):
        found = encounters(fixes, steps_m(fixes), rule, FAR_PORT)
        assert (found.craft.tolist(), found.other.tolist()) == ([4], [9])
        assert found.evidence["hours"][0] == pytest.approx(3.3, abs=0.3)
        assert found.evidence["median_apart_m"][0] == pytest.approx(0.002 * 111_195, rel=0.1)
        assert abs(found.lon[0] - lon) % 360 < 0.1 or abs(found.lon[0] - lon) % 360 > 359.9


def test_an_hour_side_by_side_is_an_encounter_near_the_shore_only():
    fixes = meeting(1)
    assert len(encounters(fixes, steps_m(fixes), ENCOUNTER_GFW, FAR_PORT)) == 0
    assert len(encounters(fixes, steps_m(fixes), ENCOUNTER_NEAR_SHORE, FAR_PORT)) == 1


@pytest.mark.parametrize("change", [{"apart_deg": 0.02}, {"knots": 9.0}])
def test_craft_that_are_apart_or_travel_together_do_not_meet(change):
    fixes = meeting(4, **change)
    assert len(encounters(fixes, steps_m(fixes), ENCOUNTER_NEAR_SHORE, FAR_PORT)) == 0


def test_craft_in_a_port_do_not_meet():
    fixes = meeting(4)
    assert len(encounters(fixes, steps_m(fixes), ENCOUNTER_GFW, PORT_HERE)) == 0


def test_a_call_that_was_seen_from_entry_to_exit_is_the_surest():
    hours = np.arange(0, 14, 0.25)
    knots = np.where((hours > 5) & (hours <= 9), 0.0, 6.0)
    fixes = moving(hours * 60, knots, lon=-70.5)
    found = port_visits(fixes, paces_kn(fixes, steps_m(fixes)), PORT_VISIT_GFW, PORT_HERE)
    assert found.evidence["confidence"].tolist() == [4.0]
    assert found.evidence["port"].tolist() == [0.0]
    assert found.starts_s[0] - START_S == pytest.approx(4.75 * HOUR_S, abs=0.5 * HOUR_S)
    assert found.ends_s[0] - START_S == pytest.approx(9.25 * HOUR_S, abs=0.5 * HOUR_S)


def test_passing_a_port_is_no_visit_and_a_track_that_begins_there_is_less_sure():
    passing = moving(np.arange(0, 300, 10), 12.0, lon=-70.5)
    assert len(port_visits(passing, paces_kn(passing, steps_m(passing)), PORT_VISIT_GFW, PORT_HERE)) == 0
    leaving = moving(np.arange(0, 300, 10), np.r_[np.zeros(12), np.full(18, 9.0)])
    found = port_visits(leaving, paces_kn(leaving, steps_m(leaving)), PORT_VISIT_GFW, PORT_HERE)
    assert found.evidence["confidence"].tolist() == [3.0]


def test_no_fixes_give_no_events_of_any_kind():
    none = moving([], [])
    for preset in EVENT_PRESETS:
        assert [len(found) for found in events_of(none, preset, PORT_HERE)] == [0] * 5


def test_the_nearest_harbour_is_found_across_the_antimeridian_and_far_north():
    ports = Harbours(np.array([179.99, 0.0]), np.array([10.0, 84.0]))
    lon, lat = np.array([-179.99, 0.3, 50.0]), np.array([10.0, 84.0, 0.0])
    number, away = ports.nearest(lon, lat, within_m=5_000.0)
    assert number.tolist() == [0, 1, -1]
    assert away[:2] == pytest.approx(
        [0.02 * 111_195 * np.cos(np.radians(10)), 0.3 * 111_195 * np.cos(np.radians(84))], rel=0.01
    )
    assert away[2] == np.inf


def test_lots_of_events_join_with_their_evidence():
    one = gap(1.0, 2.0, 3.0, 4.0, 5)
    two = joined_events([one, replace(one, craft=np.array([2]))])
    assert two.craft.tolist() == [1, 2]
    assert two.take(np.array([1])).evidence["to_lon"].tolist() == [3.0]


def test_one_craft_heard_under_two_numbers_does_not_meet_itself():
    fixes = meeting(4, apart_deg=0.0)
    same = np.zeros(len(fixes.craft), np.int64)
    assert len(encounters(fixes, steps_m(fixes), ENCOUNTER_GFW, FAR_PORT, identity=same)) == 0


def test_what_two_craft_do_is_found_whoever_else_lies_beside_them():
    two, minutes = meeting(4), np.arange(0, 241, 15)
    crowd = [moving(minutes, 0.3, craft=20 + i, lat=0.001 + i * 1e-5) for i in range(30)]
    fixes = together(two, *crowd)
    group = (fixes.craft >= 20).astype(np.int64)
    found = encounters(fixes, steps_m(fixes), ENCOUNTER_GFW, FAR_PORT, group=group)
    assert [4, 9] in np.column_stack([found.craft, found.other]).tolist()
