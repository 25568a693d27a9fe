"""Members of a case's team: a kind of kept thing."""

from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | None = None
depends_on: str | None = None

_SCHEMA = "watchfloor"
_KINDS = "'area', 'view', 'selection', 'note', 'annotation', 'task', 'attachment', 'alert', 'member'"


def upgrade() -> None:
    """Forward only."""
    op.drop_constraint(op.f("ck_kept_kind"), "kept", schema=_SCHEMA)
    op.create_check_constraint(op.f("ck_kept_kind"), "kept", f"kind IN ({_KINDS})", schema=_SCHEMA)
