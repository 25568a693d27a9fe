"""Checks that bear the name of their table twice are called as the models call them."""

from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | None = None
depends_on: str | None = None

# since 0023 and 0025: the convention of names put its own before the one that was given
_RENAME = """
DO $$
DECLARE
    doubled record;
BEGIN
    FOR doubled IN
        SELECT t.oid::regclass AS name, c.conname, substr(c.conname, length('ck_' || t.relname || '_') + 1) AS plain
        FROM pg_constraint AS c
        JOIN pg_class AS t ON t.oid = c.conrelid
        JOIN pg_namespace AS n ON n.oid = t.relnamespace AND n.nspname = 'watchfloor'
        WHERE c.contype = 'c' AND starts_with(c.conname, 'ck_' || t.relname || '_ck_' || t.relname || '_')
    LOOP
        EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', doubled.name, doubled.conname, doubled.plain);
    END LOOP;
END
$$
"""


def upgrade() -> None:
    """Forward only; nothing is checked anew."""
    op.execute(_RENAME)
