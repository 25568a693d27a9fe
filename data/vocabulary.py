"""Controlled vocabularies of the store, kept equal to those of `geo`."""

import psycopg

from watchfloor.geo.measures import MEASURES
from watchfloor.geo.substances import SUBSTANCES


def seed_vocabulary(connection: psycopg.Connection) -> None:
    """Write substances and measures into the store; entries are added or renamed, never removed."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO watchfloor.substance (id, code, name, synonyms) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (id) DO UPDATE SET code = excluded.code, name = excluded.name, synonyms = excluded.synonyms",
            [(s.id, s.code, s.name, list(s.synonyms)) for s in SUBSTANCES],
        )
        cursor.executemany(
            "INSERT INTO watchfloor.measure (code, layer, title, unit, amount_unit, is_additive) "
            "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (code) DO UPDATE SET layer = excluded.layer, "
            "title = excluded.title, unit = excluded.unit, amount_unit = excluded.amount_unit, "
            "is_additive = excluded.is_additive",
            [(m.code, m.layer, m.title, m.unit, m.amount_unit, m.is_additive) for m in MEASURES],
        )
