"""Claims about routes between nodes and how they are drawn."""

import numpy as np

from watchfloor.geo.flows import NO_NODE, Legs, LinkedSeizures, Visits, flows, legs

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


def test_weights_are_kilograms_even_where_nothing_was_seized() -> None:
    found = flows(legs(visited((7, 0, HAVANA), (7, 10, MIAMI))), NO_SEIZURES)

    assert found.weight_kg.dtype == np.float64
