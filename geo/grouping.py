"""Groups of places by density on the sphere: what `geo/clusters.py` makes clusters of.

HDBSCAN (Campello, Moulavi, Sander 2013, doi:10.1007/978-3-642-37456-2_14) with the core distance of a place being the
radius that holds `min_weight`; or DBSCAN (Ester, Kriegel, Sander, Xu 1996) with a fixed radius. Distances are great
circles.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.cells import cells_of
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.sphere import EARTH_RADIUS_M, lon_lat, vectors

type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int64]

NOISE: Final = -1
MOST_PLACES: Final = 3_000
"""Beyond it events are gathered by H3 cell first: distances between all pairs are held in memory (72 MB)."""

_WIDEST_KM: Final = 5_000.0
_KM_PER_RADIAN: Final = EARTH_RADIUS_M / 1_000


class Method(StrEnum):
    """How places are grouped."""

    HDBSCAN = "hdbscan"
    DBSCAN = "dbscan"


@dataclass(frozen=True, slots=True)
class ClusterParameters:
    """What makes a cluster; raises BadQuestion for values out of range.

    min_weight: the least weight of a cluster, and of the neighbourhood that makes a place dense. eps_km is for DBSCAN
    alone; for HDBSCAN alone, max_link_km (places farther from all others belong to none) and tightest (the densest
    groups; else the most persistent, which in a densely settled state may be one). A group wider than max_diameter_km
    is noise. margin_m is drawn around each place, more around one that is known less finely.
    """

    method: Method = Method.HDBSCAN
    min_weight: int = 10
    min_places: int = 2
    eps_km: float = 10.0
    max_link_km: float = 30.0
    tightest: bool = True
    max_diameter_km: float = 200.0
    max_uncertainty_m: float = 20_000.0
    margin_m: float = 2_000.0

    def __post_init__(self) -> None:
        if self.min_places < 2:
            raise BadQuestion("a cluster has at least two places: one alone is a hot place")
        if not (self.min_weight > 0 and self.eps_km > 0 and self.max_link_km > 0 and self.margin_m > 0):
            raise BadQuestion("the least weight, the radius, the link and the margin of clusters must be above 0")
        if not 0 < self.max_diameter_km <= _WIDEST_KM:
            raise BadQuestion(f"the widest cluster must be above 0 and at most {_WIDEST_KM:,.0f} km")


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Points where events happened, shape (p,) each."""

    lon: FloatArray
    lat: FloatArray
    weight: FloatArray


def gather(lon: FloatArray, lat: FloatArray, weight: FloatArray) -> tuple[Places, IntArray, int | None]:
    """Distinct places with their weights, the place of each row, and the H3 resolution if cells had to be used."""
    points, place = np.unique(np.round(np.stack([lon, lat], axis=1), 6), axis=0, return_inverse=True)
    resolution = None
    if len(points) > MOST_PLACES:
        for resolution in range(9, -1, -1):
            cells, place = np.unique(cells_of(lon, lat, resolution), return_inverse=True)
            if cells.size <= MOST_PLACES:
                break
    total = np.bincount(place, weight)
    towards = np.stack([np.bincount(place, weight * axis) for axis in vectors(lon, lat).T], axis=1)
    middle_lon, middle_lat = lon_lat(towards)
    return Places(middle_lon, middle_lat, total), place.astype(np.int64), resolution


def grouped(places: Places, parameters: ClusterParameters) -> tuple[IntArray, FloatArray]:
    """A group number or NOISE for each place, and how firmly it belongs, 0 to 1."""
    n = places.weight.size
    if n < parameters.min_places:
        return np.full(n, NOISE), np.zeros(n)
    distance = distances_km(places.lon, places.lat)
    if parameters.method is Method.HDBSCAN:
        return _by_density(distance, places.weight, parameters)
    # scikit-learn takes seconds to import: only who clusters waits for it
    from sklearn.cluster import DBSCAN  # noqa: PLC0415

    wide, narrow = (
        DBSCAN(eps=eps, min_samples=parameters.min_weight, metric="precomputed")
        .fit(distance, sample_weight=places.weight)
        .labels_.astype(np.int64)
        for eps in (parameters.eps_km, 0.8 * parameters.eps_km)
    )
    return wide, _kept_together(wide, narrow, places.weight)


def distances_km(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Kilometres between all pairs, shape (n, n)."""
    from sklearn.metrics.pairwise import haversine_distances  # noqa: PLC0415

    radians = np.radians(np.stack([lat, lon], axis=1))
    return np.asarray(haversine_distances(radians) * _KM_PER_RADIAN)


def _by_density(distance: FloatArray, weight: FloatArray, parameters: ClusterParameters) -> tuple[IntArray, FloatArray]:
    from sklearn.cluster import DBSCAN  # noqa: PLC0415

    nearest = np.argsort(distance, axis=1)
    reached = np.cumsum(weight[nearest], axis=1) >= parameters.min_weight
    # where even all places together are too light, the farthest one stands for the radius
    step = np.where(reached.any(axis=1), reached.argmax(axis=1), weight.size - 1)
    rows = np.arange(weight.size)
    core = distance[rows, nearest[rows, step]]
    reach = np.maximum(distance, np.maximum(core[:, None], core[None, :]))
    np.fill_diagonal(reach, 0.0)
    part = DBSCAN(eps=parameters.max_link_km, min_samples=1, metric="precomputed").fit(reach).labels_
    group, membership = np.full(weight.size, NOISE), np.zeros(weight.size)
    for each in np.flatnonzero(np.bincount(part) >= parameters.min_places):
        members = np.flatnonzero(part == each)
        found, membership[members] = _densest(reach[np.ix_(members, members)], parameters)
        group[members] = np.where(found == NOISE, NOISE, found + int(group.max()) + 1)
    return group, membership


def _densest(reach: FloatArray, parameters: ClusterParameters) -> tuple[IntArray, FloatArray]:
    """Groups among places that are all linked; numbers from 0, or NOISE."""
    n, anchors = len(reach), parameters.min_places
    beyond = 1.01 * parameters.max_link_km
    # the library never takes the root of its tree for a group: a far group of no events makes all others branches
    padded = np.full((n + anchors, n + anchors), beyond)
    padded[:n, :n] = reach
    padded[n:, n:] = beyond / 2
    np.fill_diagonal(padded, 0.0)
    # the distances are mutual reachability already: min_samples=1 leaves them as they are
    from sklearn.cluster import HDBSCAN  # noqa: PLC0415

    model = HDBSCAN(
        min_cluster_size=anchors,
        min_samples=1,
        metric="precomputed",
        cluster_selection_method="leaf" if parameters.tightest else "eom",
        copy=False,
    ).fit(padded)
    group = model.labels_[:n].astype(np.int64)
    anchor = model.labels_[-1]
    return np.where(group == anchor, NOISE, group - (group > anchor)), np.nan_to_num(model.probabilities_[:n])


def _kept_together(wide: IntArray, narrow: IntArray, weight: FloatArray) -> FloatArray:
    """1 for places that stay in the heaviest part of their group when the radius shrinks, else 0."""
    kept = np.zeros(wide.size)
    for group in range(int(wide.max(initial=-1)) + 1):
        parts = narrow[(wide == group) & (narrow >= 0)]
        if parts.size:
            heaviest = np.bincount(parts, weight[(wide == group) & (narrow >= 0)]).argmax()
            kept[(wide == group) & (narrow == heaviest)] = 1.0
    return kept
