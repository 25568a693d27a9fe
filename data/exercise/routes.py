"""The planted smuggling routes: where they lead, what travels, since when."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from watchfloor.data.exercise.lanes import Lane, line, road, sea_lane
from watchfloor.data.exercise.places import Places

type Stop = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PlantedRoute:
    """One route: its stops as (kind, code or name), what travels with which weight, its share of all route seizures.

    emerged_days, ended_days: days before the end of the world; growth per year; peak: the month it is busiest in.
    """

    name: str
    mode: str
    stops: tuple[Stop, ...]
    substances: tuple[tuple[str, float], ...]
    share: float
    growth: float = 0.05
    peak: int = 6
    emerged_days: int | None = None
    ended_days: int | None = None
    is_sealed: bool = False


def _port(code: str) -> Stop:
    return ("port", code)


def _land(crossing: str, *cities: str) -> tuple[Stop, ...]:
    return (("crossing", f"USPOE-{crossing}"), *(("city", name) for name in cities))


_COCAINE: Final = (("cocaine", 0.93), ("heroin", 0.04), ("cannabis", 0.03))
_PRECURSOR: Final = (("precursor", 0.97), ("ketamine", 0.03))
_BORDER: Final = (("methamphetamine", 0.5), ("fentanyl", 0.3), ("heroin", 0.12), ("cocaine", 0.08))

ROUTES: Final = (
    PlantedRoute("lantern", "sea", (_port("MXESE"), _port("USSAN"), _port("USLAX")),
                 (("methamphetamine", 0.6), ("fentanyl", 0.4)), 0.02, is_sealed=True),
    PlantedRoute("pacific-cocaine", "sea", (_port("COBUN"), _port("MXZLO"), _port("USSAN")), _COCAINE, 0.11, 0.12, 5),
    PlantedRoute("antwerp", "sea", (_port("ECGYE"), _port("BEANR")), _COCAINE, 0.10, 0.22, 11),
    PlantedRoute("antilles", "sea", (_port("COCTG"), _port("PRSJU"), _port("USMIA")), _COCAINE, 0.10, 0.03, 2),
    PlantedRoute("precursor-shanghai", "sea", (_port("CNSHA"), _port("MXZLO")), _PRECURSOR, 0.05, 0.10, 8),
    PlantedRoute("precursor-busan", "sea", (_port("KRPUS"), _port("MXZLO")), _PRECURSOR, 0.04, 0.15, 9),
    PlantedRoute("santos-rotterdam", "sea", (_port("BRSSZ"), _port("NLRTM")), _COCAINE, 0.06, ended_days=540),
    PlantedRoute("cortes-houston", "sea", (_port("HNPCR"), _port("USHOU")), _COCAINE, 0.05, peak=4),
    PlantedRoute("dakar", "sea", (_port("BRSSZ"), _port("SNDKR"), _port("ESALG")), _COCAINE, 0.03, emerged_days=150),
    PlantedRoute("laredo-chicago", "land", _land("2304", "San Antonio", "Dallas", "St. Louis", "Chicago"),
                 _BORDER, 0.14, 0.10, 10),
    PlantedRoute("nogales-phoenix", "land", _land("2604", "Tucson", "Phoenix"), _BORDER, 0.09, 0.20, 3),
    PlantedRoute("ysidro-seattle", "land", _land("2504", "Los Angeles", "San Francisco", "Portland", "Seattle"),
                 _BORDER, 0.13, 0.08, 7),
    PlantedRoute("detroit-pittsburgh", "land", _land("3801", "Cleveland", "Pittsburgh"),
                 (("fentanyl", 0.5), ("cocaine", 0.3), ("mdma", 0.2)), 0.05, 0.0, 12),
    PlantedRoute("elpaso-denver", "land", _land("2402", "Albuquerque", "Denver"), _BORDER, 0.05, -0.15, 1),
)  # fmt: skip


def stop_rows(places: Places, route: PlantedRoute) -> tuple[int, ...]:
    """Rows of the gazetteer of a route's stops."""
    return tuple(places.find(kind, code) for kind, code in route.stops)


def route_lane(places: Places, route: PlantedRoute) -> Lane:
    """The line that a route follows from its first stop to its last."""
    rows = stop_rows(places, route)
    if route.mode == "land":
        return road(places, rows)
    legs = [sea_lane(places, a, b) for a, b in pairwise(rows)]
    return line(np.concatenate([leg.lon for leg in legs]), np.concatenate([leg.lat for leg in legs]))
