"""Runs keep the grading that their source bears: reported values and positions have none of their own."""

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Forward only; of older runs it is not known, and their format's is told."""
    for column in ("reliability", "validity"):
        op.add_column("run", sa.Column(column, sa.SmallInteger(), nullable=True), schema="watchfloor")
