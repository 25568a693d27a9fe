"""Indexes of the roll-up hold all that the map asks."""

from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

KEY = ["kind", "level", "grain", "substance_id"]


def upgrade() -> None:
    """Forward only."""
    op.drop_index("ix_event_rollup_key", "event_rollup", schema="watchfloor")
    op.create_index(
        "ix_event_rollup_key",
        "event_rollup",
        [*KEY, "cell_key"],
        schema="watchfloor",
        postgresql_include=["starts", "cell", "label_id", "n", "kilograms"],
    )
    op.create_index(
        "ix_event_rollup_starts",
        "event_rollup",
        [*KEY, "starts"],
        schema="watchfloor",
        postgresql_include=["cell", "label_id", "n", "kilograms"],
    )
