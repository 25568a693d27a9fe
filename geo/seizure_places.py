"""Seizures by place: how many at each distinct place, and how well that place is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.facts import FactKind

type Counts = NDArray[np.int64]
type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SeizurePlaces:
    """Seizures per distinct place (longitude, latitude, uncertainty), shape (k,) each.

    lon, lat: EPSG:4326 degrees. uncertainty_m: metres from there within which the true place lies, finite.
    key: by which the store finds the records: the range key of their cell, or for reported aggregates the
    number of the area. name: index into names, 0 where a place has none. What lacks a place is in n_unplaced,
    and unplaced names the reported areas among that. outlines: boundaries of areas that have one, as pairs of
    the place's index and a ring of longitudes and latitudes, shape (v, 2); an area may have several.
    """

    lon: Floats
    lat: Floats
    uncertainty_m: Floats
    key: Counts
    n: Counts
    kilograms: Floats
    name: Counts
    names: tuple[str, ...] = ("",)
    fact: FactKind = FactKind.EVENTS
    n_unplaced: int = 0
    unplaced: tuple[str, ...] = ()
    outlines: tuple[tuple[int, Floats], ...] = ()

    def __len__(self) -> int:
        return len(self.n)

    @property
    def total(self) -> int:
        """How many have a place."""
        return int(self.n.sum())


def one_place() -> SeizurePlaces:
    """A single seizure at the origin: what a program compiles its drawing with, before anyone waits for it."""
    zero, none = np.zeros(1), np.zeros(1, np.int64)
    return SeizurePlaces(zero, zero, zero, none, np.ones(1, np.int64), zero, none)
