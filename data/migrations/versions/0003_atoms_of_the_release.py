"""Overdose atoms carry months and class bits, as the release makes them."""

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Forward only; atoms are derived data and are released anew."""
    op.execute("DELETE FROM watchfloor.overdose_atom")
    for column in ("starts", "ends", "substances", "is_mixed"):
        op.drop_column("overdose_atom", column, schema="watchfloor")
    for column, kind in (
        ("first_month", sa.Integer()),
        ("n_months", sa.Integer()),
        ("known", sa.BigInteger()),
        ("value", sa.BigInteger()),
    ):
        op.add_column("overdose_atom", sa.Column(column, kind, nullable=False), schema="watchfloor")
