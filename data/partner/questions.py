"""Layers of partners as a reader may see them, now or as known at a moment, and what is in them."""

from datetime import datetime
from uuid import UUID

import numpy as np
import psycopg
import shapely
from psycopg.rows import TupleRow

from watchfloor.data.kept.reading import ABSENT, keepers
from watchfloor.data.registry import labels
from watchfloor.data.statements import asked, statement
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.kept import Keeper
from watchfloor.geo.partner_layers import PartnerFeature, PartnerLayer
from watchfloor.geo.partner_shapes import PartnerShapes, partner_shapes
from watchfloor.geo.scope import Label

MOST = 500
_PROPERTIES = "SELECT f.properties FROM watchfloor.partner_feature AS f WHERE f.layer_id = %s AND f.number = %s"

type Connection = psycopg.Connection[TupleRow]


def partner_layers(
    connection: Connection, known_at: datetime | None = None, *, layer: UUID | None = None
) -> tuple[PartnerLayer, ...]:
    """Layers that the reader sees, the newest first."""
    given = {"id": layer, "known_at": known_at, "at_most": MOST}
    seen = {label.id: label for label in labels(connection)}
    rows = connection.execute(asked("partner_layers", given), given).fetchall()
    people = keepers(connection, [row[0] for row in rows])
    return tuple(_layer(row, seen, people) for row in rows)


def partner_layer(connection: Connection, layer: UUID, known_at: datetime | None = None) -> PartnerLayer:
    """One layer. Raises BadQuestion if there is none that the reader may see."""
    found = partner_layers(connection, known_at, layer=layer)
    if not found:
        raise BadQuestion(ABSENT)
    return found[0]


def layer_shapes(connection: Connection, layer: UUID) -> PartnerShapes:
    """All shapes of a layer."""
    rows = connection.execute(statement("partner_features"), {"layer": layer}, binary=True).fetchall()
    geometries = np.empty(len(rows), object)
    geometries[:] = shapely.from_wkb([row[1] for row in rows])
    return partner_shapes(np.array([row[0] for row in rows], np.int32), geometries)


def feature(connection: Connection, layer: UUID, number: int) -> PartnerFeature:
    """What the file says of one feature. Raises BadQuestion if there is none."""
    row = connection.execute(_PROPERTIES, [layer, number]).fetchone()
    if row is None:
        raise BadQuestion(ABSENT)
    return PartnerFeature(str(layer), number, tuple((str(name), str(value)) for name, value in row[0].items()))


def _layer(row: TupleRow, seen: dict[int, Label], people: dict[str, Keeper]) -> PartnerLayer:
    layer, name, colour, file, form, sha256, size, n, set_aside, notes, box, author, at, may_remove, label = row
    return PartnerLayer(
        id=layer,
        name=name,
        colour=colour,
        file=file,
        format=form,
        sha256=bytes(sha256),
        size=size,
        n=n,
        set_aside=set_aside,
        notes=tuple(map(str, notes)),
        box=(box[0], box[1], box[2], box[3]),
        author=author,
        at=at,
        may_remove=may_remove,
        label=seen[label],
        keeper=people.get(author),
    )
