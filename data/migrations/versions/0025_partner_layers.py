"""Layers of partners: files that people added for reference, and their features."""

import geoalchemy2
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | None = None
depends_on: str | None = None

_SCHEMA = "watchfloor"
_LABEL = ("watchfloor.label.id",)


def upgrade() -> None:
    """Forward only; whose a layer is and when it was added is set by `data/sql/kept.sql`."""
    op.create_table(
        "partner_layer",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("name", "colour", "file", "format")),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("n", "set_aside")),
        sa.Column("notes", JSONB(), nullable=False),
        sa.Column("box", ARRAY(sa.Double()), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'"), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "length(name) BETWEEN 1 AND 200 AND length(file) BETWEEN 1 AND 200", name="ck_partner_layer_texts"
        ),
        sa.CheckConstraint("octet_length(sha256) = 32", name="ck_partner_layer_sha256"),
        sa.CheckConstraint("n BETWEEN 1 AND 200000 AND set_aside >= 0", name="ck_partner_layer_n"),
        sa.CheckConstraint("octet_length(notes::text) <= 65536", name="ck_partner_layer_notes"),
        sa.CheckConstraint("cardinality(box) = 4", name="ck_partner_layer_box"),
        sa.ForeignKeyConstraint(["label_id"], _LABEL, name="fk_partner_layer_label_id"),
        sa.PrimaryKeyConstraint("id", name="pk_partner_layer"),
        schema=_SCHEMA,
    )
    op.create_table(
        "partner_feature",
        sa.Column("layer_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("geom", geoalchemy2.Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=False),
        sa.Column("properties", JSONB(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("octet_length(properties::text) <= 65536", name="ck_partner_feature_properties"),
        sa.ForeignKeyConstraint(["label_id"], _LABEL, name="fk_partner_feature_label_id"),
        sa.PrimaryKeyConstraint("layer_id", "number", name="pk_partner_feature"),
        schema=_SCHEMA,
    )
