"""Versions that are no longer current are found by place and by record, as current ones are: as known at a moment."""

from alembic import op

from watchfloor.data.fact_models import SUPERSEDED

revision: str = "0011"
down_revision: str | None = "0009"
branch_labels: str | None = None
depends_on: str | None = None

INDEXES = (
    ("ix_event_key_ended", "event", ["kind", "cell_key"]),
    ("ix_overdose_key_ended", "overdose", ["cell_key"]),
    ("ix_link_from_ended", "link", ["from_id"]),
    ("ix_link_to_ended", "link", ["to_id"]),
    ("ix_case_record_record_ended", "case_record", ["record_id"]),
    ("ix_deconfliction_subject_ended", "deconfliction", ["subject_id"]),
)


def upgrade() -> None:
    """Forward only."""
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns, schema="watchfloor", postgresql_where=SUPERSEDED)
