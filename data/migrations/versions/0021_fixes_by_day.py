"""Positions in one table for each UTC day; readers and runs go on to name the whole."""

from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | None = None
depends_on: str | None = None

# what data/sql/fix_days.sql makes of a new day; here rows are sorted into their days first and indexed afterwards
_DAYS = """
DO $$
DECLARE
    day date;
    name text;
BEGIN
    FOR day IN SELECT DISTINCT t.day FROM watchfloor.track_day AS t WHERE t.n_fixes > 0 ORDER BY 1 LOOP
        name := 'fix_' || to_char(day, 'YYYYMMDD');
        EXECUTE format('CREATE TABLE watchfloor.%I (LIKE watchfloor.fix INCLUDING DEFAULTS)', name);
        EXECUTE format(
            'ALTER TABLE watchfloor.fix ATTACH PARTITION watchfloor.%I FOR VALUES FROM (%L) TO (%L)',
            name, to_char(day, 'YYYY-MM-DD') || ' 00:00:00+00', to_char(day + 1, 'YYYY-MM-DD') || ' 00:00:00+00'
        );
    END LOOP;
END
$$
"""
_INDEXED = """
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'watchfloor.fix'::regclass ORDER BY 1 LOOP
        EXECUTE format('ALTER TABLE watchfloor.%I ADD CONSTRAINT %I PRIMARY KEY (craft_id, at)', name, 'pk_' || name);
        EXECUTE format('CREATE INDEX %I ON watchfloor.%I (cell_key)', 'ix_' || name || '_key', name);
        EXECUTE format('CREATE INDEX %I ON watchfloor.%I USING brin (at)', 'ix_' || name || '_at', name);
    END LOOP;
END
$$
"""
_TRIGGERS = {
    "check_fix": ("INSERT", "NEW TABLE AS added", "check_fix"),
    "count_track_days_added": ("INSERT", "NEW TABLE AS added", "count_track_days"),
    "count_track_days_gone": ("DELETE", "OLD TABLE AS gone", "count_track_days"),
    "count_track_days_changed": ("UPDATE", "OLD TABLE AS gone NEW TABLE AS added", "count_track_days"),
}


def upgrade() -> None:
    """Forward only; positions that are stored move into the tables of their days."""
    for table in ("fix", "track_day"):
        # the owner of a table is bound by its policies only while they are forced; the upgrade forces them again
        op.execute(f"ALTER TABLE watchfloor.{table} NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE watchfloor.fix RENAME TO fix_before")
    op.execute("CREATE TABLE watchfloor.fix (LIKE watchfloor.fix_before INCLUDING DEFAULTS) PARTITION BY RANGE (at)")
    op.execute(_DAYS)
    op.execute("INSERT INTO watchfloor.fix SELECT f.* FROM watchfloor.fix_before AS f ORDER BY f.craft_id, f.at")
    op.execute("DROP TABLE watchfloor.fix_before")
    op.execute(_INDEXED)
    op.execute("ALTER TABLE watchfloor.fix ADD CONSTRAINT pk_fix PRIMARY KEY (craft_id, at)")
    op.execute("CREATE INDEX ix_fix_key ON watchfloor.fix (cell_key)")
    op.execute("CREATE INDEX ix_fix_at ON watchfloor.fix USING brin (at)")
    for name, (event, tables, function) in _TRIGGERS.items():
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} ON watchfloor.fix REFERENCING {tables} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION watchfloor.{function}()"
        )
