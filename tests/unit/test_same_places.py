"""A place that was found twice stands once; what opens other evidence stays."""

from dataclasses import replace

from watchfloor.geo.finds import Find, FindGroup, FindOf, Piece
from watchfloor.geo.same_places import each_place_once

CROSSING = Find(
    FindGroup.PLACES, FindOf.PLACE, "1", "San Ysidro", "crossing, US", "name", (Piece("San Ysidro", is_match=True),),
    "TLP:CLEAR", 96.0, -117.03, 32.54,
)  # fmt: skip
PORT = replace(CROSSING, id="2", title="San Ysidro (exercise)", score=90.0, lat=32.545, measures=("trucks",))


def test_a_port_and_a_crossing_of_one_name_stand_once_with_the_traffic_and_the_better_score() -> None:
    assert each_place_once([CROSSING, PORT]) == [replace(PORT, score=96.0)]


def test_places_of_one_name_far_from_one_another_are_two() -> None:
    other = replace(CROSSING, id="3", lat=35.0)
    assert set(each_place_once([CROSSING, other])) == {CROSSING, other}


def test_two_of_which_traffic_is_reported_are_kept_both() -> None:
    other = replace(PORT, id="4", measures=("pedestrians",))
    assert set(each_place_once([PORT, other])) == {PORT, other}


def test_a_craft_called_like_a_place_is_no_place() -> None:
    craft = replace(CROSSING, of=FindOf.CRAFT, id="9")
    assert set(each_place_once([craft, CROSSING])) == {craft, CROSSING}
