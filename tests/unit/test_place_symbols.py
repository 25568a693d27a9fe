"""Places as symbols: points where known finely enough for the zoom, areas where not, every seizure once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.place_symbols import POINT_PX, SymbolName, nearest_symbol, place_symbols, uncertainty_px
from watchfloor.geo.seizure_places import SeizurePlaces
from watchfloor.geo.sphere import distance_m, vectors

PLACES = st.lists(
    st.tuples(
        st.floats(-180, 180, exclude_max=True),
        st.floats(-89, 89),
        st.sampled_from([20.0, 150.0, 6_000.0, 35_000.0, 300_000.0, 9_700_000.0]),
        st.integers(1, 500),
    ),
    min_size=1,
    max_size=60,
)


def places(*rows: tuple[float, float, float, int]) -> SeizurePlaces:
    lon, lat, metres, n = (np.array(column) for column in zip(*rows, strict=True))
    return SeizurePlaces(
        lon.astype(float), lat.astype(float), metres.astype(float), np.arange(len(rows)), n.astype(np.int64),
        n.astype(float), np.zeros(len(rows), np.int64),
    )  # fmt: skip


@given(PLACES, st.integers(0, 16))
def test_every_seizure_stands_in_exactly_one_symbol(rows: list[tuple[float, float, float, int]], zoom: int) -> None:
    known = places(*rows)
    symbols = place_symbols(known, zoom)

    assert sorted(symbols.members.tolist()) == list(range(len(known)))
    assert symbols.n.sum() == known.total
    for index in range(len(symbols)):
        assert known.n[symbols.places_of(index)].sum() == symbols.n[index]


@given(PLACES, st.integers(0, 16))
def test_a_point_is_never_finer_than_its_places_are_known(
    rows: list[tuple[float, float, float, int]], zoom: int
) -> None:
    known = places(*rows)
    symbols = place_symbols(known, zoom)
    for index in np.flatnonzero(~symbols.is_area).tolist():
        members = symbols.places_of(index)
        fine = uncertainty_px(known, zoom)[members] <= POINT_PX
        assert (fine | (known.uncertainty_m[members] <= 30)).all()


@given(PLACES, st.integers(0, 16))
def test_all_that_a_symbol_stands_for_lies_within_its_reach(
    rows: list[tuple[float, float, float, int]], zoom: int
) -> None:
    known = places(*rows)
    symbols = place_symbols(known, zoom)
    for index in range(len(symbols)):
        lead, members = symbols.lead[index], symbols.places_of(index)
        there = vectors(known.lon[members], known.lat[members])
        away = distance_m(there, vectors(known.lon[[lead]], known.lat[[lead]]))
        assert (away + known.uncertainty_m[members]).max() == pytest.approx(symbols.reach_m[index])


@given(PLACES, st.integers(0, 16))
def test_a_symbol_is_found_again_by_its_name(rows: list[tuple[float, float, float, int]], zoom: int) -> None:
    symbols = place_symbols(places(*rows), zoom)
    for index in range(len(symbols)):
        name = SymbolName.parse(str(symbols.name_of(index)))
        found = symbols.find(name)
        lead = symbols.lead[index]
        assert found is not None
        assert symbols.places.lon[lead] == pytest.approx(symbols.places.lon[symbols.lead[found]], abs=2e-6)


@pytest.mark.parametrize("zoom", [4, 10])
def test_areas_that_would_overlap_are_one_symbol_across_the_antimeridian_too(zoom: int) -> None:
    step = 10 * 360 / (256 << zoom)
    symbols = place_symbols(places((180 - step, 0, 2e6, 5), (-180 + step, 0, 2e6, 3)), zoom)

    assert symbols.n.tolist() == [8]
    assert symbols.is_area.tolist() == [True]


def test_a_town_is_a_point_on_the_map_of_a_country_and_an_area_on_that_of_a_city() -> None:
    town = places((-98.0, 35.0, 6_000.0, 2))

    assert not place_symbols(town, 6).is_area[0]
    assert place_symbols(town, 8).is_area[0]


def test_a_tap_means_the_nearest_symbol_within_reach_and_a_point_before_its_area() -> None:
    symbols = place_symbols(places((10.0, 0.0, 20.0, 1), (10.0, 0.0, 400_000.0, 9), (60.0, 0.0, 20.0, 1)), 4)
    index = nearest_symbol(symbols, 10.0, 0.0, 9.0)

    assert index is not None
    assert not symbols.is_area[index]
    assert nearest_symbol(symbols, 30.0, 40.0, 9.0) is None
    assert nearest_symbol(symbols, -179.9, 0.0, 9.0) is None


def test_a_tap_reaches_over_the_antimeridian() -> None:
    symbols = place_symbols(places((179.95, 0.0, 20.0, 1)), 4)

    assert nearest_symbol(symbols, -179.95, 0.0, 9.0) == 0


@pytest.mark.parametrize("text", ["", "4_1_2_3_4", "99_1.000000_2.000000_3_4", "4_999.000000_2.000000_3_4", "<b>"])
def test_a_symbol_s_name_from_a_link_is_read_strictly(text: str) -> None:
    with pytest.raises(BadQuestion, match="a symbol is named"):
        SymbolName.parse(text)
