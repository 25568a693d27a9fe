"""Views of invented tracks: opened, drawn and timed as every measurement of them does it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench import track_world as world
from bench.results import Result, p95
from bench.track_build import VISIBLE
from watchfloor.data.tracks import reader
from watchfloor.data.tracks.plan import DayVersion
from watchfloor.data.tracks.shelf import TrackShelf
from watchfloor.data.tracks.view import TrackView
from watchfloor.data.tracks.window import Stretch, chosen
from watchfloor.geo.track_counting import Place
from watchfloor.geo.track_levels import PASSAGES
from watchfloor.layers.png import png_of
from watchfloor.layers.tracks import draw_tracks, ring_at

WIDE = tuple(Place(4, x, y) for y in range(5, 9) for x in range(3, 9))
"""The North Atlantic."""
ROUNDS = 12


def opened(files: TrackShelf, days: list[DayVersion], window: Stretch, visible: tuple[int, ...] = VISIBLE) -> TrackView:
    """What a reader of those labels sees of derived files that hold all of these days."""
    days = [day for day in days if day.label in visible]
    manifest = files.manifest()
    # no day is late: the store is never asked
    return reader._view(None, reader._Sources(files, manifest, chosen(days, manifest, window), days), window)  # type: ignore[arg-type]


def drawn(view: TrackView, places: tuple[Place, ...], hands: ThreadPoolExecutor) -> int:
    """Bytes of the pictures of these tiles: counted, shaded and made a PNG."""

    def tile(place: Place) -> int:
        return len(png_of(draw_tracks(view.tile(place, PASSAGES, ring=ring_at(place.z)), 200, "dark", place.z)))

    return sum(hands.map(tile, places))


def timed(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Seconds of so many rounds, the 95th percentile."""
    took = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        took.append(time.perf_counter() - begun)
    return p95(took)


def frame_of(n: int) -> pd.DataFrame:
    """All positions of a world as Datashader takes them, on the square world; in the order of label, craft and time."""
    columns: dict[str, list[NDArray[np.generic]]] = {name: [] for name in ("x", "y", "at_s", "label", "category")}
    for label, of_label in world.labels(n):
        columns["x"].append(((of_label.lon + 180) / 360).astype(np.float32))
        down = 0.5 - np.arcsinh(np.tan(np.radians(of_label.lat))) / (2 * np.pi)
        columns["y"].append(down.astype(np.float32))
        columns["at_s"].append(of_label.at_s.astype(np.uint32))
        columns["label"].append(np.full(len(of_label.lon), label, np.int8))
        columns["category"].append(of_label.category.astype(np.int8))
    frame = pd.DataFrame({name: np.concatenate(parts) for name, parts in columns.items()})
    return frame.assign(category=frame["category"].astype("category"))


def short(n: int) -> str:
    """A number of positions in words."""
    return f"{n // 1_000_000} M"


def said(result: Result) -> Result:
    """A result, printed at once."""
    print(f"  {result.name}: {result.value:,.1f} {result.unit}", flush=True)
    return result
