"""Alembic's environment: runs inside `store.upgrade`, on the connection that it is given."""

from alembic import context

from watchfloor.data.models import metadata
from watchfloor.data.tables import SCHEMA

connection = context.config.attributes["connection"]


def ours(name: str | None, kind: str, parents: dict[str, str | None]) -> bool:
    """Whether a reflected thing belongs to the product's schemas."""
    if kind == "schema":
        return name in {"watchfloor", "sealed", "truth"}
    return not (kind == "table" and name == "alembic_version")


context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table_schema=SCHEMA,
    include_schemas=True,
    include_name=ours,  # type: ignore[arg-type]  # alembic's literal types say the same
    compare_server_default=False,
)
with context.begin_transaction():
    context.run_migrations()
