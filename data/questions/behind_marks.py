"""Which question tells what stands behind a mark, for each layer and kind of spot."""

from collections.abc import Callable

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.behind import behind_cell
from watchfloor.data.questions.marks import behind_craft, behind_overdoses, behind_route
from watchfloor.data.questions.operation import behind_operation
from watchfloor.data.questions.ports import behind_port
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.spot import Behind, Spot, SpotKind

type Connection = psycopg.Connection[TupleRow]

BEHIND: dict[tuple[Layer, SpotKind], Callable[[Connection, Query, Spot], Behind]] = {
    (Layer.SEIZURES, SpotKind.CELL): behind_cell,
    (Layer.OVERDOSES, SpotKind.CELL): behind_overdoses,
    (Layer.PORTS, SpotKind.PLACE): behind_port,
    (Layer.ROUTES, SpotKind.ROUTE): behind_route,
    (Layer.TRACKS, SpotKind.CRAFT): behind_craft,
    (Layer.OPERATIONS, SpotKind.OPERATION): behind_operation,
}
