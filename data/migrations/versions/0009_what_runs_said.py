"""What each run said is kept, so that one can be taken back; rejected rows are kept as they stood in their file."""

import geoalchemy2
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None

SCHEMA = "watchfloor"
# what the places and craft of older runs were made of is not known any more: what they are counts as one saying
_PLACES = """
INSERT INTO watchfloor.place_said
    (run_id, file, kind, code, label_id, name, country, lon, lat, uncertainty_m, cell, cell_key, attributes, geom)
SELECT run_id, 0, kind, code, label_id, name, country, lon, lat, uncertainty_m, cell, cell_key, attributes, geom
FROM watchfloor.place
"""
_CRAFTS = """
INSERT INTO watchfloor.craft_said (run_id, file, kind, identifier, label_id, name, category, attributes)
SELECT run_id, 0, kind, identifier, label_id, name, category, attributes::text FROM watchfloor.craft
"""


def _keys(table: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return (
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=f"fk_{table}_run_id"),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=f"fk_{table}_label_id"),
    )


def upgrade() -> None:
    """Forward only."""
    op.add_column("run", sa.Column("undone_by", sa.Integer(), nullable=True), schema=SCHEMA)
    op.create_foreign_key(
        "fk_run_undone_by", "run", "run", ["undone_by"], ["id"], source_schema=SCHEMA, referent_schema=SCHEMA
    )
    op.add_column(
        "run", sa.Column("is_kept", sa.Boolean(), server_default=sa.text("false"), nullable=False), schema=SCHEMA
    )
    op.alter_column("run", "is_kept", server_default=sa.text("true"), schema=SCHEMA)
    op.add_column("run_file", sa.Column("table_head", postgresql.JSONB(), nullable=True), schema=SCHEMA)
    op.add_column("quarantine", sa.Column("raw", sa.String(), nullable=True), schema=SCHEMA)
    op.add_column(
        "quarantine", sa.Column("is_cut", sa.Boolean(), server_default=sa.text("false"), nullable=False), schema=SCHEMA
    )
    op.create_table(
        "run_said",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("frame", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("ids", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("numbers", postgresql.ARRAY(sa.Integer()), nullable=True),
        sa.Column("days", postgresql.ARRAY(sa.Date()), nullable=True),
        sa.Column("moments", postgresql.ARRAY(sa.DateTime(timezone=True)), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        *_keys("run_said"),
        sa.PrimaryKeyConstraint("run_id", "frame", "part", name="pk_run_said"),
        schema=SCHEMA,
    )
    _places_said()
    _crafts_said()
    # the owner of a table is bound by its policies only while they are forced; the upgrade forces them again
    for table in ("place", "craft", "run", "label"):
        op.execute(f"ALTER TABLE watchfloor.{table} NO FORCE ROW LEVEL SECURITY")
    op.execute(_PLACES)
    op.execute(_CRAFTS)


def _places_said() -> None:
    op.create_table(
        "place_said",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("uncertainty_m", sa.REAL(), nullable=True),
        sa.Column("cell", sa.BigInteger(), nullable=True),
        sa.Column("cell_key", sa.BigInteger(), nullable=True),
        sa.Column("attributes", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("geom", geoalchemy2.Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=True),
        *_keys("place_said"),
        sa.PrimaryKeyConstraint("run_id", "file", "kind", "code", "label_id", name="pk_place_said"),
        schema=SCHEMA,
    )
    op.create_index("ix_place_said_place", "place_said", ["kind", "code", "label_id"], schema=SCHEMA)


def _crafts_said() -> None:
    op.create_table(
        "craft_said",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("entity_key", sa.String(), nullable=True),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        *_keys("craft_said"),
        sa.PrimaryKeyConstraint("id", name="pk_craft_said"),
        schema=SCHEMA,
    )
    op.create_index("ix_craft_said_run_id", "craft_said", ["run_id"], schema=SCHEMA)
    op.create_index("ix_craft_said_craft", "craft_said", ["kind", "identifier", "label_id"], schema=SCHEMA)
