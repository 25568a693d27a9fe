"""Tracks: the same view at a million, ten and a hundred million positions, beside Datashader on the same frame.

`python -m bench tracks` measures 1 M and 10 M; WATCHFLOOR_BENCH_TRACKS=1e6,1e7,1e8 names other sizes. The world is
generated label by label, built into derived files, and asked for under 20 of its 30 labels, without any kept picture.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import track_world as world
from bench.results import Result
from bench.track_build import VISIBLE, WINDOWS, YEAR, Built, built_files
from bench.track_harbour import close_views
from bench.track_peers import histogram_s, line_views
from bench.track_views import WIDE, drawn, frame_of, opened, said, short, timed
from watchfloor.data.address import Address
from watchfloor.data.tracks.window import Stretch
from watchfloor.geo.track_counting import Place

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
                    said(
                        Result(
                            f"24 tiles of a wide view, {short(n)}, {name}",
                            seconds * 1e3,
                            "ms",
                            "<= 50 ms",
                            seconds <= 0.05,
                        )
                    )
                )
            found += close_views(n, built.files, built.days)
            found += _peers(n, built, wide)
            found += _lines(n, built)
    for name, values in wide.items():
        ratio = max(values) / min(values)
        found.append(said(Result(f"largest / smallest, {name}", ratio, "x", "<= 1.2", ratio <= 1.2)))
    return found


def _wide(built: Built, window: Stretch) -> float:
    with ThreadPoolExecutor(os.cpu_count()) as hands:
        view = opened(built.files, built.days, window)
        drawn(view, WIDE, hands)
        return timed(lambda: drawn(view, WIDE, hands))


def _peers(n: int, built: Built, wide: dict[str, list[float]]) -> list[Result]:
    """Datashader on the same positions, filtered alike, as one picture of the same pixels; points, not lines."""
    if n > MOST_OF_PEERS:
        return []
    import datashader as ds  # noqa: PLC0415

    frame = frame_of(n)
    canvas = ds.Canvas(6 * 256, 4 * 256, x_range=(3 / 16, 9 / 16), y_range=(5 / 16, 9 / 16))

    def draw(window: Stretch) -> object:
        since, until = window.seconds
        chosen = frame[(frame.at_s >= since) & (frame.at_s < until) & frame.label.isin(VISIBLE)]
        return canvas.points(chosen, "x", "y", ds.count_cat("category"))

    found = []
    for name, window in WINDOWS.items():
        draw(window)
        seconds = timed(partial(draw, window), 3)
        ours = wide[name][-1]
        found.append(
            said(
                Result(
                    f"the same by Datashader, {short(n)}, {name}",
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
    name = f"floor of building, {short(n)}: a histogram by NumPy"
    least = [said(Result(name, floor, "s", "", None, "our files", built.build_s / floor))]
    views = {"an ocean": WIDE, "a coast": tuple(Place(7, x, y) for y in range(46, 50) for x in range(36, 42))}
    view = opened(built.files, built.days, YEAR, tuple(range(1, world.LABELS + 1)))

    def ours(places: tuple[Place, ...]) -> float:
        with ThreadPoolExecutor(os.cpu_count()) as hands:
            drawn(view, places, hands)
            return timed(lambda: drawn(view, places, hands))

    return least + [said(result) for result in line_views(n, views, ours)]


def _told(n: int, built: Built) -> list[Result]:
    has_goal = n == 100_000_000
    goal, met = "<= 60 s" if has_goal else "", built.build_s <= 60 if has_goal else None
    peak = built.memory_gb
    against = f"processor {built.processor_s:.0f} s, load {os.getloadavg()[0]:.1f}"
    return [
        said(Result(f"build of derived files, {short(n)}", built.build_s, "s", goal, met, against)),
        said(Result(f"derived bytes for a position, {short(n)}", built.bytes_each, "bytes")),
        said(Result(f"memory of building, {short(n)}", peak, "GB", "<= 4 GB", peak <= 4)),
    ]
