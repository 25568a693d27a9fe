"""Live positions as the browser gets them: places, ages, directions, and what they look like."""

import struct

import numpy as np

from watchfloor.geo.craft_categories import CRAFT_CATEGORIES
from watchfloor.geo.newest import NewestPositions
from watchfloor.layers.live_positions import UNKNOWN, live_legend, live_look, packed

NAN = float("nan")


def newest(**given: list[float]) -> NewestPositions:
    n = len(next(iter(given.values())))
    columns = {name: np.zeros(n) for name in ("lon", "lat", "age_s", "speed_kn", "course_deg", "heading_deg")}
    columns |= {name: np.array(values, float) for name, values in given.items()}
    return NewestPositions(
        craft=np.arange(n), category=np.zeros(n, np.uint8), total=n + 1, change=1, read_s=1000.0, **columns
    )


def column(body: bytes, kind: str, offset: int) -> list[float]:
    n = struct.unpack_from("<I", body)[0]
    return list(struct.unpack_from(f"<{n}{kind}", body, 8 + n * offset))


def test_places_are_shares_of_the_worlds_width_and_whole_at_either_edge() -> None:
    body = packed(newest(lon=[-180.0, 0.0, 180.0], lat=[0.0, 0.0, 85.051128]))
    assert struct.unpack_from("<II", body) == (3, 4)
    assert column(body, "f", 0) == [-0.5, 0.0, 0.5]
    assert abs(column(body, "f", 4)[2] - 0.5) < 1e-6


def test_a_craft_points_where_it_heads_else_where_it_moves_else_nowhere() -> None:
    body = packed(newest(heading_deg=[10.0, NAN, NAN, NAN], course_deg=[90.0, 90.4, 90.0, NAN],
                         speed_kn=[0.0, 5.0, 0.1, 5.0]))  # fmt: skip
    assert column(body, "H", 10) == [10, 90, UNKNOWN, UNKNOWN]


def test_ages_are_whole_seconds_and_none_is_of_the_future() -> None:
    assert column(packed(newest(age_s=[-30.0, 2.7, 1e9])), "H", 8) == [0, 2, 65_534]


def test_craft_leave_the_window_though_nothing_new_is_read() -> None:
    read = newest(age_s=[10.0, 500.0, 890.0], lon=[1.0, 2.0, 3.0])
    assert read.still(1005.0) is read
    later = read.still(1011.0)
    assert (later.lon.tolist(), later.total, later.age_s.tolist()) == ([1.0, 2.0], 2, [10.0, 500.0])
    assert len(read.still(2000.0).craft) == 0


def test_nothing_heard_is_a_head_alone() -> None:
    assert packed(newest(lon=[])) == struct.pack("<II", 0, 1)


def test_every_category_has_its_colour_on_either_ground() -> None:
    for theme in ("dark", "light"):
        assert len(live_look(theme)["colours"]) == len(live_legend(theme).swatches) == len(CRAFT_CATEGORIES)
