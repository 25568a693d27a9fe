"""The places that the exercise uses: the gazetteer as arrays, found by code and kind."""

from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

import numpy as np
import polars as pl
from numpy.typing import NDArray

from watchfloor.geo import sphere
from watchfloor.geo.errors import BadInput

type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int64]

EARTH_M = 6_371_008.8


@dataclass(frozen=True)
class Places:
    """A gazetteer: columns code, kind, name, country, lon, lat, uncertainty_m; EPSG:4326 degrees."""

    frame: pl.DataFrame

    @classmethod
    def shipped(cls) -> "Places":
        """The gazetteer that comes with the package."""
        text = files("watchfloor.data.artefacts").joinpath("gazetteer.csv").read_bytes()
        return cls(pl.read_csv(text, schema_overrides={"code": pl.String}).filter(pl.col("lon").is_not_null()))

    @cached_property
    def lon(self) -> FloatArray:
        """Longitudes, shape (n,)."""
        return self.frame["lon"].cast(pl.Float64).to_numpy()

    @cached_property
    def lat(self) -> FloatArray:
        """Latitudes, shape (n,)."""
        return self.frame["lat"].cast(pl.Float64).to_numpy()

    @cached_property
    def uncertainty_m(self) -> FloatArray:
        """Radius of each place in metres, shape (n,)."""
        return self.frame["uncertainty_m"].cast(pl.Float64).to_numpy()

    @cached_property
    def names(self) -> list[str]:
        """Names, in order."""
        return self.frame["name"].to_list()

    @cached_property
    def codes(self) -> list[str]:
        """Codes, in order."""
        return self.frame["code"].to_list()

    @cached_property
    def countries(self) -> NDArray[np.str_]:
        """Countries, shape (n,)."""
        return np.array(self.frame["country"].fill_null("").to_list())

    @cached_property
    def _found(self) -> dict[tuple[str, str], int]:
        kinds = self.frame["kind"].to_list()
        found = {(kind, name): i for i, (kind, name) in reversed([*enumerate(zip(kinds, self.names, strict=True))])}
        return found | {(kind, code): i for i, (kind, code) in enumerate(zip(kinds, self.codes, strict=True))}

    def find(self, kind: str, code: str) -> int:
        """Row of the place of that kind with that code or name. Raises BadInput if there is none."""
        row = self._found.get((kind, code))
        if row is None:
            raise BadInput(f"the exercise needs the {kind} {code!r}, which the gazetteer does not hold")
        return row

    def of_kind(self, kind: str, country: str | None = None) -> IntArray:
        """Rows of all places of a kind, of one country if it is named. Raises BadInput if there is none."""
        chosen = pl.col("kind") == kind
        if country:
            chosen &= pl.col("country") == country
        rows = self.frame.with_row_index("row").filter(chosen)["row"].cast(pl.Int64).to_numpy()
        if not len(rows):
            raise BadInput(f"the exercise needs places of kind {kind!r}, the gazetteer holds none")
        return rows


def distance_m(lon: FloatArray, lat: FloatArray, to_lon: FloatArray, to_lat: FloatArray) -> FloatArray:
    """Great-circle metres between points in degrees on a sphere; arrays are broadcast."""
    return sphere.distance_m(sphere.vectors(lon, lat), sphere.vectors(to_lon, to_lat))


def shift(lon: FloatArray, lat: FloatArray, east_m: FloatArray, north_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Points moved by metres east and north; good to a per cent within 100 km and away from the poles."""
    new_lat = lat + np.degrees(north_m / EARTH_M)
    new_lon = lon + np.degrees(east_m / (EARTH_M * np.cos(np.radians(lat))))
    return (new_lon + 180) % 360 - 180, new_lat


def scatter(
    rng: np.random.Generator, lon: FloatArray, lat: FloatArray, radius_m: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Points around centres, denser towards them, none further away than radius_m."""
    angle = rng.uniform(0, 2 * np.pi, len(lon))
    away = radius_m * np.minimum(rng.rayleigh(0.35, len(lon)), 0.99)
    return shift(lon, lat, away * np.cos(angle), away * np.sin(angle))
