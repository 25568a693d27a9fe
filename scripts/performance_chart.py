"""docs/pictures/tracks-performance.svg from what `python -m bench tracks` found last: a view by size, and its peer.

Another file of results may be named. Both axes are logarithmic, so that what grows with the data is a slope and what
does not is level.
"""

import json
import re
import sys
from collections import defaultdict
from html import escape
from itertools import pairwise
from math import log10
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
FOUND: Final = ROOT / "bench" / "out" / "latest.json"
PICTURE: Final = ROOT / "docs" / "pictures" / "tracks-performance.svg"

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 900, 480, 80, 260, 50, 60
GOAL_MS: Final = 50.0
WORDS, SPACING = 200, 16
COLOURS: Final = {"1 h": "#0072b2", "31 d": "#d55e00", "all": "#009e73"}
OURS: Final = re.compile(r"24 tiles of a wide view, (\d+) M, (.+)")
PEER: Final = re.compile(r"the same by Datashader, (\d+) M, (.+)")

type Lines = dict[tuple[str, str], list[tuple[float, float]]]


def main() -> None:
    """Write the picture. Raises FileNotFoundError if nothing was measured."""
    found = Path(sys.argv[1]) if len(sys.argv) > 1 else FOUND
    PICTURE.write_text(chart(lines(json.loads(found.read_text())["results"])), encoding="utf-8")


def lines(results: list[dict[str, object]]) -> Lines:
    """Milliseconds by millions of positions, for us and the peer and each window."""
    found: Lines = defaultdict(list)
    for result in results:
        for who, pattern in (("Watchfloor", OURS), ("Datashader", PEER)):
            match = pattern.fullmatch(str(result["name"]))
            if match:
                found[who, match[2]].append((float(match[1]), float(str(result["value"]))))
    return {key: sorted(points) for key, points in found.items()}


def chart(found: Lines) -> str:
    """The picture as SVG."""
    sizes = sorted({x for points in found.values() for x, _ in points})
    values = [y for points in found.values() for _, y in points] + [GOAL_MS]
    low, high = 10 ** int(log10(min(values))), 10 ** (int(log10(max(values))) + 1)

    def at(x: float, y: float) -> tuple[float, float]:
        across = (log10(x) - log10(sizes[0])) / max(log10(sizes[-1]) - log10(sizes[0]), 1e-9)
        up = (log10(y) - log10(low)) / (log10(high) - log10(low))
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    parts = [_text(LEFT, 26, "24 tiles of a wide view, p95 in milliseconds", "start", 16)]
    tick = float(low)
    while tick <= high:
        _, y = at(sizes[0], tick)
        parts += [_line((LEFT, y), (WIDTH - RIGHT, y), "#d0d4da", 1), _text(LEFT - 8, y + 4, f"{tick:g}", "end")]
        tick *= 10
    for size in sizes:
        x, y = at(size, low)
        parts.append(_text(x, y + 22, f"{size:g} M positions", "middle"))
    _, goal = at(sizes[0], GOAL_MS)
    parts.append(_line((LEFT, goal), (WIDTH - RIGHT, goal), "#444", 1, "2 4"))
    said: list[tuple[float, float, str]] = [(WIDTH - RIGHT + 10, goal - 4, f"goal: {GOAL_MS:g} ms")]
    for (who, window), points in found.items():
        dash = "" if who == "Watchfloor" else "7 5"
        places = [at(x, y) for x, y in points]
        parts += [_line(a, b, COLOURS[window], 2.5, dash) for a, b in pairwise(places)]
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOURS[window]}"/>' for x, y in places]
        x, y = places[-1]
        said.append((x + 10, y + 4, f"{who}, {window}: {points[-1][1]:,.0f} ms"))
    parts += [_text(*one) for one in _apart(said)]
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _apart(said: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """Words at the ends of lines, moved down where they would stand on each other."""
    placed: list[tuple[float, float, str]] = []
    for x, y, words in sorted(said, key=lambda one: one[1]):
        near = [other for ox, other, _ in placed if abs(ox - x) < WORDS and y < other + SPACING]
        placed.append((x, max(near) + SPACING if near else y, words))
    return placed


def _text(x: float, y: float, said: str, anchor: str = "start", size: int = 13) -> str:
    # a white rim keeps words apart from lines behind them
    rim = 'stroke="#fff" stroke-width="4" paint-order="stroke"'
    at = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"'
    return f'<text {at} fill="#222" {rim}>{escape(said)}</text>'


def _line(a: tuple[float, float], b: tuple[float, float], colour: str, width: float, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{a[0]:.1f}" y1="{a[1]:.1f}" x2="{b[0]:.1f}" y2="{b[1]:.1f}" '
        f'stroke="{colour}" stroke-width="{width}"{dashed}/>'
    )


if __name__ == "__main__":
    main()
