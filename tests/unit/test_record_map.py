"""The map of a record's page: a place that is known only to an area does not look like a place."""

from uuid import UUID

from watchfloor.dashboards.record_map import _around, _dots, _surroundings, known_words
from watchfloor.geo.link_graph import Certainty, GraphNode, LinkGraph


def node(number: int, uncertainty_m: float | None, lon: float | None = -97.0) -> GraphNode:
    lat = None if lon is None else 33.0
    return GraphNode(
        UUID(int=number), "event", "seizure", "Cocaine", "TLP:GREEN", Certainty.FIRM, lon=lon, lat=lat,
        uncertainty_m=uncertainty_m,
    )  # fmt: skip


EXACT, COUNTY = node(1, 50.0), node(2, 40_000.0)


def test_a_place_known_to_an_area_is_a_hollow_mark_in_its_circle() -> None:
    dots, circles = _dots([EXACT, COUNTY]).columns, _surroundings([EXACT, COUNTY])
    assert dots["fill"][0] == dots["line"][1]
    assert str(dots["fill"][1]).endswith("00")
    assert circles.names == (str(COUNTY.id),)
    assert max(map(float, circles.lat[0])) - 33.0 > 0.3  # type: ignore[arg-type]


def test_the_map_says_how_many_places_are_known_to_an_area_only() -> None:
    assert known_words(LinkGraph(nodes=(EXACT,))) == []
    (said,) = known_words(LinkGraph(nodes=(EXACT, COUNTY)))
    assert said.startswith("1 of these places is known only to an area")
    first, second = known_words(LinkGraph(nodes=(COUNTY, node(3, 9_000.0), node(4, None, None))))
    assert first == "2 of 3 records in the graph have a place."
    assert second.startswith("2 of these places are")


def test_the_first_view_holds_the_circle_of_a_vague_place_and_the_country_around_an_exact_one() -> None:
    wide = [east - west for west, _, east, _ in map(_around, ([EXACT], [COUNTY, COUNTY], [node(5, 400_000.0)]))]
    assert wide[0] == wide[1] == 2.0
    assert wide[2] > 2.0 * 400_000.0 / 111_320.0


def test_the_first_view_does_not_go_round_the_world_for_places_on_both_sides_of_180() -> None:
    west, _, east, _ = _around([node(6, 50.0, lon=179.0), node(7, 50.0, lon=-179.0)])
    assert 178.9 < west < east < 181.1
