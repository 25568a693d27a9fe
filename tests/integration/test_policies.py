"""Every table that could hold a protected row has a forced policy; the reading role owns nothing."""

import psycopg

from watchfloor.data.address import Role
from watchfloor.data.checks import OPEN_TABLES

UNPROTECTED = """
SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'watchfloor' AND c.relkind IN ('r', 'p', 'm', 'v', 'f')
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity
           AND EXISTS (SELECT 1 FROM pg_policy AS p WHERE p.polrelid = c.oid AND p.polname = 'scope_reads'))
"""


def test_every_table_but_the_open_ones_has_a_forced_policy(store) -> None:
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        assert {name for (name,) in owner.execute(UNPROTECTED)} == OPEN_TABLES


def test_the_reading_role_owns_nothing_and_bypasses_nothing(store) -> None:
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        owned = owner.execute("SELECT count(*) FROM pg_class WHERE relowner = 'watchfloor_app'::regrole").fetchone()
        powers = owner.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = 'watchfloor_app'"
        ).fetchone()
    assert owned == (0,)
    assert powers == (False, False, False, False)


def test_the_reading_role_may_write_only_what_people_keep_and_never_whose_or_when(store) -> None:
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        whole = owner.execute(
            "SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
            "WHERE n.nspname IN ('watchfloor', 'sealed', 'truth') AND c.relkind IN ('r', 'p') "
            "AND has_table_privilege('watchfloor_app', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
        ).fetchall()
        columns = owner.execute(
            "SELECT c.relname, r.held, string_agg(a.attname, ' ' ORDER BY a.attnum) "
            "FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
            "JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
            "CROSS JOIN (VALUES ('INSERT'), ('UPDATE')) AS r (held) "
            "WHERE n.nspname IN ('watchfloor', 'sealed', 'truth') AND c.relkind IN ('r', 'p') "
            "AND has_column_privilege('watchfloor_app', c.oid, a.attnum, r.held) GROUP BY 1, 2 ORDER BY 1, 2"
        ).fetchall()
    assert whole == []
    assert columns == [
        ("dissemination", "INSERT", "question marking labels counts format name sha256 size given_to"),
        ("kept", "INSERT", "id version kind is_private about_kind about_id name body label_id"),
        ("kept", "UPDATE", "recorded_to ended_by"),
        ("kept_bytes", "INSERT", "kept_id sha256 content label_id"),
        ("look", "INSERT", "about_kind about_id"),
        ("partner_feature", "INSERT", "layer_id number geom properties label_id"),
        ("partner_layer", "INSERT", "id name colour file format sha256 size n set_aside notes box label_id"),
        ("partner_layer", "UPDATE", "recorded_to ended_by"),
    ]


def test_no_function_of_ours_is_open_to_everybody(store) -> None:
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        public = owner.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace "
            "WHERE n.nspname IN ('watchfloor', 'sealed') AND has_function_privilege('public', p.oid, 'EXECUTE')"
        ).fetchall()
    assert public == []


def test_the_models_are_the_store(store) -> None:
    import sqlalchemy  # noqa: PLC0415
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415
    from alembic.migration import MigrationContext  # noqa: PLC0415

    from watchfloor.data.models import metadata  # noqa: PLC0415

    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(store.conninfo(Role.OWNER))
    )
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, _parents: (
                    kind != "schema" or name in {"watchfloor", "sealed", "truth"}
                ),
                "include_object": lambda _o, name, kind, _r, _c: not (kind == "table" and name == "alembic_version"),
            },
        )
        found = compare_metadata(context, metadata)
    engine.dispose()
    assert found == []
