"""A store of 0014 that holds records has their keys after the next migration, and is then a store as any other."""

import os
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import psycopg
import pytest
import sqlalchemy
from alembic import command
from psycopg import sql
from sqlalchemy.pool import NullPool

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.foundation import lay_foundation
from watchfloor.data.migrating import alembic_config
from watchfloor.data.store import upgrade
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.identifiers import exact_identifier, identity_key

HELD = """
INSERT INTO watchfloor.agency (code, name) VALUES ('A', 'Agency A');
INSERT INTO watchfloor.label (owner_id, tlp, tier) SELECT id, 2, 0 FROM watchfloor.agency;
INSERT INTO watchfloor.source (code, title, publisher, licence)
VALUES ('exercise', 'Exercise', 'Tests', 'none'), ('register', 'Register', 'Tests', 'none');
INSERT INTO watchfloor.run (format, started_by, status, source_id, label_id)
SELECT 'made', 'tests', 'published', s.id, l.id FROM watchfloor.source AS s, watchfloor.label AS l ORDER BY s.code;
INSERT INTO watchfloor.identifier (entity_id, scheme, value, run_id, label_id)
SELECT gen_random_uuid(), i.scheme, i.value, r.id, r.label_id
FROM watchfloor.run AS r, (VALUES ('phone', '+1 202 555 0100'), ('alias', 'Otter')) AS i (scheme, value);
INSERT INTO watchfloor.craft (kind, identifier, name, category, run_id, label_id)
SELECT 'vessel', '366000001', 'Otter', 'cargo', r.id, r.label_id FROM watchfloor.run AS r WHERE r.id = 2;
INSERT INTO watchfloor.craft_said (run_id, file, kind, identifier, name, category, attributes, label_id)
SELECT 2, 0, 'vessel', '366000001', 'Otter', 'cargo', '{"imo": "IMO9074729", "flag": ""}', l.id
FROM watchfloor.label AS l;
"""


@pytest.fixture
def older(cluster: ClusterAddress) -> Iterator[ClusterAddress]:
    """An empty store of version 0014."""
    address = replace(cluster, database=f"older_{os.getpid()}")
    name = sql.Identifier(address.database)
    with psycopg.connect(replace(cluster, database="postgres").conninfo(Role.OWNER), autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(name))
        with psycopg.connect(address.conninfo(Role.OWNER), autocommit=True) as connection:
            lay_foundation(connection)
            for schema in ("watchfloor", "sealed", "truth"):
                connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        to(address, "0014")
        yield address
        owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def to(address: ClusterAddress, version: str) -> None:
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(address.conninfo(Role.OWNER)), poolclass=NullPool
    )
    config = alembic_config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        connection.commit()


def key(scheme: str, value: str, *, is_invented: bool = False) -> UUID:
    exact = exact_identifier(scheme, value, is_invented=is_invented)
    assert exact is not None
    return identity_key(exact, is_invented=is_invented)


def test_records_of_an_older_store_get_the_keys_that_they_would_get_today(older: ClusterAddress) -> None:
    with psycopg.connect(older.conninfo(Role.OWNER)) as owner:
        owner.execute(HELD)
    to(older, "0015")
    with psycopg.connect(older.conninfo(Role.OWNER)) as owner:
        borne = owner.execute("SELECT run_id, scheme, identity FROM watchfloor.identifier ORDER BY 1, 2").fetchall()
        called = owner.execute("SELECT run_id, aspect, value, identity FROM watchfloor.craft_identity ORDER BY 2")
        assert called.fetchall() == [
            (2, "imo", "IMO9074729", key("imo", "9074729")),
            (2, "mmsi", "366000001", key("mmsi", "366000001")),
            (2, "name", "Otter", None),
        ]
    number = "+12025550100"
    assert borne == [
        (1, "alias", None), (1, "phone", key("phone", number, is_invented=True)),
        (2, "alias", None), (2, "phone", key("phone", number)),
    ]  # fmt: skip


def test_an_older_store_with_records_becomes_one_of_today(older: ClusterAddress) -> None:
    with psycopg.connect(older.conninfo(Role.OWNER)) as owner:
        owner.execute(HELD)
    version = upgrade(older, StoreKind.EXERCISE)
    with psycopg.connect(older.conninfo(Role.OWNER)) as owner:
        assert owner.execute("SELECT version_num FROM watchfloor.alembic_version").fetchall() == [(version,)]
        assert owner.execute("SELECT count(*) FROM watchfloor.craft_identity").fetchone() == (3,)
