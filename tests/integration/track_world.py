"""Positions of craft under several labels in a real store, and what the store itself counts on a tile."""

import math
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
import psycopg

from watchfloor.data.address import Role
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.data.tracks.build import Built, build
from watchfloor.data.tracks.hands import hands
from watchfloor.data.tracks.shelf import TrackShelf
from watchfloor.data.tracks.window import Stretch
from watchfloor.geo.craft_categories import CRAFT_CATEGORIES
from watchfloor.geo.crs import MOST_LAT
from watchfloor.geo.period import Period
from watchfloor.geo.track_counting import Canvas, Place

FORM = Format(
    "made", "Made", SourceInfo("made", "Made", "", ""), True, lambda *_: iter(()), frozenset({"crafts", "fixes"})
)
FIRST = datetime(2024, 2, 28, tzinfo=UTC)
DAYS = 4
WORLD = Place(0, 0, 0)
PIXELS = """
SELECT coalesce(array_position(%(categories)s::text[], c.category), 8) - 1 AS category, p.x, p.y, count(*)
FROM (
    SELECT f.craft_id,
           least(floor((f.lon + 180) / 360 * %(size)s), %(size)s - 1)::bigint AS x,
           least(greatest(floor(
               (0.5 - asinh(tan(radians(least(greatest(f.lat, -%(edge)s), %(edge)s)))) / (2 * pi())) * %(size)s
           ), 0), %(size)s - 1)::bigint AS y
    FROM watchfloor.fix AS f
    WHERE f.label_id = ANY (%(labels)s::int[])
      AND f.at >= %(since)s::timestamptz AND f.at < %(until)s::timestamptz
) AS p
JOIN watchfloor.craft AS c ON c.id = p.craft_id
WHERE p.x / 256 = %(x)s AND p.y / 256 = %(y)s
GROUP BY 1, 2, 3
"""


class Fix(NamedTuple):
    """A position to be loaded."""

    craft: str
    category: str
    at: datetime
    lon: float
    lat: float
    speed_kn: float | None


def drawn(rng: np.random.Generator, n: int, name: str) -> list[Fix]:
    """Ways of a few craft over DAYS, past the antimeridian and a pole, with leaps, silences and broken seconds."""
    fixes: dict[tuple[str, datetime], Fix] = {}
    for craft in range(4):
        category = CRAFT_CATEGORIES[int(rng.integers(0, 8))]
        lon, lat = (179.4, 20.0, -70.0, 2.3)[craft], (51.0, 84.0, 25.0, 48.8)[craft]
        minutes = np.sort(rng.uniform(0, DAYS * 1440, n // 4))
        for minute in minutes:
            lon, lat = (
                (lon + 180 + rng.normal(0.05, 0.1)) % 360 - 180,
                float(np.clip(lat + rng.normal(0, 0.1), -90, 90)),
            )
            leaps = rng.random() < 0.05
            there = (float(rng.uniform(-180, 180)), float(rng.uniform(-80, 80))) if leaps else (float(lon), lat)
            at = FIRST + timedelta(minutes=float(minute))
            speed = None if rng.random() < 0.2 else float(rng.uniform(0, 20))
            fixes[name + str(craft), at] = Fix(name + str(craft), category, at, *there, speed)
    # the last moments of a day, and the first of one
    for day in range(1, DAYS):
        for at in (timedelta(days=day) - timedelta(milliseconds=300), timedelta(days=day)):
            fixes[name + "m", FIRST + at] = Fix(name + "m", "tug", FIRST + at, 10.0001234, 55.0001234, 1.0)
    return list(fixes.values())


def fleet(*minutes: int, craft: str = "a", category: str = "cargo", lon: float = 5.0001234) -> list[Fix]:
    """A craft that is under way at these minutes after FIRST."""
    return [Fix(craft, category, FIRST + timedelta(minutes=m), lon + m / 2_000, 55.0, 9.0) for m in minutes]


def batch(fixes: Iterable[Fix]) -> Batch:
    """As the pipeline takes them."""
    told = list(fixes)
    crafts = {fix.craft: fix.category for fix in told}
    frame = pl.DataFrame(
        {
            "craft_kind": ["vessel"] * len(told), "identifier": [fix.craft for fix in told],
            "at": [fix.at for fix in told], "lon": [fix.lon for fix in told], "lat": [fix.lat for fix in told],
            "speed_kn": [fix.speed_kn for fix in told],
        },
        schema_overrides={"speed_kn": pl.Float32},
    )  # fmt: skip
    told_of = pl.DataFrame({"kind": "vessel", "identifier": list(crafts), "category": list(crafts.values())})
    return Batch(len(told), {"crafts": told_of, "fixes": frame} if told else {"crafts": told_of})


def load(store, fixes: Iterable[Fix], label: LabelSpec = PUBLIC) -> int:
    """Publish them in one run; its number."""
    report = ingest_batches(store, Order(FORM, label, "tests"), "made", iter([batch(fixes)]))
    assert report.totals()["quarantined"] == 0
    return report.run


def shelf_at(folder: Path) -> TrackShelf:
    """Derived files under a folder."""
    return TrackShelf(str(folder / "tracks"), folder / "fetched")


def build_here(store, shelf: TrackShelf, *, anew: bool = False) -> Built:
    """Build by threads of this process."""
    with hands("") as many:
        return build(store, shelf, many, lambda _: None, anew=anew)


def url(store) -> str:
    """The store as one that somebody else runs, for other processes."""
    return f"postgresql://watchfloor_owner@/{store.database}?host={store.socket_dir}&port={store.port}"


def rows(store, question: str) -> list[tuple]:
    """Rows as the owner."""
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        return owner.execute(question.encode()).fetchall()


def stored(store, labels: Iterable[int], time: Period | Stretch, place: Place) -> Counter[tuple[int, int]]:
    """Positions on a tile by category and pixel (row << 8 | column), as the store itself counts them."""
    given = {
        "labels": list(labels), "categories": list(CRAFT_CATEGORIES), "size": 256 << place.z, "edge": MOST_LAT,
        "since": time.since, "until": time.until, "x": place.x, "y": place.y,
    }  # fmt: skip
    with psycopg.connect(store.conninfo(Role.OWNER), options="-c timezone=UTC") as owner:
        found = owner.execute(PIXELS, given).fetchall()
    return Counter({(category, (y % 256) << 8 | x % 256): n for category, x, y, n in found})


def shown(canvas: Canvas) -> Counter[tuple[int, int]]:
    """Counts of a tile by category, marked or not, and pixel."""
    whole = canvas[:8] + canvas[8:]
    return Counter({(int(c), int(p)): int(whole[c, p]) for c, p in zip(*np.nonzero(whole), strict=True)})


def tile_of(lon: float, lat: float, zoom: int) -> Place:
    """The tile of a zoom in which a place lies."""
    size = 1 << zoom
    down = 0.5 - math.asinh(math.tan(math.radians(min(max(lat, -85.0), 85.0)))) / (2 * math.pi)
    return Place(zoom, min(int((lon + 180) / 360 * size), size - 1), int(down * size))


def whole_period() -> Period:
    """All that is drawn."""
    return Period(date(2024, 1, 1), date(2025, 1, 1))
