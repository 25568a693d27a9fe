"""How a partner's layer comes into the store and leaves the map: inside a transaction that the door has opened."""

from uuid import UUID, uuid4

import psycopg
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from watchfloor.data.kept.writing import told
from watchfloor.data.partner.questions import partner_layer
from watchfloor.data.partner.reading import PartnerFile
from watchfloor.data.statements import statement
from watchfloor.geo.errors import Refused
from watchfloor.geo.partner_layers import PartnerDraft, PartnerLayer

AT_ONCE = 5_000
_LAYER = (
    "INSERT INTO watchfloor.partner_layer "
    "(id, name, colour, file, format, sha256, size, n, set_aside, notes, box, label_id) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_END = (
    "UPDATE watchfloor.partner_layer SET recorded_to = now(), ended_by = watchfloor.asker() "
    "WHERE id = %s AND recorded_to = 'infinity'"
)

type Connection = psycopg.Connection[TupleRow]


def add(connection: Connection, draft: PartnerDraft, file: PartnerFile) -> PartnerLayer:
    """Keep a layer and its features. Raises Refused for a label that is not the adder's to see."""
    layer = uuid4()
    texts = [draft.name, draft.colour, draft.file, draft.format]
    sizes = [draft.sha256, draft.size, draft.n, draft.set_aside]
    with told():
        connection.execute(_LAYER, [layer, *texts, *sizes, Jsonb(draft.notes), list(draft.box), draft.label])
        for first in range(0, len(file.numbers), AT_ONCE):
            some = slice(first, first + AT_ONCE)
            given = {"layer": layer, "label": draft.label, "numbers": file.numbers[some], "shapes": file.wkb[some]}
            connection.execute(statement("partner_add_features"), given | {"properties": file.properties[some]})
    return partner_layer(connection, layer)


def remove(connection: Connection, layer: UUID) -> None:
    """Take a layer off every map from now on. Raises BadQuestion if there is none, Refused if it is another's."""
    found = partner_layer(connection, layer)
    with told():
        ended = connection.execute(_END, [layer]).rowcount if found.may_remove else 0
    if ended != 1:
        raise Refused(f"only {found.author}, or who operates the store, may remove this layer")
