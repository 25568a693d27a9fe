"""Overdose clusters: places near one another where more happens than around them.

Coordinates are often centroids of towns, so events at one point say nothing about how close they were: they collapse
to one place with a weight. A cluster has at least `min_places` places (2 or more); one heavy place alone is a hot
place, never a cluster. Events known worse than `max_uncertainty_m` (state centroids) are left out and counted.

For readers without the health grant, cluster the atoms of `geo/suppression.py` (cell centre, n as the weight), never
the persons: hulls, dates and shares of a few persons tell more than a suppressed count does.

How places are grouped: `geo/grouping.py`.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from watchfloor.geo.grouping import NOISE, ClusterParameters, Places, distances_km, gather, grouped
from watchfloor.geo.hulls import hull
from watchfloor.geo.sphere import lon_lat, vectors

type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int64]

EXCLUDED: Final = -2
NO_DAY: Final = np.iinfo(np.int32).min


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Rows to cluster, shape (n,) each: degrees, weight above 0, days since 1970 or NO_DAY, bits of substances."""

    lon: FloatArray
    lat: FloatArray
    weight: FloatArray
    day: IntArray
    substances: IntArray
    uncertainty_m: FloatArray


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster. `shares` maps a substance number to its share of the weight, 0 to 1; they overlap.

    stability, 0 to 1. HDBSCAN: the mean membership probability by weight, 1 if no place is more loosely bound than
    the densest. DBSCAN: the share of the weight that is still one cluster if the radius is a fifth smaller.
    first_day and last_day are days since 1970, or None if no event has a day.
    """

    lon: float
    lat: float
    n_events: int
    n_places: int
    weight: float
    diameter_km: float
    stability: float
    first_day: int | None
    last_day: int | None
    shares: dict[int, float]
    area: shapely.Polygon


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Clusters, heaviest first, and what is in none.

    label: shape (n,), position in `found`, NOISE or EXCLUDED. `hot` are single places in no cluster that are heavy
    enough for one. `gathered_at` is the H3 resolution that events were gathered by, or None.
    """

    found: tuple[Cluster, ...]
    label: IntArray
    hot: Places
    noise_weight: float
    excluded_weight: float
    gathered_at: int | None


def find_clusters(events: Events, parameters: ClusterParameters | None = None) -> Clusters:
    """Clusters of the events; the same events in any order give the same clusters."""
    parameters = parameters or ClusterParameters()
    usable = np.isfinite(events.lon) & np.isfinite(events.lat) & (events.weight > 0)
    rows = np.flatnonzero(usable & (events.uncertainty_m <= parameters.max_uncertainty_m))
    label = np.full(events.lon.size, EXCLUDED, np.int64)
    excluded_weight = float(events.weight.sum() - events.weight[rows].sum())
    places, place, gathered_at = gather(events.lon[rows], events.lat[rows], events.weight[rows])
    group, membership = grouped(places, parameters)
    group = _ranked(group, places, parameters)
    label[rows] = group[place]
    # a place that is known badly has the width of what it may be: else counts of cells would be slivers
    margin_m = np.full(places.weight.size, parameters.margin_m)
    np.maximum.at(margin_m, place, events.uncertainty_m[rows])
    found = tuple(
        _described(
            events,
            np.flatnonzero(label == each),
            places,
            group == each,
            membership=membership,
            margin_m=margin_m,
        )
        for each in range(int(group.max(initial=NOISE)) + 1)
    )
    alone = group == NOISE
    hot = alone & (places.weight >= parameters.min_weight)
    return Clusters(
        found,
        label,
        Places(places.lon[hot], places.lat[hot], places.weight[hot]),
        float(places.weight[alone].sum()),
        excluded_weight,
        gathered_at,
    )


def _ranked(group: IntArray, places: Places, parameters: ClusterParameters) -> IntArray:
    """Groups renumbered by falling weight; those too light, too wide or of too few places become noise."""
    size = np.bincount(group[group >= 0])
    weight = np.bincount(group[group >= 0], places.weight[group >= 0])
    diameter = [_diameter_km(places, group == each) for each in range(size.size)]
    fit = (weight >= parameters.min_weight) & (size >= parameters.min_places)
    fit &= np.array(diameter) <= parameters.max_diameter_km
    order = np.argsort(-weight, kind="stable")
    order = order[fit[order]]
    # one more, at the end, for the noise to find itself at -1
    number = np.full(size.size + 1, NOISE)
    number[order] = np.arange(order.size)
    return number[group]


def _diameter_km(places: Places, members: NDArray[np.bool_]) -> float:
    return float(distances_km(places.lon[members], places.lat[members]).max())


def _described(
    events: Events,
    rows: IntArray,
    places: Places,
    members: NDArray[np.bool_],
    *,
    membership: FloatArray,
    margin_m: FloatArray,
) -> Cluster:
    lon, lat, weight = places.lon[members], places.lat[members], places.weight[members]
    centre_lon, centre_lat = lon_lat((vectors(lon, lat) * weight[:, None]).sum(axis=0))
    day = events.day[rows]
    day = day[day != NO_DAY]
    return Cluster(
        lon=float(centre_lon),
        lat=float(centre_lat),
        n_events=rows.size,
        n_places=weight.size,
        weight=float(weight.sum()),
        diameter_km=_diameter_km(places, members),
        stability=float(np.average(membership[members], weights=weight)),
        first_day=int(day.min()) if day.size else None,
        last_day=int(day.max()) if day.size else None,
        shares=_shares(events.substances[rows], events.weight[rows]),
        area=hull(lon, lat, margin_m=margin_m[members]),
    )


def _shares(substances: IntArray, weight: FloatArray) -> dict[int, float]:
    present = int(np.bitwise_or.reduce(substances, initial=0))
    total = weight.sum()
    numbers = (number for number in range(present.bit_length()) if present >> number & 1)
    return {number: float(weight[(substances >> number & 1) == 1].sum() / total) for number in numbers}
