"""A view is in the audit once for each sign-in and day, whatever number an address gives it."""

import sqlalchemy as sa
from alembic import op

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | None = None
depends_on: str | None = None

_NAME = "uq_audit_view"
_DAY = sa.text("((at AT TIME ZONE 'UTC')::date)")


def upgrade() -> None:
    """Forward only."""
    op.drop_index(_NAME, "audit", schema="sealed")
    columns: list[str | sa.TextClause] = ["principal_id", "sign_in_id", "question_sha256", "view_id", _DAY]
    op.create_index(_NAME, "audit", columns, unique=True, schema="sealed")
