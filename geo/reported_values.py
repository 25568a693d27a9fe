"""Reported values that stand for themselves: the latest of each series, never added up."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LatestValue:
    """The latest value of one series at one place, for the time from `starts` until before `ends`.

    dimensions: what else the publisher says of the series, such as the indicator and whether it was predicted.
    lon, lat: EPSG:4326 degrees, or None.
    """

    place_code: str
    place: str
    lon: float | None
    lat: float | None
    substance: str
    dimensions: tuple[tuple[str, str], ...]
    starts: date
    ends: date
    value: float
    label: str
    source: str
