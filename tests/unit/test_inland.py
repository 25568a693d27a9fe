"""Positions on land: marked where no water is near, never in ports up a river, never of aircraft; counted, and kept."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.geo.errors import StoreUnavailable
from watchfloor.geo.inland import far_inland, read_bits
from watchfloor.geo.track_bucket import bucket_of, on_land_in, union
from watchfloor.geo.track_marks import AIRCRAFT, Mark, marks, on_land, usable
from watchfloor.geo.track_pieces import Positions, pieces

DRY = {
    "Sahara": (1.9, 23.0), "Gobi": (102.5, 43.0), "Alice Springs": (133.9, -23.7), "Ankara": (32.9, 39.5),
    "Mendoza": (-68.8, -32.9), "Mexico City": (-99.1, 19.4), "Tibet": (86.0, 33.0), "Antarctica": (60.0, -78.0),
}  # fmt: skip
WET = {
    "Hamburg": (9.97, 53.54), "Duisburg": (6.75, 51.44), "Basel": (7.59, 47.58), "Berlin": (13.3, 52.53),
    "Vienna": (16.45, 48.2), "Volgograd": (44.5, 48.7), "Kiel Canal": (9.4, 54.2), "Wuhan": (114.3, 30.6),
    "Manaus": (-60.0, -3.1), "Iquitos": (-73.2, -3.7), "Rosario": (-60.6, -32.95), "Memphis": (-90.1, 35.1),
    "Houston": (-95.27, 29.73), "Montreal": (-73.5, 45.55), "Chicago": (-87.6, 41.85), "Khartoum": (32.5, 15.6),
    "Kinshasa": (15.3, -4.3), "Phnom Penh": (104.93, 11.57), "Panama Canal": (-79.8, 9.15), "Suez": (32.35, 30.4),
    "Baku": (49.9, 40.3), "Lake Victoria": (32.9, -0.5), "Launceston": (147.12, -41.43), "Yakutsk": (129.8, 62.0),
    "Suva": (178.4, -18.1), "open sea": (-30.0, 10.0), "pole": (0.0, 89.0), "edge of the world": (-180.0, 0.0),
}  # fmt: skip
LANDWARD = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def told(*places: tuple[float, float]) -> list[bool]:
    lon, lat = (np.array(axis, np.float64) for axis in zip(*places, strict=True))
    return far_inland(lon, lat, np.ones(len(lon), np.bool_)).tolist()


def marks_at(place: tuple[float, float], category: int) -> int:
    lon, lat = place
    return int(marks([1], [1_700_000_000], [lon], [lat], [np.nan], [category])[0])


def test_far_from_any_water_is_told_from_ports_up_a_river() -> None:
    assert dict(zip(DRY, told(*DRY.values()), strict=True)) == dict.fromkeys(DRY, True)
    assert dict(zip(WET, told(*WET.values()), strict=True)) == dict.fromkeys(WET, False)


def test_a_vessel_on_land_is_marked_and_kept_and_an_aircraft_is_not() -> None:
    assert marks_at(DRY["Sahara"], 0) == Mark.ON_LAND
    assert usable(np.array([Mark.ON_LAND], np.uint16)).all()
    assert marks_at(DRY["Sahara"], AIRCRAFT) == 0
    assert marks_at(WET["Hamburg"], 0) == 0


@pytest.mark.parametrize("place", [(np.nan, 1.0), (1.0, np.nan), (181.0, 91.0), (500.0, 23.0), (np.inf, -np.inf)])
def test_what_is_no_place_is_not_on_land(place: tuple[float, float]) -> None:
    assert told(place) == [False]


@settings(max_examples=30)
@given(st.lists(LANDWARD, min_size=1, max_size=60), st.booleans())
def test_files_count_just_what_is_marked_and_kept(places: list[tuple[float, float]], flies: bool) -> None:
    n = len(places)
    lon, lat = (np.array(axis, np.float64) for axis in zip(*places, strict=True))
    category = np.full(n, AIRCRAFT if flies else 3, np.int16)
    # each position is a craft of its own: nothing contradicts it
    craft, at_s = np.arange(n), np.full(n, 1_700_000_000)
    found = marks(craft, at_s, lon, lat, np.full(n, np.nan), category)
    voyage = np.where(usable(found), craft, -1)
    bucket = bucket_of(pieces(Positions(lon, lat, at_s, craft, category, voyage, found)))

    assert on_land_in(bucket) == on_land(found)
    assert on_land_in(np.concatenate(union([bucket, bucket], keeps_pieces=False))) == 2 * on_land(found)


def test_where_the_outline_is_missing_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"inland\.npz is not in this installation.*install it again"):
        read_bits(tmp_path / "inland.npz")


@pytest.mark.real
def test_hardly_any_real_vessel_is_on_land(real_data: Path) -> None:
    with gzip.open(real_data / "tracks/ais_global_sample_2019_07_01.csv.gz", "rt") as file:
        places = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)]
    found = told(*places)

    assert len(found) == 42_625
    assert [(round(lon), round(lat)) for (lon, lat), is_so in zip(places, found, strict=True) if is_so] == [
        (113, 0), (2, 23),
    ]  # fmt: skip
