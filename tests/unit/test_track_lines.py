"""The line of a track: whole across the antimeridian, cut at gaps, within half a pixel at every zoom."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.geo.crs import HALF_TURN_M
from watchfloor.geo.track_lines import BY_LINE, GAP_S, NOT_JOINED, OVER_GAP, TrackLine, track_line

UNKNOWN = np.nan


def sailed(seed: int, n: int, step_s: int = 600) -> TrackLine:
    """A winding way from 179 degrees east over the antimeridian."""
    rng = np.random.default_rng(seed)
    lon = (179.0 + np.cumsum(rng.uniform(0.0, 0.02, n)) + 180) % 360 - 180
    lat = np.cumsum(rng.normal(0, 0.01, n))
    return track_line(np.arange(n) * step_s, lon, lat, np.full(n, 9.0))


@given(st.integers(0, 1000), st.integers(2, 300))
def test_every_zoom_is_within_half_a_pixel_of_the_whole(seed: int, n: int) -> None:
    line = sailed(seed, n)
    whole = shapely.points(line.x, line.y)
    for zoom in (0, 4, 8, 12, 16):
        kept = line.zoom <= zoom
        drawn = shapely.LineString(np.column_stack([line.x[kept], line.y[kept]]))
        pixel_m = 2 * HALF_TURN_M / 256 / 2**zoom
        assert shapely.distance(whole, drawn).max() <= pixel_m / 2


def test_a_way_over_the_antimeridian_never_jumps() -> None:
    line = sailed(3, 200)

    assert line.x.max() > HALF_TURN_M > line.x.min()
    assert np.abs(np.diff(line.x)).max() < 10_000
    assert line.joined.tolist() == [NOT_JOINED] + [BY_LINE] * 199


def test_a_silence_of_six_hours_is_a_gap_whose_ends_are_drawn_at_every_zoom() -> None:
    at_s = np.array([0, 600, 1200, 1200 + GAP_S, 1800 + GAP_S, 2400 + GAP_S])
    line = track_line(at_s, np.linspace(0, 0.05, 6), np.zeros(6), np.full(6, 5.0))

    assert line.joined.tolist() == [NOT_JOINED, BY_LINE, BY_LINE, OVER_GAP, BY_LINE, BY_LINE]
    assert line.n_gaps == 1
    assert (line.zoom == 0).tolist() == [True, False, True, True, False, True]


def test_an_impossible_hop_is_neither_line_nor_gap() -> None:
    line = track_line(np.array([0, 60, 120, 180]), np.array([0.0, 50.0, 50.0, 0.0]), np.zeros(4), np.full(4, UNKNOWN))

    assert line.joined.tolist() == [NOT_JOINED, NOT_JOINED, BY_LINE, NOT_JOINED]


def test_a_speed_that_was_not_told_is_that_from_fix_to_fix() -> None:
    # one minute of arc in an hour is one knot, within what the sphere is off
    line = track_line(
        np.array([0, 3600, 7200]), np.zeros(3), np.array([0.0, 1 / 60, 2 / 60]), np.array([UNKNOWN, UNKNOWN, 7.0])
    )

    assert np.isnan(line.speed_kn[0])
    assert line.speed_kn[1:].tolist() == pytest.approx([1.0, 7.0], rel=0.01)


def test_of_too_many_fixes_so_many_are_kept_with_both_ends_of_every_leg() -> None:
    at_s = np.arange(1000) * 60
    at_s[500:] += GAP_S
    line = track_line(at_s, np.linspace(0, 5, 1000), np.zeros(1000), np.zeros(1000), most=100)

    assert line.total == 1000
    assert len(line.x) <= 104
    assert {0, 499 * 60, 500 * 60 + GAP_S, 999 * 60 + GAP_S} <= set(line.at_s.tolist())
    assert line.n_gaps == 1


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_few_fixes_or_many_in_one_place_are_a_line_too(n: int) -> None:
    line = track_line(np.arange(n) * 60, np.full(n, 5.0), np.full(n, 6.0), np.full(n, UNKNOWN))

    assert len(line.zoom) == n
    assert line.total == n
