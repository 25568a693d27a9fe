"""Tracks of the exercise: along the lanes, with what was planted in them to be found."""

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

from watchfloor.data.exercise.lanes import line, sea_lane
from watchfloor.data.exercise.places import Places, distance_m
from watchfloor.data.exercise.truth import Planted
from watchfloor.data.exercise.world import World, make_world

UNTIL = date(2025, 11, 22)
HORIZON = datetime(2025, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(7, 0.2, UNTIL, Places.shipped())


def planted(world: World, kind: str) -> list[Planted]:
    return [p for p in world.truth if p.kind == kind]


def fixes_of(world: World, subject: str, start: datetime, end: datetime) -> pl.DataFrame:
    mine = pl.col("identifier") == subject.removeprefix("vessel:")
    return world.frames["fixes"].filter(mine, pl.col("at") >= start, pl.col("at") <= end).sort("at")


def period(one: Planted) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(str(one.truth["from"])), datetime.fromisoformat(str(one.truth["to"]))


def test_a_lane_over_the_pacific_is_one_line_across_the_antimeridian() -> None:
    places = Places.shipped()

    lane = sea_lane(places, places.find("port", "KRPUS"), places.find("port", "MXZLO"))

    lon, _ = lane.at(np.linspace(0, lane.length_m, 500))
    assert lane.length_m == pytest.approx(12_000_000, rel=0.1)
    assert np.abs(np.diff(lane.lon)).max() < 60
    assert lon.min() < -170 < 170 < lon.max()
    assert np.abs(lon).max() <= 180


def test_a_line_over_the_antimeridian_is_as_long_as_one_elsewhere() -> None:
    assert line(np.array([179.0, -179.0]), np.zeros(2)).length_m == pytest.approx(
        line(np.array([10.0, 12.0]), np.zeros(2)).length_m
    )


def test_fixes_lie_in_the_last_sixty_days_and_on_the_globe(world: World) -> None:
    fixes = world.frames["fixes"]

    assert fixes["at"].min() >= HORIZON - timedelta(days=60)
    assert fixes["at"].max() < HORIZON
    assert fixes["lon"].abs().max() <= 180
    assert fixes["lat"].abs().max() < 75
    assert not ((fixes["lon"].abs() < 0.001) & (fixes["lat"].abs() < 0.001)).any()


def test_a_ship_is_at_one_place_at_a_time(world: World) -> None:
    assert not world.frames["fixes"].select("identifier", "at").is_duplicated().any()


def test_every_fix_is_of_a_known_craft_under_its_label(world: World) -> None:
    crafts = dict(world.frames["crafts"].select("identifier", "label").iter_rows())
    used = world.frames["fixes"].select("identifier", "label").unique()

    assert all(crafts[identifier] == label for identifier, label in used.iter_rows())
    assert set(crafts) == set(used["identifier"].to_list())


def test_ships_move_at_the_speed_of_ships(world: World) -> None:
    speeds = world.frames["fixes"]["speed_kn"]

    assert speeds.max() < 30
    assert 8 < speeds.filter(speeds > 5).median() < 18


def test_some_ships_cross_the_antimeridian(world: World) -> None:
    jumps = (
        world.frames["fixes"]
        .sort("identifier", "at")
        .select((pl.col("lon").diff().abs().over("identifier") > 300).alias("jump"))
    )

    assert jumps["jump"].sum() >= 2


def test_a_planted_gap_is_a_silence_of_eight_hours_or_more(world: World) -> None:
    gaps = planted(world, "gap")
    assert gaps
    for gap in gaps:
        start, end = period(gap)
        fixes = fixes_of(world, gap.subjects[0], start, end)

        assert fixes["at"].to_list() == [start, end]
        assert end - start >= timedelta(hours=7.5)


def test_ships_of_a_planted_rendezvous_lie_beside_one_another(world: World) -> None:
    meetings = planted(world, "rendezvous")
    assert meetings
    for meeting in meetings:
        first, second = (fixes_of(world, s, *period(meeting)) for s in meeting.subjects)
        both = first.join_asof(second, on="at", strategy="nearest", tolerance="15m").drop_nulls("lon_right")

        away = distance_m(*(both[c].to_numpy() for c in ("lon", "lat", "lon_right", "lat_right")))
        assert len(away) >= 3
        assert away.max() < 700
        assert first["speed_kn"].max() < 2


def test_a_ship_that_loiters_is_slow_and_stays(world: World) -> None:
    cases = planted(world, "loitering")
    assert cases
    for one in cases:
        fixes = fixes_of(world, one.subjects[0], *period(one))

        middle_lon, middle_lat = (np.full(fixes.height, float(str(one.truth[c]))) for c in ("lon", "lat"))
        assert fixes["speed_kn"].max() < 2.5
        assert distance_m(fixes["lon"].to_numpy(), fixes["lat"].to_numpy(), middle_lon, middle_lat).max() < 3_000


@pytest.mark.real
def test_ships_under_way_keep_off_the_land(world: World, real_data: Path) -> None:
    land = shapely.buffer(land_polygons(real_data / "boundaries/natural_earth_land_50m.topo.json.gz"), -0.03)
    shapely.prepare(land)
    under_way = world.frames["fixes"].filter(pl.col("speed_kn") > 2)

    ashore = shapely.contains_xy(land, under_way["lon"].to_numpy(), under_way["lat"].to_numpy())

    # what is left are canals and rivers, which a land mask of this grain does not know
    assert ashore.mean() < 0.015


def land_polygons(path: Path) -> "shapely.Geometry":
    """The land of a quantised TopoJSON file as one geometry."""
    topology = json.loads(gzip.decompress(path.read_bytes()))
    scale, offset = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + offset for arc in topology["arcs"]]

    def ring(numbers: list[int]) -> np.ndarray:
        return np.concatenate([arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers])

    polygons = [
        shapely.Polygon(ring(rings[0]), [ring(hole) for hole in rings[1:]])
        for shape in topology["objects"]["land"]["geometries"]
        for rings in shape["arcs"]
    ]
    return shapely.union_all([shapely.make_valid(polygon) for polygon in polygons])
