"""Each publication has a number of its own, taken in the order in which runs become visible."""

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | None = None
depends_on: str | None = None

_SCHEMA = "watchfloor"
_NAME = "publication"


def upgrade() -> None:
    """Forward only; what is published already keeps its number, and the next ones are greater than any run's."""
    op.execute(sa.schema.CreateSequence(sa.Sequence(_NAME, schema=_SCHEMA), if_not_exists=True))
    op.add_column(
        "data_version",
        sa.Column("published", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        schema=_SCHEMA,
    )
    op.execute("UPDATE watchfloor.data_version SET published = version")
    op.execute(
        "SELECT setval('watchfloor.publication', greatest(1, (SELECT max(id) FROM watchfloor.run), "
        "(SELECT max(version) FROM watchfloor.data_version)))"
    )
