"""Versioned records brought back to what the runs that stand had said of them.

A record is what the last standing run said of it, in the version of the first of those that said the same without a
break. A version that no longer holds ends now, and what holds instead begins now as a new version: what the store held
for true in between stays on record. Statements are composed of names of our own, never from input.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql

from watchfloor.data.ingest.fact_tables import FACTS, FactTable


@dataclass(frozen=True, slots=True)
class Versioned:
    """A table of versions: its frame, the columns that name a record, those that say what it says, what belongs to it.

    said: which columns of `run_said` name the record, unnested beside `moments`.
    children: tables, and the column in which each holds the record's id.
    """

    frame: str
    table: str
    key: tuple[str, ...] = ("id",)
    content: tuple[str, ...] = ("content",)
    said: tuple[str, ...] = ("ids",)
    children: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, fact: FactTable) -> "Versioned":
        """That of a fact."""
        return cls(fact.frame, fact.table, children=tuple((c.table, c.parent_id) for c in fact.children))


REPORTED = Versioned(
    "reported",
    "reported",
    ("series_id", "starts"),
    ("ends", "value", "amount", "original", "footnote"),
    ("numbers", "days"),
)
ALL = (*(Versioned.of(fact) for fact in FACTS), REPORTED)

_NAMED: LiteralString = (
    "CREATE TEMPORARY TABLE {named} ON COMMIT DROP AS "
    "SELECT {key} FROM {table} AS t WHERE t.run_id = %(run)s "
    "UNION SELECT {said_key} FROM watchfloor.run_said AS s, LATERAL unnest({said}) AS u ({key}) "
    "WHERE s.run_id = %(run)s AND s.frame = {frame}"
)
# the last thing that each standing run said of a record: a version that it opened, or else one that it found
_HOLDS: LiteralString = (
    "CREATE TEMPORARY TABLE {holds} ON COMMIT DROP AS "
    "WITH saying AS ("
    "SELECT {t_key}, t.recorded_from, t.run_id, 1 AS rank FROM {table} AS t JOIN {named} AS n USING ({key}) "
    "UNION ALL SELECT {u_key}, u.recorded_from, s.run_id, 0 FROM watchfloor.run_said AS s "
    "JOIN watchfloor.run AS o ON o.id = s.run_id AND o.source_id = %(source)s AND o.label_id = %(label)s, "
    "LATERAL unnest({said}, s.moments) AS u ({key}, recorded_from) JOIN {named} AS n USING ({key}) "
    "WHERE s.frame = {frame}), "
    "last_of_run AS ("
    "SELECT DISTINCT ON ({s_key}, s.run_id) {s_key}, s.recorded_from, s.run_id, r.finished_at FROM saying AS s "
    "JOIN watchfloor.run AS r ON r.id = s.run_id AND r.status = 'published' AND r.id <> %(run)s "
    "ORDER BY {s_key}, s.run_id, s.rank DESC, s.recorded_from DESC NULLS LAST), "
    "in_turn AS ("
    "SELECT l.*, row({content}) AS content, "
    "lag(row({content})) OVER (PARTITION BY {l_key} ORDER BY l.finished_at, l.run_id) AS before "
    "FROM last_of_run AS l LEFT JOIN {table} AS t USING ({key}, recorded_from)), "
    "last_change AS ("
    "SELECT DISTINCT ON ({i_key}) {i_key}, i.recorded_from, i.run_id, i.content::text AS content FROM in_turn AS i "
    "WHERE i.before IS NULL OR i.content IS DISTINCT FROM i.before "
    "ORDER BY {i_key}, i.finished_at DESC, i.run_id DESC) "
    # a run that withdrew the record named no version of it
    "SELECT l.* FROM last_change AS l WHERE l.recorded_from IS NOT NULL"
)
# what is current and does not hold, and what holds and is not current
_CHANGES: LiteralString = (
    "CREATE TEMPORARY TABLE {changes} ON COMMIT DROP AS "
    "SELECT {n_key}, c.recorded_from AS ends, h.recorded_from AS begins, h.run_id FROM {named} AS n "
    "LEFT JOIN {table} AS c ON {c_is_n} AND c.recorded_to = 'infinity' "
    "LEFT JOIN {holds} AS h ON {h_is_n} "
    "WHERE c.recorded_from IS NOT NULL AND h.run_id IS NULL OR h.run_id IS NOT NULL AND "
    "(c.run_id IS DISTINCT FROM h.run_id OR row({c_content})::text <> h.content)"
)
_CLOSE: LiteralString = (
    "UPDATE {table} AS t SET recorded_to = %(at)s FROM {changes} AS g "
    "WHERE {t_is_g} AND t.recorded_from = g.ends AND t.recorded_to = 'infinity'"
)
_OPEN: LiteralString = (
    "INSERT INTO {table} ({columns}, run_id, recorded_from) SELECT {t_columns}, g.run_id, %(at)s FROM {table} AS t "
    "JOIN {changes} AS g ON {t_is_g} AND t.recorded_from = g.begins"
)
_COLUMNS = (
    "SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped "
    "AND a.attname NOT IN ('run_id', 'recorded_from', 'recorded_to') AND a.attgenerated = '' ORDER BY a.attnum"
)


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of the records of one frame: versions that ended, and that began in their stead."""

    closed: int
    restored: int


def take_back(connection: psycopg.Connection, kind: Versioned, given: dict[str, object]) -> Moved:
    """Bring the records of one frame to what standing runs said; notes the changes as a publication does.

    given: run (that is taken back), source and label (of it), at (the moment of the undo).
    """
    names = _names(connection, kind)
    for made in (_NAMED, _HOLDS, _CHANGES):
        connection.execute(sql.SQL(made).format(**names), given)
    closed = connection.execute(sql.SQL(_CLOSE).format(**names), given).rowcount
    restored = connection.execute(sql.SQL(_OPEN).format(**names), given).rowcount
    for table, parent in kind.children:
        child = names | _of_child(connection, table, parent)
        connection.execute(sql.SQL(_CLOSE).format(**child), given)
        connection.execute(sql.SQL(_OPEN).format(**child), given)
    return Moved(closed, restored)


def _names(connection: psycopg.Connection, kind: Versioned) -> dict[str, sql.Composable]:
    def listed(columns: tuple[str, ...], alias: str = "") -> sql.Composed:
        return sql.SQL(", ").join(sql.Identifier(alias, c) if alias else sql.Identifier(c) for c in columns)

    def same(left: str, right: str) -> sql.Composed:
        return sql.SQL(" AND ").join(
            sql.SQL("{} = {}").format(sql.Identifier(left, c), sql.Identifier(right, c)) for c in kind.key
        )

    return {
        "frame": sql.Literal(kind.frame),
        **{f"{name}": sql.Identifier("pg_temp", f"undo_{name}_{kind.table}") for name in ("named", "holds", "changes")},
        "key": listed(kind.key),
        "said": listed(kind.said, "s"),
        "said_key": listed(kind.key, "u"),
        **{f"{alias}_key": listed(kind.key, alias) for alias in "tusli"},
        "n_key": listed(kind.key, "n"),
        "content": listed(kind.content, "t"),
        "c_content": listed(kind.content, "c"),
        "c_is_n": same("c", "n"),
        "h_is_n": same("h", "n"),
        "t_is_g": same("t", "g"),
        **_table(connection, kind.table),
    }


def _table(connection: psycopg.Connection, table: str) -> dict[str, sql.Composable]:
    columns = [name for (name,) in connection.execute(_COLUMNS, [f"watchfloor.{table}"])]
    return {
        "table": sql.Identifier("watchfloor", table),
        "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
        "t_columns": sql.SQL(", ").join(sql.Identifier("t", column) for column in columns),
    }


def _of_child(connection: psycopg.Connection, table: str, parent: str) -> dict[str, sql.Composable]:
    return _table(connection, table) | {"t_is_g": sql.SQL("t.{} = g.id").format(sql.Identifier(parent))}


def note_changed(connection: psycopg.Connection, at: object) -> Iterator[str]:
    """Fill the tables changed_<frame> by which derived data are kept right; the frames that changed."""
    for kind in ALL:
        if kind is REPORTED:
            continue
        changes = sql.Identifier("pg_temp", f"undo_changes_{kind.table}")
        changed = sql.Identifier("pg_temp", f"changed_{kind.frame}")
        rows = connection.execute(
            sql.SQL(
                "CREATE TEMPORARY TABLE {} ON COMMIT DROP AS "
                "SELECT g.id, g.ends AS recorded_from, -1::smallint AS sign, 0::smallint AS file FROM {changes} AS g "
                "WHERE g.ends IS NOT NULL UNION ALL "
                "SELECT g.id, {at}, 1::smallint, 0::smallint FROM {changes} AS g WHERE g.begins IS NOT NULL"
            ).format(changed, changes=changes, at=sql.Literal(at))
        ).rowcount
        if rows:
            yield kind.frame
