"""Exact identifiers have one key each, that every row that bears one holds; craft say who they are, and when."""

from uuid import UUID

import polars as pl
import sqlalchemy as sa
from alembic import op

from watchfloor.data.ingest.frames import SHAPES
from watchfloor.data.ingest.identities import CALLED, IDENTITY, untimed, with_keys

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | None = None
depends_on: str | None = None

SCHEMA = "watchfloor"
_WORLDS = (
    "SELECT s.code, array_agg(r.id) FROM watchfloor.run AS r JOIN watchfloor.source AS s ON s.id = r.source_id "
    "GROUP BY s.code"
)
_BORNE = "SELECT DISTINCT scheme, value FROM watchfloor.identifier WHERE run_id = ANY (:runs)"
_KEY = (
    "UPDATE watchfloor.identifier SET identity = :identity "
    "WHERE scheme = :scheme AND value = :value AND run_id = ANY (:runs)"
)
_TOLD = ("kind", "identifier", "name", "attributes", "label")
_SAID = (
    "SELECT run_id, kind, identifier, name, attributes, label_id AS label FROM watchfloor.craft_said "
    "WHERE run_id = ANY (:runs)"
)
_CALLED = (
    "INSERT INTO watchfloor.craft_identity (craft_id, run_id, aspect, value, identity, label_id) "
    "SELECT c.id, :run, :aspect, :value, :identity, c.label_id FROM watchfloor.craft AS c "
    "WHERE c.kind = :kind AND c.identifier = :identifier AND c.label_id = :label ON CONFLICT DO NOTHING"
)


def upgrade() -> None:
    """Forward only; records of older runs get their keys now, craft what is kept of who they said they are."""
    op.add_column("run", sa.Column("list_date", sa.Date(), nullable=True), schema=SCHEMA)
    op.add_column("identifier", sa.Column("identity", sa.Uuid(), nullable=True), schema=SCHEMA)
    op.create_table(
        "craft_identity",
        sa.Column("craft_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("aspect", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("heard_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("identity", sa.Uuid(), nullable=True),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["craft_id"], ["watchfloor.craft.id"], name="fk_craft_identity_craft_id"),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name="fk_craft_identity_run_id"),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name="fk_craft_identity_label_id"),
        sa.PrimaryKeyConstraint("craft_id", "run_id", "aspect", "value", name="pk_craft_identity"),
        schema=SCHEMA,
    )
    # the owner of a table is bound by its policies only while they are forced; the upgrade forces them again
    for table in ("identifier", "entity", "craft", "craft_said", "run", "label"):
        op.execute(f"ALTER TABLE watchfloor.{table} NO FORCE ROW LEVEL SECURITY")
    for source, runs in op.get_bind().execute(sa.text(_WORLDS)).fetchall():
        _entities(f"{source}/", runs)
        _crafts(f"{source}/", runs)
    op.create_index("ix_identifier_identity", "identifier", ["identity"], schema=SCHEMA)
    op.create_index("ix_craft_identity_identity", "craft_identity", ["identity"], schema=SCHEMA)
    op.create_index("ix_craft_identity_run_id", "craft_identity", ["run_id"], schema=SCHEMA)


def _entities(namespace: str, runs: list[int]) -> None:
    rows = op.get_bind().execute(sa.text(_BORNE), {"runs": runs}).fetchall()
    borne = pl.DataFrame([tuple(row) for row in rows], schema=["scheme", "value"], orient="row")
    borne = borne.cast({"scheme": pl.String, "value": pl.String})
    for found in with_keys("identifiers", borne, namespace).drop_nulls(IDENTITY).iter_rows(named=True):
        op.get_bind().execute(sa.text(_KEY), {**found, IDENTITY: UUID(bytes=found[IDENTITY]), "runs": runs})


def _crafts(namespace: str, runs: list[int]) -> None:
    rows = op.get_bind().execute(sa.text(_SAID), {"runs": runs}).fetchall()
    shape = {"run": pl.Int64} | {name: SHAPES["crafts"][name] for name in _TOLD}
    said = pl.DataFrame([tuple(row) for row in rows], schema=shape, orient="row")
    for (run,), frame in said.partition_by("run", as_dict=True).items():
        for found in with_keys(CALLED, untimed(frame), namespace).iter_rows(named=True):
            key = UUID(bytes=found[IDENTITY]) if found[IDENTITY] else None
            op.get_bind().execute(sa.text(_CALLED), {**found, IDENTITY: key, "run": run})
