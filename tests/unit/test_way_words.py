"""What the panel says of a craft's voyages and of its positions that are left out, and what it takes from a browser."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from watchfloor.dashboards.way_list import NOTHING, WayList
from watchfloor.dashboards.way_words import LISTED, way_words
from watchfloor.geo.cleaned_way import CleanedWay, LeftOut, Voyage
from watchfloor.geo.track_reasons import WORDS, counted, none_left_out
from watchfloor.geo.voyages import GFW

HOSTILE = "<img onerror=alert(1)>"
AT_S = 1_700_000_000
SAILED = Voyage(AT_S, AT_S + 9000, -80.0, 25.5, "Miami", HOSTILE, 50_000.0, 12)


def out(n: int) -> LeftOut:
    """The first half at 0, 0, the other of impossible speed."""
    kind = np.where(np.arange(n) < n // 2, WORDS.index("at 0° 0°"), WORDS.index("impossible speed")).astype(np.uint8)
    counts = np.bincount(kind, minlength=len(WORDS))
    return LeftOut(AT_S + np.arange(n), np.full(n, -80.25), np.full(n, -1.5), kind, counts)


def way(n_out: int = 4, *voyages: Voyage) -> CleanedWay:
    return CleanedWay(696, 696, out(n_out), voyages, len(voyages))


def test_what_is_left_out_is_counted_by_reason_and_listed_with_time_and_place() -> None:
    told = way_words(way(4))

    assert told["left_title"] == "4 of 696 positions left out: 2 at 0° 0°, 2 impossible speed"
    inland = way_words(replace(way(), on_land=3))["left_title"]
    assert inland == f"{told['left_title']}; 3 on land, far from any water, kept"
    assert told["left"][0] == {
        "when": "2023-11-14 22:13:20Z", "place": "1.500° S, 80.250° W", "why": "at 0° 0°", "lon": -80.25, "lat": -1.5
    }  # fmt: skip
    assert [one["why"] for one in told["left"]] == ["at 0° 0°"] * 2 + ["impossible speed"] * 2


def test_the_first_are_listed_and_the_map_is_told_of_all() -> None:
    told = way_words(way(100))
    assert (len(told["left"]), len(told["points"])) == (LISTED, 100)
    assert told["left_hint"].endswith(f"The first {LISTED} are listed.")
    assert told["points"][0] == [-80.25, -1.5]


def test_of_a_long_way_it_is_said_which_part_was_looked_at() -> None:
    nothing = LeftOut(*(np.zeros(0),) * 3, np.zeros(0, np.uint8), none_left_out())
    assert way_words(replace(way(), left_out=nothing))["left_title"] == "None of 696 positions left out"
    assert way_words(replace(way(), total=9_000))["left_title"].startswith("4 of the newest 696 of 9,000 positions")


@pytest.mark.parametrize(
    ("ends", "title"),
    [
        (("Miami", HOSTILE), f"From Miami to {HOSTILE}"),
        (("Miami", ""), "From Miami"),
        (("", "Miami"), "To Miami"),
        (("", ""), "No port near either end"),
        (("Miami", "Miami"), "From Miami and back, or within it"),
    ],
)
def test_a_voyage_says_from_where_to_where_how_far_and_how_long(ends: tuple[str, str], title: str) -> None:
    told = way_words(way(0, replace(SAILED, came_from=ends[0], went_to=ends[1])))
    assert told["voyages"] == [{
        "title": title, "when": "2023-11-14 22:13Z to 2023-11-15 00:43Z", "says": "27 nm in 2.5 h · 12 positions",
        "at": AT_S, "lon": -80.0, "lat": 25.5,
    }]  # fmt: skip


def test_the_limits_that_part_voyages_are_said() -> None:
    told = way_words(way(0, SAILED))
    assert told["voyages_title"] == "1 voyage"
    assert told["voyages_hint"].startswith(
        "Preset near-shore: a silence of 4 h, a stop of 3 h within 500 m, or a step faster than 60 kn parts two voyages"
    )
    other = way_words(replace(way(0, SAILED), preset=GFW))["voyages_hint"]
    assert other.startswith("Preset gfw: a silence of 24 h or a step faster than 25 kn parts")
    assert way_words(replace(way(0, SAILED), n_voyages=600))["voyages_hint"].endswith("The newest 1 are listed.")


def test_what_flies_has_no_voyages() -> None:
    told = way_words(replace(way(2), voyages=None))
    assert (told["voyages_title"], told["voyages_hint"], told["voyages"]) == ("", "", [])
    assert told.keys() == NOTHING.keys()


def test_only_a_listed_voyage_can_be_chosen() -> None:
    seen: list[Any] = []
    listed = WayList(seen.append)
    listed.told = way_words(way(0, SAILED))
    for message in ({"voyage": 1}, {"voyage": -1}, {"voyage": True}, {"voyage": "0"}, {}, "voyage"):
        listed._handle_msg(message)
    assert seen == []
    listed._handle_msg({"voyage": 0})
    assert [one["at"] for one in seen] == [AT_S]


def test_counts_are_of_all_even_where_no_reason_is_known() -> None:
    unknown = replace(out(0), at_s=np.array([AT_S]), lon=np.zeros(1), lat=np.zeros(1),
                      kind=np.array([len(WORDS) - 1], np.uint8), counts=counted([0]))  # fmt: skip
    assert way_words(replace(way(), left_out=unknown))["left"][0]["why"] == "other"
