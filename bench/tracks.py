"""Tracks: the same view at a million, ten and a hundred million positions, beside Datashader on the same frame.

`python -m bench tracks` measures 1 M and 10 M; WATCHFLOOR_BENCH_TRACKS=1e6,1e7,1e8 names other sizes. The world is
generated label by label, built into derived files, and asked for under 20 of its 30 labels, without any kept picture.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench import track_world as world
from bench.memory import Memory
from bench.results import Result, p95
from bench.track_build import VISIBLE, WINDOWS, YEAR, Built, built_files
from bench.track_peers import histogram_s, line_views
from watchfloor.data.address import Address
from watchfloor.data.tracks import reader
from watchfloor.data.tracks.view import TrackView
from watchfloor.data.tracks.window import Stretch, chosen
from watchfloor.geo.track_counting import Place
from watchfloor.geo.track_levels import PASSAGES, POSITIONS
from watchfloor.layers.png import png_of
from watchfloor.layers.tracks import draw_tracks

WIDE = tuple(Place(4, x, y) for y in range(5, 9) for x in range(3, 9))
ROUNDS = 12
# more would be minutes and gigabytes of theirs
MOST_OF_PEERS = 20_000_000


def measure(_address: Address) -> list[Result]:
    """Every size in turn, the smallest first."""
    sizes = [int(float(size)) for size in os.environ.get("WATCHFLOOR_BENCH_TRACKS", "1e6,1e7").split(",")]
    found: list[Result] = []
    wide: dict[str, list[float]] = {name: [] for name in WINDOWS}
    for n in sizes:
        with TemporaryDirectory(dir=os.environ.get("WATCHFLOOR_BENCH_FOLDER")) as folder:
            built = built_files(n, Path(folder))
            found += _told(n, built)
            for name, time_window in WINDOWS.items():
                seconds = _wide(built, time_window)
                wide[name].append(seconds)
                found.append(
                    _said(
                        Result(
                            f"24 tiles of a wide view, {_short(n)}, {name}",
                            seconds * 1e3,
                            "ms",
                            "<= 50 ms",
                            seconds <= 0.05,
                        )
                    )
                )
            found += _close(n, built)
            found += _peers(n, built, wide)
            found += _lines(n, built)
    for name, values in wide.items():
        ratio = max(values) / min(values)
        found.append(_said(Result(f"largest / smallest, {name}", ratio, "x", "<= 1.2", ratio <= 1.2)))
    return found


def _view(built: Built, window: Stretch, visible: tuple[int, ...] = VISIBLE) -> TrackView:
    days = [day for day in built.days if day.label in visible]
    manifest = built.files.manifest()
    # no day is late: the store is never asked
    return reader._view(None, reader._Sources(built.files, manifest, chosen(days, manifest, window), days), window)  # type: ignore[arg-type]


def _drawn(view: TrackView, places: tuple[Place, ...], hands: ThreadPoolExecutor) -> int:
    def tile(place: Place) -> int:
        return len(png_of(draw_tracks(view.tile(place, PASSAGES), 200, "dark")))

    return sum(hands.map(tile, places))


def _timed(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    took = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        took.append(time.perf_counter() - begun)
    return p95(took)


def _wide(built: Built, window: Stretch) -> float:
    with ThreadPoolExecutor(os.cpu_count()) as hands:
        view = _view(built, window)
        _drawn(view, WIDE, hands)
        return _timed(lambda: _drawn(view, WIDE, hands))


def _close(n: int, built: Built) -> list[Result]:
    """The busiest place of the world, at zoom 13."""
    view = _view(built, YEAR)
    busiest = max(WIDE, key=lambda place: int(view.tile(place, POSITIONS).sum()))
    for _ in range(9):
        below = [Place(busiest.z + 1, busiest.x * 2 + i, busiest.y * 2 + j) for i in (0, 1) for j in (0, 1)]
        busiest = max(below, key=lambda place: int(view.tile(place, POSITIONS).sum()))
    around = tuple(Place(13, busiest.x - 3 + i, busiest.y - 2 + j) for j in range(4) for i in range(6))
    held = sum(int(view.tile(place, POSITIONS).sum()) for place in around)
    name = f"24 tiles close up in a dense harbour, {_short(n)} ({held:,} positions)"
    with Memory() as memory, ThreadPoolExecutor(os.cpu_count()) as hands:
        first = _timed(lambda: _drawn(view, around, hands), 1)
        used = time.process_time()
        seconds = _timed(lambda: _drawn(view, around, hands))
        used = (time.process_time() - used) / ROUNDS
    against = f"processor {used * 1e3:.0f} ms, the first time {first * 1e3:.0f} ms, load {os.getloadavg()[0]:.1f}"
    return [
        _said(Result(name, seconds * 1e3, "ms", "<= 150 ms", seconds <= 0.15, against)),
        _said(Result(f"memory of views, {_short(n)}", memory.most_gb, "GB", "<= 2 GB", memory.most_gb <= 2)),
    ]


def _peers(n: int, built: Built, wide: dict[str, list[float]]) -> list[Result]:
    """Datashader on the same positions, filtered alike, as one picture of the same pixels; points, not lines."""
    if n > MOST_OF_PEERS:
        return []
    import datashader as ds  # noqa: PLC0415

    frame = _frame(n)
    canvas = ds.Canvas(6 * 256, 4 * 256, x_range=(3 / 16, 9 / 16), y_range=(5 / 16, 9 / 16))

    def draw(window: Stretch) -> object:
        since, until = window.seconds
        chosen = frame[(frame.at_s >= since) & (frame.at_s < until) & frame.label.isin(VISIBLE)]
        return canvas.points(chosen, "x", "y", ds.count_cat("category"))

    found = []
    for name, window in WINDOWS.items():
        draw(window)
        seconds = _timed(partial(draw, window), 3)
        ours = wide[name][-1]
        found.append(
            _said(
                Result(
                    f"the same by Datashader, {_short(n)}, {name}",
                    seconds * 1e3,
                    "ms",
                    "",
                    None,
                    "ours",
                    seconds / ours,
                )
            )
        )
    return found


def _lines(n: int, built: Built) -> list[Result]:
    """What building costs at least, and two views of all labels beside what else draws lines."""
    if n > MOST_OF_PEERS:
        return []
    floor = histogram_s(n)
    name = f"floor of building, {_short(n)}: a histogram by NumPy"
    least = [_said(Result(name, floor, "s", "", None, "our files", built.build_s / floor))]
    views = {"an ocean": WIDE, "a coast": tuple(Place(7, x, y) for y in range(46, 50) for x in range(36, 42))}
    view = _view(built, YEAR, tuple(range(1, world.LABELS + 1)))

    def ours(places: tuple[Place, ...]) -> float:
        with ThreadPoolExecutor(os.cpu_count()) as hands:
            _drawn(view, places, hands)
            return _timed(lambda: _drawn(view, places, hands))

    return least + [_said(result) for result in line_views(n, views, ours)]


def _frame(n: int) -> pd.DataFrame:
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


def _told(n: int, built: Built) -> list[Result]:
    has_goal = n == 100_000_000
    goal, met = "<= 60 s" if has_goal else "", built.build_s <= 60 if has_goal else None
    peak = built.memory_gb
    against = f"processor {built.processor_s:.0f} s, load {os.getloadavg()[0]:.1f}"
    return [
        _said(Result(f"build of derived files, {_short(n)}", built.build_s, "s", goal, met, against)),
        _said(Result(f"derived bytes for a position, {_short(n)}", built.bytes_each, "bytes")),
        _said(Result(f"memory of building, {_short(n)}", peak, "GB", "<= 4 GB", peak <= 4)),
    ]


def _short(n: int) -> str:
    return f"{n // 1_000_000} M"


def _said(result: Result) -> Result:
    print(f"  {result.name}: {result.value:,.1f} {result.unit}", flush=True)
    return result
