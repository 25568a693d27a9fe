"""From a tap to a mark: which cell lies there, and its outline."""

from dataclasses import replace

import numpy as np

from watchfloor.dashboards.state import State
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.cells import boundaries, resolution_for_zoom
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.spot import Spot, SpotKind
from watchfloor.layers.vectors import Touch

type Rings = list[tuple[list[float], list[float]]]


def seizure_query(state: State, zoom: float) -> Query:
    """The question that the hexagons on the map answer at this zoom."""
    query = state.query(Layer.SEIZURES)
    if state.resolution is not None:
        return query
    return replace(query, resolution=resolution_for_zoom(tile_zoom(zoom)))


def tile_zoom(zoom: float) -> int:
    """The level of the tiles that are drawn at a zoom: the nearest whole one."""
    return max(0, round(zoom))


def spot_at(repository: Repository, asker: Asker, state: State, touch: Touch) -> Spot | None:
    """The mark that the dense layers show where the map was tapped, or None."""
    if "hexagons" not in state.layers:
        return None
    return repository.cell_at(asker, seizure_query(state, touch.zoom), touch.lon, touch.lat)


def outline_of(spot: Spot) -> Rings:
    """Lines round a mark, in degrees: those of its cell; none for other kinds."""
    if spot.kind is not SpotKind.CELL or int(spot.name, 16) == 0:
        return []
    vertices, _ = boundaries(np.array([int(spot.name, 16)], np.uint64), between=4)
    return [(vertices[:, 0].tolist(), vertices[:, 1].tolist())]
