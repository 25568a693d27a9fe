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
    op.add_column("sign_in", sa.Column("operator", sa.String(), nullable=True), schema="sealed")
    # whoever made the sign-ins of before was not written down; a NOT VALID rule would refuse to end them
    op.execute("UPDATE sealed.sign_in SET operator = 'not recorded' WHERE channel = 'command'")
    op.execute(
        "ALTER TABLE sealed.sign_in ADD CONSTRAINT ck_sign_in_command_has_operator "
        "CHECK (channel <> 'command' OR operator IS NOT NULL)"
    )
