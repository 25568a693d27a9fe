"""Sea routes of the `searoute` network, found in a process of their own.

The network takes some 250 MB that a process never gives back: a short-lived child holds it, and this one keeps the
lines alone.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass

type Points = list[list[float]]


@dataclass(frozen=True, slots=True)
class Way:
    """A way that is asked for: from, to, in EPSG:4326 degrees, and a passage of the network that it may not take."""

    lon: float
    lat: float
    to_lon: float
    to_lat: float
    closed: str = "northwest"


def sea_routes(ways: Sequence[Way]) -> list[Points]:
    """The points [lon, lat] of the shortest way by sea for each; the north-west passage is closed to all."""
    asked = json.dumps([astuple(way) for way in ways])
    command = [sys.executable, "-m", __name__]
    answered = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)  # noqa: S603
    found: list[Points] = json.loads(answered.stdout)
    return found


def _answer(asked: str) -> str:
    import searoute  # noqa: PLC0415  # this is what the child is for

    found = [
        searoute.searoute([lon, lat], [to_lon, to_lat], restrictions=["northwest", closed]).geometry["coordinates"]
        for lon, lat, to_lon, to_lat, closed in json.loads(asked)
    ]
    return json.dumps(found)


if __name__ == "__main__":
    sys.stdout.write(_answer(sys.stdin.read()))
