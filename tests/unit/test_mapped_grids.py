"""Coordinates as people write them become the degrees that they mean, or nothing."""

import numpy as np
import polars as pl
import pytest

from watchfloor.data.ingest.mapped_columns import FILE, placed
from watchfloor.data.ingest.mapped_grids import dms_of, dms_pair_of, mgrs_of, utm_of, utm_text_of
from watchfloor.data.ingest.mapping_place import Place
from watchfloor.data.ingest.mapping_sections import Marks


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("40°42'46\"N", 40.712778),
        ("74° 0′ 21,5″ W", -74.005972),
        ("W 74 0.5", -74.008333),
        ("-99° 7' 58''", -99.132778),
        ("99°08'O", -99.133333),
        ("404230N", 40.708333),
        ("0740045W", -74.0125),
        ("-74.0", -74.0),
    ],
)
def test_degrees_minutes_and_seconds_are_read(text: str, degrees: float) -> None:
    assert dms_of(pl.Series([text]))[0] == pytest.approx(degrees, abs=1e-6)


@pytest.mark.parametrize("text", ["40°60'00\"N", "95°N", "N 40 S", "forty", "<b>40</b>", "", "1" * 400, None])
def test_what_is_no_coordinate_is_none(text: str | None) -> None:
    assert np.isnan(dms_of(pl.Series([text], dtype=pl.String))[0])


@pytest.mark.parametrize("text", ["40°42'46\"N 74°0'22\"W", "W74 0 22, N40 42 46", "40 42 46, -74 0 22"])
def test_a_pair_in_one_text_is_parted(text: str) -> None:
    lon, lat = dms_pair_of(pl.Series([text]), "lat lon")
    assert (lon[0], lat[0]) == pytest.approx((-74.006111, 40.712778), abs=1e-5)


def test_mgrs_squares_are_read_at_their_middles() -> None:
    # Honolulu; the Washington Monument; Sydney
    lon, lat, radius = mgrs_of(pl.Series(["4QFJ 1234 5678", "18SUJ2348306479", "56HLH3436950948", "18SUJ123", "31NAA"]))
    assert (lon[0], lat[0]) == pytest.approx((-157.916, 21.3095), abs=2e-3)
    assert (lon[1], lat[1]) == pytest.approx((-77.0352, 38.8895), abs=1e-3)
    assert (lon[2], lat[2]) == pytest.approx((151.2093, -33.8688), abs=1e-4)
    assert np.isnan(lon[3])
    assert radius[1] == pytest.approx(0.707, abs=1e-3)
    assert radius[4] == pytest.approx(70_710, abs=1)


def test_a_letter_of_a_zone_is_a_band_or_a_hemisphere() -> None:
    there = np.array([585_628.2]), np.array([4_511_322.4])
    band = utm_of(pl.Series(["18S"]), *there, is_band=True)
    hemisphere = utm_of(pl.Series(["18 S"]), *there, is_band=False)
    assert band[1][0] > 0 > hemisphere[1][0]
    assert utm_text_of(pl.Series(["18T 585628 4511322"]), is_band=True)[0][0] == pytest.approx(-73.986, abs=1e-3)
    assert np.isnan(utm_of(pl.Series(["61N"]), *there, is_band=True)[0][0])


def _placed(place: Place, **columns: list[str | None]) -> pl.DataFrame:
    frame = pl.DataFrame({FILE + name: pl.Series(texts, dtype=pl.String) for name, texts in columns.items()})
    return placed(frame, place, Marks())[0]


def test_an_area_in_wkt_is_its_middle_and_no_closer_than_its_circle() -> None:
    place = Place(point="g", writing="wkt", precision="exact")
    read = _placed(place, g=["SRID=4326;POINT (-73.7 42.6)", "POLYGON((-1 0,1 0,1 2,-1 2,-1 0))", "POINT EMPTY", "x"])
    assert read["lon"].to_list() == pytest.approx([-73.7, 0.0, None, None], abs=1e-6)
    assert read["uncertainty_m"][1] > 100_000


def test_geojson_in_a_cell_is_read() -> None:
    place = Place(point="g", writing="geojson", precision="exact")
    read = _placed(place, g=['{"type":"Point","coordinates":[-73.7,42.6]}', "[]"])
    assert read["lon"].to_list() == [-73.7, None]


def test_a_name_is_found_in_the_gazetteer_with_its_radius() -> None:
    place = Place(name="city", gazetteer=["city"], precision="town")
    read = _placed(place, city=["DUBAI", "Dubai, AE", "Atlantis", None])
    assert read["lon"].to_list() == [55.271, 55.271, None, None]
    assert read["uncertainty_m"].to_list()[0] == 20_000
    assert read["is_unplaced"].to_list() == [False, False, False, True]
