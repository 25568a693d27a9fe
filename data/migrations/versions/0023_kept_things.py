"""What people keep: the tables that pages write."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | None = None
depends_on: str | None = None

_SCHEMA = "watchfloor"
_KINDS = "'area', 'view', 'selection', 'note', 'annotation', 'task', 'attachment'"
_ABOUT = "'case', 'entity', 'place', 'kept'"
_LABEL = ("watchfloor.label.id",)
_NOW, _CURRENT = sa.text("now()"), sa.text("recorded_to = 'infinity'")


def upgrade() -> None:
    """Forward only; whose a row is and when it was written is set by `data/sql/kept.sql`."""
    _kept()
    op.create_table(
        "kept_bytes",
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("sha256 = sha256(content)", name="ck_kept_bytes_sha256"),
        sa.CheckConstraint("octet_length(content) BETWEEN 1 AND 20971520", name="ck_kept_bytes_content"),
        sa.ForeignKeyConstraint(["label_id"], _LABEL, name="fk_kept_bytes_label_id"),
        sa.PrimaryKeyConstraint("kept_id", name="pk_kept_bytes"),
        schema=_SCHEMA,
    )
    op.create_table(
        "look",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("who", "about_kind", "about_id")),
        sa.Column("at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.CheckConstraint(f"about_kind IN ({_ABOUT})", name="ck_look_about_kind"),
        sa.CheckConstraint("length(about_id) <= 40", name="ck_look_about_id"),
        sa.PrimaryKeyConstraint("who", "about_kind", "about_id", "at", name="pk_look"),
        schema=_SCHEMA,
    )
    _dissemination()


def _kept() -> None:
    op.create_table(
        "kept",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "author")),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=True) for name in ("about_kind", "about_id")),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'"), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name="ck_kept_kind"),
        sa.CheckConstraint(f"about_kind IN ({_ABOUT})", name="ck_kept_about_kind"),
        sa.CheckConstraint("(about_kind IS NULL) = (about_id IS NULL)", name="ck_kept_about"),
        sa.CheckConstraint("length(about_id) <= 40", name="ck_kept_about_id"),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 200", name="ck_kept_name"),
        sa.CheckConstraint("octet_length(body::text) <= 262144", name="ck_kept_body"),
        sa.ForeignKeyConstraint(["label_id"], _LABEL, name="fk_kept_label_id"),
        sa.PrimaryKeyConstraint("id", "version", name="pk_kept"),
        schema=_SCHEMA,
    )
    op.create_index("uq_kept_current", "kept", ["id"], unique=True, schema=_SCHEMA, postgresql_where=_CURRENT)
    op.create_index("ix_kept_kind", "kept", ["kind"], schema=_SCHEMA, postgresql_where=_CURRENT)
    op.create_index("ix_kept_about", "kept", ["about_kind", "about_id"], schema=_SCHEMA)


def _dissemination() -> None:
    op.create_table(
        "dissemination",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("question", JSONB(), nullable=False),
        sa.Column("marking", sa.String(), nullable=False),
        sa.Column("labels", ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("counts", JSONB(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("format", "name")),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("given_to", sa.String(), nullable=False),
        sa.CheckConstraint("cardinality(labels) > 0", name="ck_dissemination_labels"),
        sa.CheckConstraint("length(given_to) <= 200 AND length(name) <= 200", name="ck_dissemination_texts"),
        sa.CheckConstraint(
            "octet_length(question::text) + octet_length(counts::text) <= 65536", name="ck_dissemination_question"
        ),
        sa.CheckConstraint("octet_length(sha256) = 32", name="ck_dissemination_sha256"),
        sa.PrimaryKeyConstraint("id", name="pk_dissemination"),
        schema=_SCHEMA,
    )
    op.create_index("ix_dissemination_at", "dissemination", ["at"], schema=_SCHEMA)
