"""Events, their items and positions: keys checked once a statement, not once a row."""

from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

_CHECKED = {"event": ("run", "label"), "seizure_item": ("run", "label", "substance"), "fix": ("run", "label", "craft")}
_CHECK = """
CREATE OR REPLACE FUNCTION watchfloor.check_{table}() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT 1
               FROM (SELECT DISTINCT {columns} FROM added AS a) AS d
               {joins}
               WHERE {missing})
    THEN
        RAISE EXCEPTION 'a row of {table} must belong to what it names' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$
"""
_TRIGGER = """
CREATE OR REPLACE TRIGGER check_{table} AFTER INSERT ON watchfloor.{table}
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION watchfloor.check_{table}()
"""


def upgrade() -> None:
    """Forward only."""
    for table, keys in _CHECKED.items():
        for key in keys:
            op.drop_constraint(f"fk_{table}_{key}_id", table, schema="watchfloor", type_="foreignkey")
        op.execute(_check(table, keys))
        op.execute(f"REVOKE ALL ON FUNCTION watchfloor.check_{table}() FROM PUBLIC")
        op.execute(_TRIGGER.format(table=table))


def _check(table: str, keys: tuple[str, ...]) -> str:
    return _CHECK.format(
        table=table,
        columns=", ".join(f"a.{key}_id" for key in keys),
        joins=" ".join(f"LEFT JOIN watchfloor.{key} AS {key} ON {key}.id = d.{key}_id" for key in keys),
        missing=" OR ".join(f"{key}.id IS NULL" for key in keys),
    )
