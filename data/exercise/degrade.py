"""How finely each place is told: true points made as coarse as a clerk would have written them, and honestly so."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.data.exercise.places import FloatArray, IntArray, Places, distance_m, shift
from watchfloor.data.exercise.rosters import NOWHERE, Spots
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.precision import PlacePrecision as P

type Codes = NDArray[np.int16]

USUAL: Final = {
    P.EXACT: 0.50,
    P.STREET: 0.15,
    P.TOWN: 0.15,
    P.COUNTY: 0.10,
    P.AREA_OF_RESPONSIBILITY: 0.08,
    P.NONE: 0.02,
}
_GOLDEN_ANGLE: Final = 2.399963
_AREA_REACH_M: Final = 600_000.0


@dataclass(frozen=True, slots=True)
class Told:
    """Places as they are told; name_row: row of the gazetteer that names them, or NOWHERE; is_county: its county."""

    spots: Spots
    name_row: IntArray
    is_county: NDArray[np.bool_]

    def names(self, places: Places) -> list[str | None]:
        """The place's name beside each record."""
        names = [*places.names, ""]
        return [
            None if row < 0 else (f"{names[row]} county area" if county else names[row])
            for row, county in zip(self.name_row.tolist(), self.is_county.tolist(), strict=True)
        ]


def draw_precisions(rng: np.random.Generator, n: int, weights: dict[P, float] = USUAL) -> Codes:
    """Precision codes for n records."""
    codes = np.array([PLACE_CODES[p] for p in weights], np.int16)
    return rng.choice(codes, size=n, p=np.array(list(weights.values())))


def tell(
    rng: np.random.Generator, lon: FloatArray, lat: FloatArray, near: IntArray, *, precision: Codes, places: Places
) -> Told:
    """True points told at a precision: the true point always lies within the uncertainty that is given.

    near: row of the gazetteer of the town, port or crossing that a clerk would name, or NOWHERE at sea, where town and
    county cannot be told and the exact point is. An area of responsibility out of reach becomes no place at all.
    """
    n = len(lon)
    at_sea = near == NOWHERE
    precision = np.where(
        at_sea & np.isin(precision, _codes(P.STREET, P.TOWN, P.COUNTY)), PLACE_CODES[P.EXACT], precision
    )
    area, area_m = _nearest_area(places, lon, lat)
    out_of_reach = (precision == PLACE_CODES[P.AREA_OF_RESPONSIBILITY]) & (area_m > _AREA_REACH_M)
    precision = np.where(out_of_reach, PLACE_CODES[P.NONE], precision)
    town = np.where(at_sea, 0, near)
    county_lon, county_lat = _county_centres(places, town)
    jitter_lon, jitter_lat = shift(lon, lat, rng.uniform(-9, 9, n), rng.uniform(-9, 9, n))
    choices = {
        P.EXACT: (jitter_lon.round(6), jitter_lat.round(6)),
        P.STREET: (lon.round(3), lat.round(3)),
        P.TOWN: (places.lon[town], places.lat[town]),
        P.COUNTY: (county_lon, county_lat),
        P.AREA_OF_RESPONSIBILITY: (places.lon[area], places.lat[area]),
        P.NONE: (np.full(n, np.nan), np.full(n, np.nan)),
    }
    told_lon, told_lat, radius = (np.full(n, np.nan) for _ in range(3))
    for kind, (x, y) in choices.items():
        chosen = precision == PLACE_CODES[kind]
        told_lon, told_lat = np.where(chosen, x, told_lon), np.where(chosen, y, told_lat)
        radius = np.where(chosen, _radius(kind, places, town, area), radius)
    spots = Spots(
        told_lon, told_lat, _at_least(radius, distance_m(lon, lat, told_lon, told_lat)), precision.astype(np.int16)
    )
    return Told(spots, _name_rows(precision, near, area), precision == PLACE_CODES[P.COUNTY])


def _radius(kind: P, places: Places, town: IntArray, area: IntArray) -> FloatArray:
    if kind is P.NONE:
        return np.full(len(town), np.nan)
    row = {P.TOWN: town, P.AREA_OF_RESPONSIBILITY: area}.get(kind)
    usual = np.full(len(town), kind.default_uncertainty_m)
    return usual if row is None else np.fmax(places.uncertainty_m[row], usual)


def _at_least(radius_m: FloatArray, off_m: FloatArray) -> FloatArray:
    # a record that lies outside the usual radius of its town is given a wider one, in steps of 500 m
    return np.where(off_m > radius_m, np.ceil(off_m * 1.01 / 500) * 500, radius_m)


def _county_centres(places: Places, town: IntArray) -> tuple[FloatArray, FloatArray]:
    angle = town * _GOLDEN_ANGLE
    lon, lat = shift(places.lon[town], places.lat[town], 9_000 * np.cos(angle), 9_000 * np.sin(angle))
    return lon.round(4), lat.round(4)


def _nearest_area(places: Places, lon: FloatArray, lat: FloatArray) -> tuple[IntArray, FloatArray]:
    rows = places.of_kind("aor")
    rows = rows[places.uncertainty_m[rows] <= 2 * _AREA_REACH_M]
    best, best_m = np.zeros(len(lon), np.int64), np.full(len(lon), np.inf)
    for row in rows.tolist():
        away = distance_m(lon, lat, places.lon[row], places.lat[row])
        closer = away < best_m
        best, best_m = np.where(closer, row, best), np.where(closer, away, best_m)
    return best, best_m


def _name_rows(precision: Codes, near: IntArray, area: IntArray) -> IntArray:
    named = np.where(precision == PLACE_CODES[P.AREA_OF_RESPONSIBILITY], area, near)
    return np.where(precision == PLACE_CODES[P.NONE], NOWHERE, named)


def _codes(*kinds: P) -> list[int]:
    return [PLACE_CODES[k] for k in kinds]
