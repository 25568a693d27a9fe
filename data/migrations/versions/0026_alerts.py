"""Alerts on kept areas: a kind of kept thing, and what is looked up by the moment of its recording."""

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | None = None
depends_on: str | None = None

_SCHEMA = "watchfloor"
_KINDS = "'area', 'view', 'selection', 'note', 'annotation', 'task', 'attachment', 'alert'"


def upgrade() -> None:
    """Forward only; events of tracks that stand by now count as found now."""
    # so called since 0023: the convention of names put its own before the one that was given
    op.drop_constraint("ck_kept_ck_kept_kind", "kept", schema=_SCHEMA)
    op.create_check_constraint(op.f("ck_kept_kind"), "kept", f"kind IN ({_KINDS})", schema=_SCHEMA)
    for table in ("event", "overdose"):
        op.create_index(f"ix_{table}_recorded", table, ["recorded_from"], schema=_SCHEMA, postgresql_using="brin")
    found_at = sa.Column("found_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)
    op.add_column("track_event", found_at, schema=_SCHEMA)
    op.create_index("ix_track_event_found", "track_event", ["found_at"], schema=_SCHEMA)
