"""Feeds that arrive by themselves, and the newest position of each craft."""

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Forward only; the newest position of a craft is known once it is heard again."""
    op.add_column(
        "feed", sa.Column("is_live", sa.Boolean(), server_default=sa.text("false"), nullable=False), schema="watchfloor"
    )
    for name in ("heard", "dropped", "malformed"):
        op.add_column(
            "feed", sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False), schema="watchfloor"
        )
    op.create_table(
        "newest_fix",
        sa.Column("craft_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["craft_id"], ["watchfloor.craft.id"], name="fk_newest_fix_craft_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name="fk_newest_fix_label_id"),
        sa.PrimaryKeyConstraint("craft_id", name="pk_newest_fix"),
        schema="watchfloor",
    )
    # each craft is heard again and again: room for the next version of its row on the same page
    op.execute("ALTER TABLE watchfloor.newest_fix SET (fillfactor = 40)")
    # its columns are others now; the upgrade makes it anew
    op.execute("DROP FUNCTION IF EXISTS watchfloor.feed_service()")
