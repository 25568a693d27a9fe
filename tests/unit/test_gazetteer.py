"""The gazetteer holds what the formats, the exercise and the map ask of it, and agrees with official lists."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

ARTEFACT = Path(__file__).parents[2] / "data" / "artefacts" / "gazetteer.csv"
COLUMNS = ["code", "kind", "name", "country", "lon", "lat", "uncertainty_m", "source"]
KINDS = {"aor": 41, "state": 52, "crossing": 117}
WITHOUT_PLACE = "PRECLEARANCE FIELD OFFICE"

type FloatArray = NDArray[np.float64]


@pytest.fixture(scope="module")
def gazetteer() -> pl.DataFrame:
    return pl.read_csv(ARTEFACT)


def metres(lon: FloatArray, lat: FloatArray, to_lon: FloatArray, to_lat: FloatArray) -> FloatArray:
    a, b, c, d = (np.radians(v) for v in (lon, lat, to_lon, to_lat))
    h = np.sin((d - b) / 2) ** 2 + np.cos(b) * np.cos(d) * np.sin((c - a) / 2) ** 2
    return np.asarray(2 * 6_371_008.8 * np.arcsin(np.sqrt(h)))


def share_within_uncertainty(own: pl.DataFrame, official: pl.DataFrame) -> tuple[float, int]:
    both = own.join(official, on="code", suffix="_official")
    away = metres(*(both[c].to_numpy() for c in ("lon", "lat", "lon_official", "lat_official")))
    return float((away <= both["uncertainty_m"].to_numpy()).mean()), both.height


def test_the_columns_are_the_agreed_ones(gazetteer: pl.DataFrame) -> None:
    assert gazetteer.columns == COLUMNS


def test_it_stays_small_enough_to_be_ours(gazetteer: pl.DataFrame) -> None:
    assert 350 <= gazetteer.height <= 500


def test_no_two_places_share_a_code(gazetteer: pl.DataFrame) -> None:
    assert gazetteer["code"].n_unique() == gazetteer.height


def test_no_two_places_of_a_kind_and_country_share_a_name(gazetteer: pl.DataFrame) -> None:
    assert not gazetteer.filter(gazetteer.select("kind", "country", "name").is_duplicated()).height


@pytest.mark.parametrize(("kind", "count"), KINDS.items())
def test_complete_kinds_are_complete(gazetteer: pl.DataFrame, kind: str, count: int) -> None:
    assert gazetteer.filter(kind=kind).height == count


def test_only_preclearance_has_no_place(gazetteer: pl.DataFrame) -> None:
    nowhere = gazetteer.filter(pl.any_horizontal(pl.col("lon", "lat", "uncertainty_m").is_null()))
    assert nowhere["name"].to_list() == [WITHOUT_PLACE]
    assert nowhere.select("lon", "lat", "uncertainty_m").row(0) == (None, None, None)


def test_every_place_is_on_the_globe_with_an_uncertainty_above_zero(gazetteer: pl.DataFrame) -> None:
    placed = gazetteer.filter(pl.col("lon").is_not_null())
    assert placed["lon"].is_between(-180, 180).all()
    assert placed["lat"].is_between(-90, 90).all()
    assert (placed["uncertainty_m"] > 0).all()


def test_the_two_eastports_are_told_apart_by_code(gazetteer: pl.DataFrame) -> None:
    found = gazetteer.filter(pl.col("code").is_in(["USPOE-0103", "USPOE-3302"])).sort("code")
    assert found["name"].to_list() == ["Eastport, Maine", "Eastport, Idaho"]
    assert found["lon"].round(0).to_list() == [-67.0, -116.0]


def test_a_country_is_an_iso_code_of_two_letters(gazetteer: pl.DataFrame) -> None:
    assert gazetteer["country"].str.contains("^[A-Z]{2}$").all()


@pytest.mark.real
def test_every_reported_area_is_known_by_its_exact_name(gazetteer: pl.DataFrame, real_data: Path) -> None:
    files = sorted((real_data / "seizures").glob("cbp_*.csv.gz"))
    reported = {name for file in files for name in pl.read_csv(file)["Area of Responsibility"]}
    assert reported == set(gazetteer.filter(kind="aor")["name"])


@pytest.mark.real
def test_crossings_agree_with_the_border_counts(gazetteer: pl.DataFrame, real_data: Path) -> None:
    counts = pl.read_parquet(real_data / "ports" / "bts_border_crossing_entry_1996_2019.parquet")
    # the points of one port vary between rows, by up to 2.9 degrees: their median is the sound one
    official = counts.group_by("Port Code").agg(pl.col("lon", "lat").median())
    coded = official.with_columns(pl.format("USPOE-{}", pl.col("Port Code").cast(pl.String).str.zfill(4)).alias("code"))
    share, matched = share_within_uncertainty(gazetteer.filter(kind="crossing"), coded)
    assert matched == counts["Port Code"].n_unique()
    # Bar Harbor and Algonac stand in the counts at points in other towns
    assert share >= 0.98


@pytest.mark.real
def test_seaports_agree_with_the_world_port_index(gazetteer: pl.DataFrame, real_data: Path) -> None:
    index = pl.read_csv(real_data / "ports" / "nga_world_port_index_pub150.csv.gz", infer_schema=False)
    official = index.select(
        pl.col("UN/LOCODE").str.replace_all(" ", "").alias("code"),
        pl.col("Longitude").cast(pl.Float64).alias("lon"),
        pl.col("Latitude").cast(pl.Float64).alias("lat"),
    ).unique("code", keep="first", maintain_order=True)
    share, matched = share_within_uncertainty(gazetteer.filter(kind="port"), official)
    assert matched >= 140
    assert share >= 0.99


@pytest.mark.real
def test_us_seaports_lie_at_principal_ports(gazetteer: pl.DataFrame, real_data: Path) -> None:
    principal = pl.read_csv(real_data / "ports" / "usace_principal_ports.csv.gz")
    ours = gazetteer.filter(kind="port", country="US")
    away = metres(
        ours["lon"].to_numpy()[:, None],
        ours["lat"].to_numpy()[:, None],
        principal["LONGITUDE1"].to_numpy(),
        principal["LATITUDE1"].to_numpy(),
    ).min(axis=1)
    assert (away <= 2 * ours["uncertainty_m"].to_numpy()).mean() >= 0.95
