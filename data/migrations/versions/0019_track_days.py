"""Positions counted per label and day, with a version that grows with each change of them."""

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | None = None
depends_on: str | None = None

# versions are of the clock: a store that was put back to an earlier state gives none out a second time
_COUNT = """
CREATE OR REPLACE FUNCTION watchfloor.count_track_days() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    newest bigint := extract(epoch FROM clock_timestamp()) * 1000000;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO watchfloor.track_day AS t (label_id, day, version, n_fixes)
        SELECT a.label_id, (a.at AT TIME ZONE 'UTC')::date, newest, count(*)
        FROM added AS a
        GROUP BY 1, 2
        ORDER BY 1, 2
        ON CONFLICT (label_id, day) DO UPDATE
        SET version = greatest(excluded.version, t.version + 1), n_fixes = t.n_fixes + excluded.n_fixes;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE watchfloor.track_day AS t
        SET version = greatest(newest, t.version + 1), n_fixes = t.n_fixes - g.n
        FROM (SELECT d.label_id, (d.at AT TIME ZONE 'UTC')::date AS day, count(*) AS n
              FROM gone AS d
              GROUP BY 1, 2) AS g
        WHERE t.label_id = g.label_id AND t.day = g.day;
    ELSE
        -- another run's number on the same position is no change of it
        INSERT INTO watchfloor.track_day AS t (label_id, day, version, n_fixes)
        SELECT m.label_id, m.day, newest, sum(m.n)
        FROM (SELECT v.label_id, (v.at AT TIME ZONE 'UTC')::date AS day, v.n
              FROM gone AS g
              FULL JOIN added AS a ON a.craft_id = g.craft_id AND a.at = g.at
              CROSS JOIN LATERAL (VALUES (g.label_id, g.at, -1), (a.label_id, a.at, 1)) AS v (label_id, at, n)
              WHERE (g.label_id, g.lon, g.lat, g.cell_key, g.speed_kn, g.course_deg, g.heading_deg, g.altitude_m,
                     g.flags)
                    IS DISTINCT FROM (a.label_id, a.lon, a.lat, a.cell_key, a.speed_kn, a.course_deg, a.heading_deg,
                                      a.altitude_m, a.flags)
                AND v.at IS NOT NULL) AS m
        GROUP BY 1, 2
        ORDER BY 1, 2
        ON CONFLICT (label_id, day) DO UPDATE
        SET version = greatest(excluded.version, t.version + 1), n_fixes = t.n_fixes + excluded.n_fixes;
    END IF;
    RETURN NULL;
END
$$
"""
_TRIGGER = """
CREATE OR REPLACE TRIGGER count_track_days_{name} AFTER {event} ON watchfloor.fix
REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION watchfloor.count_track_days()
"""
_EVENTS = {
    "added": ("INSERT", "NEW TABLE AS added"),
    "gone": ("DELETE", "OLD TABLE AS gone"),
    "changed": ("UPDATE", "OLD TABLE AS gone NEW TABLE AS added"),
}
_FILL = """
INSERT INTO watchfloor.track_day (label_id, day, version, n_fixes)
SELECT f.label_id, (f.at AT TIME ZONE 'UTC')::date, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, count(*)
FROM watchfloor.fix AS f
GROUP BY 1, 2
"""


def upgrade() -> None:
    """Forward only; what is stored already is counted."""
    op.create_table(
        "track_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("n_fixes", sa.BigInteger(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name="fk_track_day_label_id"),
        sa.PrimaryKeyConstraint("label_id", "day", name="pk_track_day"),
        schema="watchfloor",
    )
    # the owner of a table is bound by its policies only while they are forced; the upgrade forces them again
    op.execute("ALTER TABLE watchfloor.fix NO FORCE ROW LEVEL SECURITY")
    op.execute(_FILL)
    op.execute(_COUNT)
    op.execute("REVOKE ALL ON FUNCTION watchfloor.count_track_days() FROM PUBLIC")
    for name, (event, tables) in _EVENTS.items():
        op.execute(_TRIGGER.format(name=name, event=event, tables=tables))
