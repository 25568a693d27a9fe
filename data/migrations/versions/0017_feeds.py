"""Feeds: watched folders, and how well each is served."""

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Forward only."""
    moments = (
        "retired_at",
        "looked_at",
        "last_attempt",
        "last_success",
        "last_error_at",
        "newest_valid",
        "newest_file",
    )
    texts = ("mapping", "retired_by", "last_error", "last_file")
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("name", "format", "folder", "created_by")),
        *(sa.Column(name, sa.String(), nullable=True) for name in texts),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in moments),
        sa.Column("expected", sa.Interval(), nullable=True),
        sa.Column("every_s", sa.Double(), nullable=True),
        sa.Column("errors", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_run_id", sa.Integer(), nullable=True),
        sa.Column("last_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name="fk_feed_label_id"),
        sa.ForeignKeyConstraint(["last_run_id"], ["watchfloor.run.id"], name="fk_feed_last_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
        schema="watchfloor",
    )
    op.create_index(
        "uq_feed_name", "feed", ["label_id", "name"], unique=True, schema="watchfloor",
        postgresql_where=sa.text("retired_at IS NULL"),
    )  # fmt: skip
