"""What search finds: the texts of records with their keys, and how letters of any script are written in Latin ones."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Forward only; both tables are filled by `data/search_entries.py`."""
    op.create_table(
        "letter",
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("latin", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("letter", name="pk_letter"),
        schema="watchfloor",
    )
    op.create_table(
        "search_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("written", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("is_code", sa.Boolean(), nullable=False),
        sa.Column("keys", ARRAY(sa.Integer()), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name="fk_search_entry_label_id"),
        sa.PrimaryKeyConstraint("id", name="pk_search_entry"),
        schema="watchfloor",
    )
    op.create_index("ix_search_entry_record", "search_entry", ["record"], schema="watchfloor")
    # without a list of what is still to be sorted in: every search would walk through all of it, whatever its label
    op.create_index(
        "ix_search_entry_keys", "search_entry", ["keys"], schema="watchfloor", postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )  # fmt: skip
