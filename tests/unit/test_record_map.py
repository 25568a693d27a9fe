"""The map of a record's page: a place that is known only to an area does not look like a place."""

from uuid import UUID

from watchfloor.dashboards.record_map import _dots, _surroundings, _view, known_words
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


def test_the_first_view_holds_the_circle_of_a_vague_place() -> None:
    assert _view([EXACT])[2] > _view([COUNTY])[2] > _view([node(5, 400_000.0)])[2]
