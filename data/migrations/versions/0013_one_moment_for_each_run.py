"""Runs have one moment from which all that they say is recorded: a question of a moment meets a run whole or not at all."""

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Forward only; rows of older runs keep their moments, which lie before the end of their run."""
    op.add_column("run", sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True), schema="watchfloor")
    # the owner of a table is bound by its policies only while they are forced; the upgrade forces them again
    op.execute("ALTER TABLE watchfloor.run NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE watchfloor.run SET recorded_at = finished_at WHERE status IN ('published', 'undone')")
