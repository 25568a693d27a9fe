"""Claims about clusters of events."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from watchfloor.geo import grouping
from watchfloor.geo.clusters import EXCLUDED, NO_DAY, Events, find_clusters
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.grouping import NOISE, ClusterParameters, Method

METHODS = list(Method)


def events(points: list[tuple[float, float, float]], **columns: list[float]) -> Events:
    """Events from (lon, lat, weight), known exactly on day 100 unless columns say otherwise."""
    lon, lat, weight = np.array(points, float).reshape(-1, 3).T
    given_columns = {"day": np.full(lon.size, 100), "substances": np.ones(lon.size, int), "uncertainty_m": 0 * lon}
    given_columns |= {name: np.array(values) for name, values in columns.items()}
    return Events(lon, lat, weight, **given_columns)


def town(lon: float, lat: float, weight: float = 6.0) -> list[tuple[float, float, float]]:
    """Three places a few kilometres from one another."""
    return [(lon, lat, weight), (lon + 0.03, lat, weight), (lon, lat + 0.03, weight)]


@pytest.mark.parametrize("method", METHODS)
def test_places_near_one_another_are_a_cluster_and_a_far_one_is_noise(method: Method) -> None:
    asked = events([*town(-72.7, 41.8), *town(-70.0, 43.0), (-68.0, 40.0, 1.0)])

    result = find_clusters(asked, ClusterParameters(method=method))

    assert sorted(result.label.tolist()) == [NOISE, 0, 0, 0, 1, 1, 1]
    assert result.noise_weight == 1
    assert [cluster.n_places for cluster in result.found] == [3, 3]


def test_the_tightest_groups_are_parts_of_the_most_persistent() -> None:
    rng = np.random.default_rng(5)
    two_towns = np.vstack([rng.normal((x, 41.8), 0.01, (40, 2)) for x in (-72.7, -72.6)])
    asked = events([(lon, lat, 1.0) for lon, lat in two_towns.tolist()])

    tight, persistent = (
        find_clusters(asked, ClusterParameters(min_places=5, tightest=tightest)) for tightest in (True, False)
    )

    for part in range(len(tight.found)):
        assert len(set(persistent.label[tight.label == part])) == 1


@pytest.mark.parametrize("method", METHODS)
def test_one_heavy_place_alone_is_a_hot_place_and_never_a_cluster(method: Method) -> None:
    result = find_clusters(events([(-72.7, 41.8, 1.0)] * 500), ClusterParameters(method=method))

    assert result.found == ()
    assert result.hot.weight.tolist() == [500]
    assert result.noise_weight == 500


@pytest.mark.parametrize("method", METHODS)
def test_events_at_one_point_weigh_like_one_event_of_their_weight(method: Method) -> None:
    heavy = events(town(-72.7, 41.8, 6.0) + town(-70.0, 43.0, 6.0))
    repeated = events([place for place in town(-72.7, 41.8, 1.0) + town(-70.0, 43.0, 1.0) for _ in range(6)])

    first, second = (find_clusters(each, ClusterParameters(method=method)) for each in (heavy, repeated))

    assert [(each.weight, each.n_places, each.lon) for each in first.found] == [
        (each.weight, each.n_places, each.lon) for each in second.found
    ]
    assert second.found[0].n_events == 18


def test_what_is_known_to_the_state_only_is_excluded_and_counted() -> None:
    points = [*town(-72.7, 41.8), (-72.69, 41.81, 40.0), (np.nan, np.nan, 2.0)]
    asked = events(points, uncertainty_m=[6_000.0] * 3 + [100_000.0, 6_000.0])

    result = find_clusters(asked)

    assert result.label.tolist() == [0, 0, 0, EXCLUDED, EXCLUDED]
    assert result.excluded_weight == 42
    assert result.found[0].weight == 18


def test_a_cluster_tells_its_period_its_substances_and_its_width() -> None:
    asked = events(
        town(-72.7, 41.8), day=[NO_DAY, 50, 70], substances=[0b10, 0b110, 0b100], uncertainty_m=[0.0, 0.0, 0.0]
    )

    (cluster,) = find_clusters(asked).found

    assert (cluster.first_day, cluster.last_day) == (50, 70)
    assert cluster.shares == pytest.approx({1: 2 / 3, 2: 2 / 3})
    assert cluster.diameter_km == pytest.approx(4.2, abs=0.2)
    assert 0 <= cluster.stability <= 1


def test_a_cluster_without_days_has_no_period() -> None:
    (cluster,) = find_clusters(events(town(-72.7, 41.8), day=[NO_DAY] * 3)).found

    assert (cluster.first_day, cluster.last_day) == (None, None)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("lat", [-40.0, 0.0, 60.0, 89.0])
def test_a_cluster_on_the_antimeridian_is_one_with_one_area(method: Method, lat: float) -> None:
    asked = events([(179.98, lat, 6.0), (-179.98, lat, 6.0), (180.0, lat + 0.02, 6.0)])

    (cluster,) = find_clusters(asked, ClusterParameters(method=method)).found

    assert abs(cluster.lon) > 179.9
    west, south, east, north = cluster.area.bounds
    assert east - west < (5 if lat > 80 else 0.2)
    assert south < lat < lat + 0.02 < north
    assert cluster.area.is_valid


def test_a_cluster_is_as_wide_as_its_places_are_known() -> None:
    points = [(-72.7, 41.8, 6.0), (-72.6, 41.8, 6.0)]

    fine, rough = (
        find_clusters(events(points, uncertainty_m=[uncertainty_m, 0.0])).found[0] for uncertainty_m in (0.0, 8_500.0)
    )

    heights_m = [(one.area.bounds[3] - one.area.bounds[1]) * 111_195 for one in (fine, rough)]
    assert heights_m == [pytest.approx(4_000, rel=0.01), pytest.approx(17_000, rel=0.01)]
    assert fine.diameter_km == rough.diameter_km


def test_a_smaller_radius_that_breaks_a_cluster_makes_it_less_stable() -> None:
    loose = [(0.0, 0.0, 9.0), (0.05, 0.0, 9.0), (0.135, 0.0, 4.0)]
    tight = [(0.0, 0.0, 9.0), (0.03, 0.0, 9.0), (0.06, 0.0, 4.0)]

    stability = [
        find_clusters(events(points), ClusterParameters(method=Method.DBSCAN)).found[0].stability
        for points in (loose, tight)
    ]

    assert stability == [pytest.approx(18 / 22), 1.0]


@pytest.mark.parametrize("method", METHODS)
def test_planted_clusters_are_found_again(method: Method) -> None:
    rng = np.random.default_rng(11)
    centres = np.array([(-72.7, 41.8), (-71.1, 42.3), (-73.9, 40.8), (-75.1, 39.9)])
    truth = np.repeat([0, 1, 2, 3, -1], [60, 60, 60, 60, 30])
    noise = rng.uniform((-80, 36), (-66, 46), (30, 2))
    points = np.vstack([centres[truth[truth >= 0]] + rng.normal(0, 0.02, (240, 2)), noise])

    result = find_clusters(
        events([(*point, 1.0) for point in points]),
        ClusterParameters(method=method, min_places=5),
    )

    planted = truth >= 0
    assert adjusted_rand_score(truth[planted], result.label[planted]) > 0.95
    assert (result.label[~planted] == NOISE).mean() > 0.9


def test_many_places_are_gathered_by_cell_and_the_result_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "MOST_PLACES", 50)
    rng = np.random.default_rng(2)
    points = [(float(lon), float(lat), 1.0) for lon, lat in rng.normal((-72.7, 41.8), 0.05, (500, 2))]

    result = find_clusters(events(points))

    assert result.gathered_at is not None
    assert sum(cluster.weight for cluster in result.found) + result.noise_weight == 500


@pytest.mark.parametrize("method", METHODS)
def test_no_events_make_no_clusters(method: Method) -> None:
    result = find_clusters(events([]), ClusterParameters(method=method))

    assert (result.found, result.hot.weight.size, result.noise_weight) == ((), 0, 0)


@pytest.mark.parametrize(
    "wrong", [{"min_places": 1}, {"min_weight": 0}, {"eps_km": float("nan")}, {"max_diameter_km": 9_999}]
)
def test_parameters_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(BadQuestion):
        ClusterParameters(**wrong)  # type: ignore[arg-type]


POINT = st.tuples(st.floats(-180, 180), st.floats(-90, 90), st.integers(1, 30).map(float))


@pytest.mark.parametrize("method", METHODS)
@settings(deadline=None)
@given(st.lists(POINT, max_size=25), st.randoms())
def test_weight_is_conserved_in_any_order_anywhere_on_earth(
    method: Method, points: list[tuple[float, float, float]], random: object
) -> None:
    shuffled = list(points)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    result, again = (find_clusters(events(each), ClusterParameters(method=method)) for each in (points, shuffled))

    assert sum(each.weight for each in result.found) + result.noise_weight == sum(point[2] for point in points)
    assert [each.weight for each in result.found] == [each.weight for each in again.found]
    assert all(each.n_places >= 2 and each.weight >= 10 for each in result.found)
