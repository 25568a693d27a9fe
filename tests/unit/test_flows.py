"""Claims about routes between nodes and how they are drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.geo.flows import NO_NODE, Legs, LinkedSeizures, Visits, flows, great_circle, legs
from watchfloor.geo.sphere import distance_m, vectors

HAVANA, MIAMI, NASSAU = 1, 2, 3
NO_SEIZURES = LinkedSeizures(*(np.empty(0, np.int64),) * 3, np.empty(0))
NO_LEGS = legs(Visits(*(np.empty(0, np.int64),) * 3))


def visited(*rows: tuple[int, int, int]) -> Visits:
    """Visits from (track, time, node)."""
    return Visits(*np.array(rows, np.int64).reshape(-1, 3).T)


def table(found: Legs) -> list[tuple[int, ...]]:
    columns = (found.track, found.origin, found.destination, found.departed, found.arrived)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def linked(*rows: tuple[int, int, int, float]) -> LinkedSeizures:
    """Seizures from (id, origin, destination, kilograms)."""
    seizure, origin, destination, weight = np.array(rows, float).T
    return LinkedSeizures(seizure.astype(int), origin.astype(int), destination.astype(int), weight)


def test_a_leg_runs_from_the_last_fix_at_one_node_to_the_first_at_the_next() -> None:
    found = legs(visited((7, 30, MIAMI), (7, 0, HAVANA), (7, 10, HAVANA), (7, 20, NO_NODE), (7, 40, MIAMI)))

    assert table(found) == [(7, HAVANA, MIAMI, 10, 30)]


def test_legs_do_not_join_different_tracks() -> None:
    assert table(legs(visited((7, 0, HAVANA), (8, 10, MIAMI)))) == []


def test_a_leg_with_too_long_a_gap_is_left_out() -> None:
    trip = visited((7, 0, HAVANA), (7, 100, MIAMI), (7, 150, NASSAU))

    assert table(legs(trip, max_gap_s=60)) == [(7, MIAMI, NASSAU, 100, 150)]


def test_an_edge_counts_each_track_once_and_each_leg() -> None:
    there_and_back = visited(
        (7, 0, HAVANA), (7, 1, MIAMI), (7, 2, HAVANA), (7, 3, MIAMI), (8, 0, HAVANA), (8, 5, MIAMI)
    )

    found = flows(legs(there_and_back), NO_SEIZURES)

    assert list(zip(found.origin, found.destination, found.n_tracks, found.n_legs, strict=True)) == [
        (HAVANA, MIAMI, 2, 3),
        (MIAMI, HAVANA, 1, 1),
    ]
    assert found.n_seizures.tolist() == [0, 0]


def test_a_seizure_is_counted_once_on_its_edge_however_often_it_is_linked() -> None:
    found = flows(NO_LEGS, linked((1, HAVANA, MIAMI, 40.0), (1, HAVANA, MIAMI, 40.0), (2, HAVANA, MIAMI, float("nan"))))

    assert (found.n_seizures.tolist(), found.weight_kg.tolist(), found.n_tracks.tolist()) == ([2], [40.0], [0])


def test_a_seizure_without_a_way_is_no_flow() -> None:
    found = flows(NO_LEGS, linked((1, MIAMI, MIAMI, 1.0), (2, NO_NODE, MIAMI, 1.0), (3, MIAMI, NO_NODE, 1.0)))

    assert found.origin.size == 0


def test_tracks_and_seizures_stand_side_by_side_on_one_edge() -> None:
    found = flows(legs(visited((7, 0, HAVANA), (7, 9, MIAMI))), linked((1, HAVANA, MIAMI, 5.0)))

    assert (found.n_tracks.tolist(), found.n_seizures.tolist(), found.weight_kg.tolist()) == ([1], [1], [5.0])


def test_cells_can_be_nodes() -> None:
    cell = 0x8928308280FFFFF

    found = flows(legs(visited((7, 0, cell), (7, 9, MIAMI))), NO_SEIZURES)

    assert found.origin.tolist() == [cell]


LON, LAT = st.floats(-180, 180), st.floats(-90, 90)


@settings(deadline=None)
@given(LON, LAT, LON, LAT)
def test_a_great_circle_has_equal_steps_of_the_shortest_way_and_its_ends(
    lon1: float, lat1: float, lon2: float, lat2: float
) -> None:
    lon, lat = great_circle(*(np.array([value]) for value in (lon1, lat1, lon2, lat2)), n=9)

    points = vectors(lon[0], lat[0])
    whole = distance_m(vectors(lon1, lat1), vectors(lon2, lat2))
    assert distance_m(points[1:], points[:-1]) == pytest.approx(np.full(8, whole / 8), abs=0.1)
    assert distance_m(points[0], vectors(lon1, lat1)) < 0.1
    assert distance_m(points[-1], vectors(lon2, lat2)) < 0.1
    assert abs(lon[0, 0] - lon1) <= 180
    assert (np.abs(np.diff(lon[0])) <= 180).all()


def test_a_great_circle_over_the_antimeridian_runs_on() -> None:
    lon, _ = great_circle(np.array([170.0]), np.array([35.0]), np.array([-170.0]), np.array([35.0]), n=5)

    assert lon[0, 0] == pytest.approx(170)
    assert lon[0, -1] == pytest.approx(190)


@pytest.mark.parametrize(
    ("start", "middle_lat"), [((0.0, 0.0), 90.0), ((30.0, 20.0), 70.0), ((0.0, 90.0), 0.0), ((10.0, -90.0), 0.0)]
)
def test_between_opposite_points_the_way_goes_north(start: tuple[float, float], middle_lat: float) -> None:
    lon, lat = start

    _, along = great_circle(np.array([lon]), np.array([lat]), np.array([lon + 180]), np.array([-lat]), n=3)

    assert along[0, 1] == pytest.approx(middle_lat, abs=1e-6)


def test_no_ways_have_no_points() -> None:
    none = np.empty(0)

    assert great_circle(none, none, none, none, n=4)[0].shape == (0, 4)


def test_weights_are_kilograms_even_where_nothing_was_seized() -> None:
    found = flows(legs(visited((7, 0, HAVANA), (7, 10, MIAMI))), NO_SEIZURES)

    assert found.weight_kg.dtype == np.float64
