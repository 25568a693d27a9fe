"""Sign-ins name the operator of the machine who made them for an account."""

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Forward only; both functions come back with the operator among what they return."""
    op.execute("DROP FUNCTION IF EXISTS watchfloor.begin_scope(text, text, jsonb, uuid)")
    op.execute("DROP FUNCTION IF EXISTS watchfloor.peek_scope(text)")
    op.drop_column("sign_in", "operator_id", schema="sealed")
    op.add_column("sign_in", sa.Column("operator", sa.Text(), nullable=True), schema="sealed")
    # sign-ins of before have no operator: the rule is for new ones
    op.execute(
        "ALTER TABLE sealed.sign_in ADD CONSTRAINT ck_sign_in_command_has_operator "
        "CHECK (channel <> 'command' OR operator IS NOT NULL) NOT VALID"
    )
