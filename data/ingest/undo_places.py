"""Places, vessels and aircraft made anew from what the runs that stand told of them, in the order in which they did.

They have no versions: several sources make one of them together. So what each told is kept, and told again without the
run that is taken back, by the very statements that publish it.
"""

from typing import LiteralString

import psycopg

from watchfloor.data.statements import statement
from watchfloor.geo.errors import BadQuestion

_PLACES: LiteralString = (
    "CREATE TEMPORARY TABLE undo_places ON COMMIT DROP AS SELECT DISTINCT s.kind, s.code, s.label_id "
    "FROM watchfloor.place_said AS s WHERE s.run_id = %(run)s"
)
_NEEDED_PLACES: LiteralString = (
    "SELECT DISTINCT v.run_id FROM watchfloor.place AS p "
    "JOIN pg_temp.undo_places AS u ON u.kind = p.kind AND u.code = p.code AND u.label_id = p.label_id "
    "JOIN watchfloor.series AS s ON s.place_id = p.id "
    "JOIN watchfloor.reported AS v ON v.series_id = s.id AND v.recorded_to = 'infinity' "
    "WHERE NOT EXISTS (SELECT FROM watchfloor.place_said AS k WHERE k.kind = p.kind AND k.code = p.code "
    "AND k.label_id = p.label_id) ORDER BY 1"
)
_ROUTES: LiteralString = (
    "WITH gone AS (SELECT p.id FROM watchfloor.place AS p JOIN pg_temp.undo_places AS u "
    "ON u.kind = p.kind AND u.code = p.code AND u.label_id = p.label_id WHERE NOT EXISTS "
    "(SELECT FROM watchfloor.place_said AS k WHERE k.kind = p.kind AND k.code = p.code AND k.label_id = p.label_id)) "
    "DELETE FROM watchfloor.route AS r USING gone AS g WHERE g.id IN (r.from_place_id, r.to_place_id) "
    "RETURNING r.label_id"
)
_TELLERS: LiteralString = (
    "SELECT s.run_id, s.file, r.source_id FROM watchfloor.place_said AS s "
    "JOIN pg_temp.undo_places AS u USING (kind, code, label_id) JOIN watchfloor.run AS r ON r.id = s.run_id "
    "GROUP BY s.run_id, s.file, r.source_id, r.finished_at ORDER BY r.finished_at, s.run_id, s.file"
)
_TOLD: LiteralString = (
    "CREATE TEMPORARY TABLE numbered_places ON COMMIT DROP AS SELECT s.kind, s.code, s.name, s.country, s.lon, s.lat, "
    "s.uncertainty_m, s.cell, s.cell_key, 0::bigint AS line, s.attributes, s.geom, s.label_id, 1 AS nth "
    "FROM watchfloor.place_said AS s JOIN pg_temp.undo_places AS u USING (kind, code, label_id) "
    "WHERE s.run_id = %(run)s AND s.file = %(file)s"
)
_CRAFTS: LiteralString = (
    "CREATE TEMPORARY TABLE undo_crafts ON COMMIT DROP AS SELECT DISTINCT s.kind, s.identifier, s.label_id "
    "FROM watchfloor.craft_said AS s WHERE s.run_id = %(run)s"
)
_NEEDED_CRAFTS: LiteralString = (
    "SELECT DISTINCT f.run_id FROM watchfloor.craft AS c "
    "JOIN pg_temp.undo_crafts AS u USING (kind, identifier, label_id) "
    "JOIN watchfloor.fix AS f ON f.craft_id = c.id WHERE NOT EXISTS (SELECT FROM watchfloor.craft_said AS k "
    "WHERE k.kind = c.kind AND k.identifier = c.identifier AND k.label_id = c.label_id) ORDER BY 1"
)
_CRAFTS_GONE: LiteralString = (
    "DELETE FROM watchfloor.craft AS c USING pg_temp.undo_crafts AS u WHERE u.kind = c.kind "
    "AND u.identifier = c.identifier AND u.label_id = c.label_id AND NOT EXISTS "
    "(SELECT FROM watchfloor.craft_said AS k "
    "WHERE k.kind = c.kind AND k.identifier = c.identifier AND k.label_id = c.label_id)"
)
# nothing of it is known before it is told: the first to tell becomes its run
_CRAFTS_BARE: LiteralString = (
    "UPDATE watchfloor.craft AS c SET name = NULL, category = 'other', attributes = '{}', entity_id = NULL, "
    "run_id = (SELECT k.run_id FROM watchfloor.craft_said AS k JOIN watchfloor.run AS r ON r.id = k.run_id "
    "WHERE k.kind = c.kind AND k.identifier = c.identifier AND k.label_id = c.label_id "
    "ORDER BY r.finished_at, k.run_id LIMIT 1) FROM pg_temp.undo_crafts AS u "
    "WHERE u.kind = c.kind AND u.identifier = c.identifier AND u.label_id = c.label_id"
)
_CATEGORIES: LiteralString = (
    "CREATE TEMPORARY TABLE categories_before ON COMMIT DROP AS SELECT c.id, c.category FROM watchfloor.craft AS c "
    "JOIN pg_temp.undo_crafts AS u USING (kind, identifier, label_id)"
)
_CRAFT_TELLERS: LiteralString = (
    "SELECT s.run_id, s.file, r.label_id, o.code FROM watchfloor.craft_said AS s "
    "JOIN pg_temp.undo_crafts AS u USING (kind, identifier, label_id) JOIN watchfloor.run AS r ON r.id = s.run_id "
    "JOIN watchfloor.source AS o ON o.id = r.source_id "
    "GROUP BY s.run_id, s.file, r.label_id, r.finished_at, o.code ORDER BY r.finished_at, s.run_id, s.file"
)
_CRAFTS_TOLD: LiteralString = (
    "CREATE TEMPORARY TABLE stage_crafts ON COMMIT DROP AS SELECT s.file, s.kind, s.identifier, s.name, s.category, "
    "s.attributes, s.entity_key, s.label_id AS label FROM watchfloor.craft_said AS s "
    "JOIN pg_temp.undo_crafts AS u USING (kind, identifier, label_id) WHERE s.run_id = %(run)s AND s.file = %(file)s"
)


def take_places_back(connection: psycopg.Connection, run: int, undo: int) -> tuple[int, list[int]]:
    """Make the places of a run anew without it; how many went, and the labels whose routes touched those.

    Raises BadQuestion if values of other runs are reported of a place that would go.
    """
    named = connection.execute(_PLACES, {"run": run}).rowcount
    connection.execute("DELETE FROM watchfloor.place_said WHERE run_id = %s", [run])
    if not named:
        return 0, []
    _refuse_needed(connection, _NEEDED_PLACES, run, "reports values of places that this run brought")
    routes = sorted({label for (label,) in connection.execute(_ROUTES)})
    row = connection.execute(statement("undo_places_gone"), {"run": undo}).fetchone()
    assert row is not None
    connection.execute(statement("undo_places_first"))
    for teller, file, source in connection.execute(_TELLERS).fetchall():
        connection.execute("DROP TABLE IF EXISTS pg_temp.numbered_places")
        given = {"run": teller, "file": file, "source": source}
        connection.execute(_TOLD, given)
        connection.execute(statement("publish_places"), given)
    connection.execute("INSERT INTO pg_temp.touched SELECT DISTINCT 'places', label_id, -1, 0 FROM pg_temp.undo_places")
    return sum(row), routes


def take_crafts_back(connection: psycopg.Connection, run: int) -> int:
    """Make the vessels and aircraft of a run anew without it, after its positions have gone; how many went.

    Raises BadQuestion if positions of other runs belong to one that would go.
    """
    named = connection.execute(_CRAFTS, {"run": run}).rowcount
    connection.execute("DELETE FROM watchfloor.craft_identity WHERE run_id = %s", [run])
    connection.execute("DELETE FROM watchfloor.craft_said WHERE run_id = %s", [run])
    if not named:
        return 0
    _refuse_needed(connection, _NEEDED_CRAFTS, run, "has positions of vessels or aircraft that this run brought")
    gone = connection.execute(_CRAFTS_GONE).rowcount
    connection.execute(_CATEGORIES)
    connection.execute(_CRAFTS_BARE)
    for teller, file, label, source in connection.execute(_CRAFT_TELLERS).fetchall():
        connection.execute("DROP TABLE IF EXISTS pg_temp.stage_crafts")
        given = {"run": teller, "file": file, "label": label, "namespace": f"{source}/{label}"}
        connection.execute(_CRAFTS_TOLD, given)
        connection.execute(statement("publish_crafts"), given)
    connection.execute(statement("touch_track_days"))
    connection.execute("INSERT INTO pg_temp.touched SELECT DISTINCT 'tracks', label_id, -1, 0 FROM pg_temp.undo_crafts")
    return gone


def _refuse_needed(connection: psycopg.Connection, question: LiteralString, run: int, what: str) -> None:
    standing = [str(other) for (other,) in connection.execute(question)]
    if standing:
        raise BadQuestion(
            f"run {run} cannot be taken back: run {', '.join(standing[:20])} {what}; take that back first"
        )
