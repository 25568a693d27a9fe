"""Routes: how many distinct tracks and seizures go from one node to another.

A node is a port or a cell, as a 64-bit number (cells fit). Tracks give legs: one node left, the next reached. Linked
seizures give an origin and a destination. Both are added up per directed edge, side by side: they are different
kinds of evidence and never one number.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int64]

NO_NODE: Final = -1
IN_PORT_M: Final = 15_000.0
"""As near to the middle of a port a craft is in port, and a seizure at it."""


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """A track was at a node: shape (n,) each, in any order; `at` in seconds since 1970 UTC, node NO_NODE at sea."""

    track: IntArray
    at: IntArray
    node: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """A track left one node (last seen there) and reached another (first seen there); shape (n,) each, seconds."""

    track: IntArray
    origin: IntArray
    destination: IntArray
    departed: IntArray
    arrived: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class LinkedSeizures:
    """Seizures with a known way, shape (n,) each; a row may repeat, weight is in kilograms (NaN: not known)."""

    seizure: IntArray
    origin: IntArray
    destination: IntArray
    weight_kg: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """One row a directed edge, shape (e,) each, in order of origin and destination.

    n_tracks and n_seizures are distinct counts: they do not add up over edges. weight_kg sums each seizure once.
    """

    origin: IntArray
    destination: IntArray
    n_tracks: IntArray
    n_legs: IntArray
    n_seizures: IntArray
    weight_kg: FloatArray


def legs(visits: Visits, *, max_gap_s: float = float("inf")) -> Legs:
    """The legs between consecutive visits of each track at different nodes.

    A leg that took longer than max_gap_s is left out: where the track was meanwhile is not known.
    """
    at_node = np.flatnonzero(visits.node != NO_NODE)
    order = at_node[np.lexsort((visits.node[at_node], visits.at[at_node], visits.track[at_node]))]
    track, at, node = visits.track[order], visits.at[order], visits.node[order]
    leaves = np.flatnonzero((track[1:] == track[:-1]) & (node[1:] != node[:-1]) & (at[1:] - at[:-1] <= max_gap_s))
    reaches = leaves + 1
    return Legs(track[leaves], node[leaves], node[reaches], at[leaves], at[reaches])


def flows(travelled: Legs, linked: LinkedSeizures) -> Flows:
    """All edges with their tracks and seizures; a seizure with the same origin and destination is no flow."""
    moved = np.flatnonzero((linked.origin != linked.destination) & (linked.origin != NO_NODE))
    moved = moved[linked.destination[moved] != NO_NODE]
    origin = np.concatenate([travelled.origin, linked.origin[moved]]).astype(np.int64)
    destination = np.concatenate([travelled.destination, linked.destination[moved]]).astype(np.int64)
    nodes, code = np.unique(np.concatenate([origin, destination]), return_inverse=True)
    pair = code[: origin.size] * nodes.size + code[origin.size :]
    edges, first, edge = np.unique(pair, return_index=True, return_inverse=True)
    by_track, by_seizure = edge[: travelled.track.size], edge[travelled.track.size :]
    seizure, n_seizures = _distinct(by_seizure, linked.seizure[moved], len(edges))
    weight = np.nan_to_num(linked.weight_kg[moved][seizure])
    return Flows(
        origin[first],
        destination[first],
        _distinct(by_track, travelled.track, len(edges))[1],
        np.bincount(by_track, minlength=len(edges)),
        n_seizures,
        np.bincount(by_seizure[seizure], weight, minlength=len(edges)).astype(np.float64),
    )


def _distinct(edge: IntArray, item: IntArray, n_edges: int) -> tuple[IntArray, IntArray]:
    """Rows where each pair of edge and item stands first, and the number of distinct items per edge."""
    items, code = np.unique(item, return_inverse=True)
    _, first = np.unique(edge * items.size + code, return_index=True)
    return first, np.bincount(edge[first], minlength=n_edges)
