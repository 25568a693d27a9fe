"""Positions that another run's stood in the way of are kept, and hold when that run is taken back."""

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Forward only; what older runs kept aside is in the report of the run alone."""
    measured = ("speed_kn", "course_deg", "heading_deg", "altitude_m")
    op.create_table(
        "fix_aside",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("craft_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("cell_key", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.REAL(), nullable=True) for name in measured),
        sa.Column("flags", sa.SmallInteger(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name="fk_fix_aside_run_id"),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name="fk_fix_aside_label_id"),
        sa.PrimaryKeyConstraint("run_id", "craft_id", "at", name="pk_fix_aside"),
        schema="watchfloor",
    )
    op.create_index("ix_fix_aside_craft", "fix_aside", ["craft_id", "at"], schema="watchfloor")
