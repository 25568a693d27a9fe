"""Ports, routes, clusters and operations as marks: sizes, order, words."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import numpy as np
import pytest
import shapely

from watchfloor.geo.answers import Planned, Ports, Routes
from watchfloor.geo.clusters import Cluster, Clusters
from watchfloor.geo.grouping import Places
from watchfloor.layers.clusters import cluster_areas, cluster_name, clusters_legend, written_facts
from watchfloor.layers.operations import operation_areas, operation_points, operations_legend
from watchfloor.layers.ports import port_arrows, port_circles, ports_legend, sizes, written_change
from watchfloor.layers.routes import great_circles, route_lines, routes_legend, shares

NONE = np.zeros(0)


def ports(volume: list[float], latest: list[float], before: list[float]) -> Ports:
    n = len(volume)
    return Ports(
        np.arange(n), [f"P{i}" for i in range(n)], [f"Port {i}" for i in range(n)], np.arange(n) * 1.0, np.zeros(n),
        np.array(volume), np.array(latest), np.array(before), date(2026, 10, 1), "trucks",
    )  # fmt: skip


def routes(tracks: list[int], seizures: list[int], lons: tuple[float, float] = (0.0, 90.0)) -> Routes:
    n = len(tracks)
    start, end = np.full(n, lons[0]), np.full(n, lons[1])
    names = [f"place {i}" for i in range(n)]
    return Routes(
        np.arange(n), np.arange(n) + 100, names, names, start, np.zeros(n), end, np.zeros(n), np.array(tracks),
        np.array(seizures), np.zeros(n), n,
    )  # fmt: skip


def planned(*statuses: str) -> tuple[Planned, ...]:
    return tuple(
        Planned(UUID(int=i), "operation", f"Op {i}", status, 179.99, 10.0, 5_000.0, "soon", "Agency B")
        for i, status in enumerate(statuses)
    )


def clusters(*weights: float) -> Clusters:
    found = tuple(
        Cluster(
            10.0 + i,
            40.0,
            5,
            3,
            weight,
            12.5,
            0.75,
            20_000,
            20_010,
            {3: 0.8},
            shapely.Point(10.0 + i, 40.0).buffer(0.1),
        )
        for i, weight in enumerate(weights)
    )
    return Clusters(found, np.zeros(0, np.int64), Places(NONE, NONE, NONE), 5.0, 2.0, None)


def test_a_port_s_area_grows_with_its_volume() -> None:
    small, large = sizes(np.array([100.0, 400.0])) - sizes(np.array([0.0]))[0]
    assert large == pytest.approx(2 * small)


def test_ports_of_which_nothing_is_known_take_the_least_size() -> None:
    assert sizes(np.array([np.nan, 0.0])).tolist() == [7.0, 7.0]


def test_large_ports_lie_below_small_ones() -> None:
    assert port_circles(ports([1.0, 9.0], [1, 1], [1, 1]), "dark").names == ("1", "0")


def test_only_ports_that_changed_bear_an_arrow() -> None:
    arrows = port_arrows(ports([1, 1, 1, 1], [110, 102, 50, np.nan], [100, 100, 100, 100]), "dark")
    assert list(arrows.columns["marker"]) == ["triangle", "inverted_triangle"]
    assert arrows.names == ("0", "2")


def test_a_change_from_nothing_is_no_percentage() -> None:
    some = ports([1, 1, 1], [5, np.nan, 6], [0, 3, 3])
    assert written_change(some, 0) == "5 in October 2026"
    assert written_change(some, 1) == "not reported"
    assert written_change(some, 2) == "6 in October 2026, +100% on the year before"


def test_the_legend_of_ports_says_that_they_are_reported() -> None:
    assert ports_legend(ports([1.0], [1], [1]), "dark").kind == "reported aggregates"


def test_the_heaviest_route_is_widest_and_on_top() -> None:
    lines = route_lines(routes([1, 50, 5], [0, 0, 1]), "dark")
    assert lines.names[-1] == "1-101"
    assert np.argmax(lines.columns["width"]) == 2


def test_single_voyages_are_faint_and_none_is_a_nan() -> None:
    assert shares(routes([1, 100], [0, 0])).tolist() == [0.0, 1.0]
    assert shares(routes([1, 1], [0, 0])).tolist() == [1.0, 1.0]
    assert np.isfinite(route_lines(routes([], []), "dark").columns["width"]).all()


def test_a_route_follows_the_great_circle() -> None:
    over_the_pole = replace(routes([1], [0], (-90.0, 89.9)), from_lat=np.array([60.0]), to_lat=np.array([60.0]))
    _, lat = great_circles(over_the_pole)
    assert lat[0].max() > 89
    assert lat[0, [0, -1]] == pytest.approx([60.0, 60.0])


def test_a_route_across_the_antimeridian_runs_on() -> None:
    lon, _ = great_circles(routes([1], [0], (170.0, -170.0)))
    assert np.abs(np.diff(lon[0])).max() < 10


def test_a_route_to_its_own_place_stays_there() -> None:
    lon, lat = great_circles(routes([1], [0], (12.0, 12.0)))
    assert np.allclose(lon, 12.0)
    assert np.allclose(lat, 0.0)


def test_the_legend_of_routes_counts_what_is_drawn() -> None:
    assert routes_legend(routes([3, 1], [0, 1]), "dark").lines == ("2 of 2 flows shown, the heaviest; the widest is 3",)


def test_conflicts_lie_above_what_is_clear() -> None:
    assert list(operation_points(planned("conflict", "clear"), "dark").columns["status"]) == ["clear", "conflict"]


def test_an_operation_s_circle_is_whole_at_the_antimeridian() -> None:
    areas = operation_areas(planned("possible"), "dark")
    assert np.ptp(areas.lon[0]) < 0.2


def test_statuses_differ_by_shape_as_well_as_by_colour() -> None:
    marks = operation_points(planned("conflict", "possible", "resolved", "clear"), "dark")
    assert len(set(marks.columns["marker"])) == len(set(marks.columns["fill"])) == 4


def test_the_legend_counts_each_status() -> None:
    legend = operations_legend(planned("conflict", "conflict", "clear"), "dark")
    assert [text for _, text in legend.swatches] == ["conflict: 2", "possible: 0", "resolved: 0", "clear: 1"]


def test_a_cluster_is_named_by_its_middle_and_told_with_its_stability() -> None:
    some = clusters(40.0)
    assert cluster_areas(some, "dark").names == (cluster_name(some.found[0]),) == ("10.00,40.00",)
    assert any("0.75" in sentence for sentence in written_facts(some.found[0]))


def test_the_legend_of_clusters_counts_what_stands_outside() -> None:
    legend = clusters_legend(clusters(40.0, 10.0), "dark", sees_health=False)
    assert legend.lines[0] == "50 of 57 overdoses in 2 clusters"
    assert legend.kind == "suppressed counts"


def test_no_clusters_draw_nothing() -> None:
    assert len(cluster_areas(clusters(), "dark")) == 0
