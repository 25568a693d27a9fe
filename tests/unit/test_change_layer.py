import struct
from datetime import date
from uuid import UUID

import numpy as np
import pytest

from watchfloor.dashboards.change_behind import written_reported
from watchfloor.dashboards.compare_place import Compared, told
from watchfloor.dashboards.comparing import Against, Compare, CompareView, compared_first
from watchfloor.dashboards.play_board import below_play, play_given
from watchfloor.dashboards.state import State
from watchfloor.dashboards.tile_address import Stamp
from watchfloor.data.versions import Versions
from watchfloor.geo.answers import CellCounts, Trend
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import cells_of, centroids
from watchfloor.geo.comparison import Change, compared
from watchfloor.geo.comparison_places import Held, held_by, hexagons_in, picked_out, place_change
from watchfloor.geo.paired_months import month_pairs, sign_flip_p
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Measured, Query
from watchfloor.geo.selection import Cells, Selection
from watchfloor.layers.change import MIDDLE, STEPS, changes, colours, draw_change
from watchfloor.layers.change_legends import change_legend, grown_hexagon, written_chance, written_ratio
from watchfloor.layers.growth_words import written_basis, written_may, written_place
from watchfloor.layers.named_places import near_place
from watchfloor.layers.played import Steps, packed
from watchfloor.layers.tilegrid import SIZE, Tile

A = Period(date(2024, 1, 1), date(2025, 1, 1))
B = Period(date(2023, 1, 1), date(2024, 1, 1))
QUERY = Query(Layer.SEIZURES, A)
ALL = Selection.parse("box:-180,-90,180,90")


def one_cell(lon: float, lat: float, n_a: int, n_b: int) -> object:
    cell = cells_of(np.array([lon]), np.array([lat]), 3)
    sides = (CellCounts(cell, np.array([n]), np.zeros(1), 3) for n in (n_a, n_b))
    return compared(*sides, (A, B))


def test_growth_beyond_chance_is_opaque_and_chance_is_pale() -> None:
    tile = Tile.at(6, -100.0, 40.0)
    lon, lat = (float(one[0]) for one in tile.from_pixel([128], [128]))

    bright, pale, faint = (
        np.asarray(draw_change(tile, changes(one_cell(lon, lat, *n), Measured.COUNT), "dark"))
        for n in ((60, 10), (60, 55), (2, 1))
    )

    assert bright[..., 3].max() == 255 > pale[..., 3].max() > faint[..., 3].max() > 0
    opaque = bright[bright[..., 3] == 255].astype(int)
    assert np.median(opaque[:, 0]) > np.median(opaque[:, 2]), "what grew is orange"


def test_a_hexagon_on_the_antimeridian_is_drawn_on_both_sides() -> None:
    ready = changes(one_cell(180.0, 0.0, 60, 10), Measured.COUNT)

    east, west = (np.asarray(draw_change(Tile(6, x, 31), ready, "dark"))[..., 3] for x in (63, 0))

    assert east[:, -1].any()
    assert (east[:, -1] > 0).sum() == pytest.approx((west[:, 0] > 0).sum(), abs=3)


def test_an_unchanged_rate_has_the_middle_colour_and_the_ramp_differs_at_its_ends() -> None:
    ready = changes(one_cell(-100.0, 40.0, 366, 365), Measured.COUNT)
    ramp = colours("light").astype(int)

    assert ready.steps.tolist() == [MIDDLE]
    assert ramp.shape == (STEPS, 3)
    assert ramp[0, 2] > ramp[0, 0]
    assert ramp[-1, 0] > ramp[-1, 2]


def test_the_legend_says_the_test_and_how_many_it_marks() -> None:
    legend = change_legend(QUERY, one_cell(-100.0, 40.0, 60, 10), "dark")
    said = " ".join(legend.lines)

    assert "marked: 1 of 1 hexagon tested" in said
    assert "60 in 366 days" in said
    assert "Poisson" in said


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (0.0004, "1 of 2,500 places"),
        (0.2, "1 of 5 places"),
        (0.1099, "about 1 of 9 places"),
        (0.0254, "about 1 of 40 places"),
        (0.62, "6 of 10 places"),
        (1.0, "nearly everywhere"),
        (1e-12, "million"),
        (0.0, "million"),
    ],
)
def test_a_p_is_said_in_plain_words(p: float, words: str) -> None:
    assert words in written_chance(p)


def test_a_ratio_without_one_side_is_said_as_such() -> None:
    assert written_ratio(float("inf"), 2.0, float("inf")).startswith("only in A")
    assert written_ratio(0.0, 0.0, 0.5).startswith("only in B")


@pytest.mark.parametrize(
    ("low", "words"), [(1.003, "1.003×"), (1.04, "1.04×"), (0.998, "0.998×"), (1.000_000_01, "just")]
)
def test_a_bound_beside_one_is_never_rounded_to_it(low: float, words: str) -> None:
    assert f"interval {words}" in written_ratio(1.4, low, 1.8)


def test_a_place_and_its_hexagons_are_two_questions_and_both_periods_are_named_first() -> None:
    change = two_cells()
    lines, _ = told(Compared(change, "In the selection", ALL, (Held(90, 0.0, 3), Held(60, 0.0))), QUERY, BBox.world())

    assert lines[0].startswith("A is 2024-01-01 to 2024-12-31, B is 2023")
    assert lines[0].index("B is") < lines[0].index("In the selection A has 90 against 60 of B")
    assert "Neither count takes in 3" in lines[1]
    assert lines[2].startswith("Each hexagon by itself, everywhere: ")


def test_a_change_too_strong_for_a_number_is_told_all_the_same() -> None:
    change = one_cell(-118.24, 34.05, 1_100, 0)
    lines, _ = told(Compared(change, "In the selection", ALL, (Held(1_130, 0.0), Held(30, 0.0))), QUERY, BBox.world())

    assert change.p[0] == 0
    assert "1 of over a million places" in " ".join(lines)
    assert "p = 0" not in " ".join(lines)


def test_everywhere_is_not_doubted_for_its_choice_where_some_is_known_to_a_county_alone() -> None:
    fine, coarse = cells_of(np.array([-118.24]), np.array([34.05]), 5), cells_of(np.array([-97.0]), np.array([32.8]), 3)
    cells = np.sort(np.concatenate([fine, coarse]))
    sides = (CellCounts(cells, np.full(2, n), np.zeros(2), 5) for n in (60, 10))
    change = compared(*sides, (A, B))
    lines, _ = told(Compared(change, "Everywhere", ALL, (Held(120, 0.0), Held(20, 0.0))), QUERY, BBox.world())

    assert change.is_coarse.tolist().count(True) == 1
    assert "That is more than chance: " in lines[0]


def test_one_place_that_is_the_only_hexagon_tested_is_told_once() -> None:
    change = one_cell(-118.24, 34.05, 60, 10)
    lines, _ = told(Compared(change, "In the selection", ALL, (Held(60, 0.0), Held(10, 0.0))), QUERY, BBox.world())

    assert sum("chance" in line for line in lines[:-1]) == 1


def test_the_sentence_says_where_it_grew_and_that_it_is_no_chance() -> None:
    change = one_cell(-118.24, 34.05, 60, 10)
    first, (whole, test) = grown_hexagon(change, QUERY, 0), written_basis(change, QUERY)

    assert "Los Angeles" in first
    assert "more than chance" in first
    assert "2023-01-01 to 2023-12-31" in whole
    assert "exact conditional test of two Poisson rates" in test


def two_cells() -> Change:
    cells = np.sort(cells_of(np.array([-118.24, -97.0]), np.array([34.05, 32.8]), 3))
    is_west = centroids(cells)[0] < -110
    sides = (CellCounts(cells, np.where(is_west, *n), np.zeros(2), 3) for n in ((60, 30), (10, 30)))
    return compared(*sides, (A, B))


def test_a_chosen_place_is_told_by_itself_and_with_its_own_test() -> None:
    change = two_cells()
    east = hexagons_in(change, BBox(-100.0, 30.0, -90.0, 35.0).contains)

    here = place_change(Held(30, 0.0, 2), Held(30, 0.0), change)
    said = written_place("In the selection", east, here, QUERY)

    assert east.cells.size == 1
    assert said.startswith("In the selection A has 30 against 30 of B")
    assert "no more than chance may make" in said
    assert "Neither count takes in 2 known only roughly" in written_may(here.n_may)


def test_a_place_that_grew_names_the_hexagon_in_it_that_grew_most() -> None:
    change = two_cells()

    totals = place_change(*held_by(change), change)
    said = written_place("In the hexagons in view", change, totals, QUERY)

    assert "A has 90 against 40 of B" in said
    assert "That is more than chance, unless the place was chosen because it stood out" in said
    everywhere = written_place("Everywhere", change, totals, QUERY, is_chosen=False)
    assert "That is more than chance: " in everywhere, "nobody chose everywhere because it stood out"
    assert "Most near Los Angeles: 60 against 10, more than chance." in said


def test_a_hexagon_that_the_data_picked_is_told_by_the_test_of_all_and_not_by_its_own() -> None:
    cells = np.unique(cells_of(np.linspace(-118, -80, 40), np.full(40, 38.0), 3))
    n_a = np.where(np.arange(cells.size) == 7, 26, 12)
    family = compared(*(CellCounts(cells, n, np.zeros(n.size), 3) for n in (n_a, np.full(n_a.size, 12))), (A, B))
    place = Selection.of(Cells((int(cells[7]),)))
    own = hexagons_in(family, place.contains)
    totals = place_change(Held(26, 0.0), Held(12, 0.0), family)

    said = written_place("In the selection", own, totals, QUERY, picked_out(family, place.cells))
    several = written_place("In the selection", own, totals, QUERY, picked_out(family, tuple(cells[6:9].tolist())))
    unknown = written_place("In the selection", own, totals, QUERY, picked_out(None, place.cells))

    assert totals.is_beyond_chance, "by itself it would be a finding"
    assert place.is_of_hexagons
    assert "picked on the map where the data show it and its own p = 0.034 does not count as a test" in said
    assert f"among all {cells.size} hexagons that were tested it changed no more than chance may make (q = " in said
    assert "0 of these 3 changed more than chance" in several
    assert "is more than chance" not in said + several + unknown
    assert "does not count as a test" in unknown


def test_a_place_far_from_any_name_is_told_in_degrees() -> None:
    assert near_place(-140.0, -40.0) == "at 40.0° S 140.0° W"


@pytest.mark.parametrize(
    "compare",
    [
        Compare(),
        Compare(Against.YEAR, view=CompareView.SWIPE, layer=Layer.OVERDOSES),
        Compare(Against.DAYS, Period(date(2020, 1, 1), date(2021, 1, 1))),
    ],
)
def test_a_comparison_comes_back_from_its_link(compare: Compare) -> None:
    state = State(compare=compare)

    read, faults = State.from_link(state.as_link())

    assert (read.compare, faults) == (compare, ())


def test_a_comparison_begins_with_what_the_map_shows() -> None:
    assert compared_first([Layer.OVERDOSES, Layer.PORTS]).layer is Layer.OVERDOSES
    assert compared_first([Layer.OVERDOSES, Layer.SEIZURES]).layer is Layer.SEIZURES
    assert compared_first([]).layer is Layer.SEIZURES


@pytest.mark.parametrize(
    "text", ["", "before", "before/map/ports", "x/map/seizures", "2024-01-01..x/map/seizures", "days/map/seizures"]
)
def test_a_link_with_an_unusable_comparison_says_so(text: str) -> None:
    read, faults = State.from_link({"compare": text})

    assert read.compare is None
    assert len(faults) == 1


def test_a_played_period_holds_each_day_and_says_what_has_no_place() -> None:
    cell = cells_of(np.array([-100.0]), np.array([40.0]), 3)[0]
    values = np.array([2.0, 3.0, 2.0**40])
    steps = Steps(np.array([0, 1, 1]), np.array([cell, cell, 0], np.uint64), values, 19_000, 3, 3)

    body = packed(steps)

    head = struct.unpack_from("<5ifi", body)
    assert head == (1, 6, 2, 19_000, 3, 2.0**40, 0)
    assert np.frombuffer(body, "<u4", 2, 28).tolist() == [0, 6]
    assert np.frombuffer(body, "<u4", 4, 28 + 8 + 48).tolist() == [0, 1, 2, 2]
    assert np.frombuffer(body, "<f4", 2, len(body) - 8).tolist() == [2.0, 3.0]


def test_a_period_without_events_can_be_played_too() -> None:
    nothing = np.array([], np.int64)

    body = packed(Steps(nothing, nothing.astype(np.uint64), nothing.astype(float), 0, 2, 3))

    assert np.frombuffer(body, "<i4", 7).tolist() == [0, 0, 0, 0, 2, 0, 0]


def test_months_are_paired_by_name_and_flips_of_all_signs_are_counted() -> None:
    a, b = (
        Trend([date(year, month, 1) for month in range(1, 13)], np.full(12, n), np.zeros(12), "m")
        for year, n in ((2024, 300), (2023, 200))
    )

    pairs = month_pairs(a, b)

    assert (pairs.n, pairs.n_higher) == (12, 12)
    assert pairs.typical_ratio == pytest.approx(1.5)
    assert pairs.p == pytest.approx(2 / 2**12)


def test_months_that_go_either_way_are_no_change() -> None:
    assert sign_flip_p(np.array([1.0, -1.0] * 4)) == 1.0


def test_fewer_than_six_months_have_no_p() -> None:
    few = Trend([date(2024, 1, 1)], np.array([3]), np.zeros(1), "m")

    assert month_pairs(few, few).p is None
    assert month_pairs(few, Trend([], np.zeros(0, np.int64), np.zeros(0), "m")).n == 0


def test_tiles_are_as_large_as_all_others() -> None:
    assert draw_change(Tile(0, 0, 0), changes(one_cell(0.0, 0.0, 1, 1), Measured.COUNT), "light").size == (SIZE, SIZE)


@pytest.mark.parametrize(
    ("layers", "played"),
    [
        ({"tracks": 80}, "Tracks"),
        ({"tracks": 80, "hexagons": 50}, "Seizures and tracks"),
        ({"overdoses": 80}, "Overdoses"),
        ({"ports": 80}, "Seizures"),
    ],
)
def test_what_is_on_is_played_and_taken_off_the_tiles_below(layers: dict[str, int], played: str) -> None:
    state = State(layers=layers, period=Period(date(2024, 3, 1), date(2024, 3, 2)))

    given = play_given(state, Stamp("e", Versions({})), UUID(int=1), sees_health=True)

    assert given["title"] == f"{played}, 2024-03-01 to 2024-03-01"
    assert bool(given["url"]) is (played != "Tracks")
    assert (given["tracks"] or {}).get("n") == (24 if "tracks" in layers else None)
    assert below_play(state).layers == {code: share for code, share in layers.items() if code == "ports"}


def test_a_sum_of_a_crossing_says_how_many_months_stand_behind_it() -> None:
    months = Trend([date(2025, month, 1) for month in (10, 11, 12)], np.array([5, 0, 6]), np.zeros(3), "m")

    assert written_reported(months) == " in 3 whole months with figures (Oct 2025 to Dec 2025)", "nought is a figure"
    assert written_reported(None) == ""
