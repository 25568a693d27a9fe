"""Reported values that stand for themselves: the latest of each series, never added up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

ALL_DRUGS = "Number of Drug Overdose Deaths"
ANY_SUBSTANCE = "all substances"


@dataclass(frozen=True, slots=True)
class LatestValue:
    """The latest value of one series at one place, for the time from `starts` until before `ends`.

    dimensions: what else the publisher says of the series, such as the indicator and whether it was predicted.
    footnote: what the publisher says of this very value; hostile text.
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
    footnote: str = ""


def all_drugs(values: Iterable[LatestValue]) -> tuple[LatestValue, ...]:
    """Of each area with a place the newest reported value of all drugs: what a map can show.

    Not the classes of drugs, which overlap, nor predicted values, nor whole countries, which hold the other areas.
    """
    found: dict[str, LatestValue] = {}
    for one in values:
        said = dict(one.dimensions)
        is_whole = one.substance == ANY_SUBSTANCE and said.get("indicator", ALL_DRUGS) == ALL_DRUGS
        # a country bears its ISO number, every other area a code with letters
        if not is_whole or said.get("basis") == "predicted" or one.lon is None or one.place_code.isdecimal():
            continue
        if one.place_code not in found or found[one.place_code].ends < one.ends:
            found[one.place_code] = one
    return tuple(found.values())
