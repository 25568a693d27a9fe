"""Reported values keep the footnote that their publisher sets to them."""

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Forward only; of values that were loaded before none is known until their file is loaded again."""
    op.add_column("reported", sa.Column("footnote", sa.String(), nullable=True), schema="watchfloor")
