"""Releases of overdose counts are kept for good: each atom belongs to one, each person is in one at most."""

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None

# what was released before stays as it is, and counts as one release of each label
_RELEASES = """
INSERT INTO watchfloor.overdose_release (label_id, persons, reason)
SELECT a.label_id, sum(a.n), 'released before releases were kept' FROM watchfloor.overdose_atom AS a GROUP BY a.label_id
"""
_ATOMS = """
UPDATE watchfloor.overdose_atom AS a SET release_id = r.id FROM watchfloor.overdose_release AS r
WHERE r.label_id = a.label_id
"""
_PERSONS = """
INSERT INTO watchfloor.overdose_released (overdose_id, release_id, label_id)
SELECT o.id, r.id, o.label_id FROM watchfloor.overdose AS o JOIN watchfloor.overdose_release AS r USING (label_id)
WHERE o.recorded_to = 'infinity'
"""


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "overdose_release",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("persons", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name="fk_overdose_release_label_id"),
        sa.PrimaryKeyConstraint("id", name="pk_overdose_release"),
        schema="watchfloor",
    )
    op.create_table(
        "overdose_released",
        sa.Column("overdose_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name="fk_overdose_released_label_id"),
        sa.ForeignKeyConstraint(
            ["release_id"], ["watchfloor.overdose_release.id"], name="fk_overdose_released_release_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("overdose_id", name="pk_overdose_released"),
        schema="watchfloor",
    )  # fmt: skip
    op.create_index("ix_overdose_released_release_id", "overdose_released", ["release_id"], schema="watchfloor")
    op.add_column("overdose_atom", sa.Column("release_id", sa.Integer(), nullable=True), schema="watchfloor")
    for statement in (_RELEASES, _ATOMS, _PERSONS):
        op.execute(statement)
    op.alter_column("overdose_atom", "release_id", nullable=False, schema="watchfloor")
    op.create_foreign_key(
        "fk_overdose_atom_release_id", "overdose_atom", "overdose_release", ["release_id"], ["id"],
        source_schema="watchfloor", referent_schema="watchfloor", ondelete="CASCADE",
    )  # fmt: skip
    op.create_index("ix_overdose_atom_release_id", "overdose_atom", ["release_id"], schema="watchfloor")
