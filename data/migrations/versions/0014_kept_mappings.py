"""Mappings are kept by name and version, and each run says which one it used."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | None = None
depends_on: str | None = None

SCHEMA = "watchfloor"


def upgrade() -> None:
    """Forward only; which file older runs took their mapping from is not known."""
    op.create_table(
        "mapping",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("owner_id", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("toml", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("columns", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_by", sa.String(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["watchfloor.agency.id"], name="fk_mapping_owner_id"),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name="fk_mapping_label_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mapping"),
        sa.UniqueConstraint("owner_id", "name", "version", name="uq_mapping_owner_id_name_version"),
        schema=SCHEMA,
    )
    op.add_column("run", sa.Column("mapping_id", sa.Integer(), nullable=True), schema=SCHEMA)
    op.create_foreign_key(
        "fk_run_mapping_id", "run", "mapping", ["mapping_id"], ["id"], source_schema=SCHEMA, referent_schema=SCHEMA
    )
