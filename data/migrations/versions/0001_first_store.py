"""first store."""

from collections.abc import Sequence

import geoalchemy2
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Forward only."""

    op.create_table(
        "signing_key",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_signing_key_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
        schema="sealed",
    )
    op.create_table(
        "planted",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subjects", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("truth", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planted")),
        schema="truth",
    )
    op.create_table(
        "agency",
        sa.Column("id", sa.SmallInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("watch_phone", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("code", name=op.f("uq_agency_code")),
        schema="watchfloor",
    )
    op.create_table(
        "measure",
        sa.Column("id", sa.SmallInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("layer", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("amount_unit", sa.String(), nullable=True),
        sa.Column("is_additive", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
        sa.UniqueConstraint("code", name=op.f("uq_measure_code")),
        schema="watchfloor",
    )
    op.create_table(
        "source",
        sa.Column("id", sa.SmallInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("code", name=op.f("uq_source_code")),
        schema="watchfloor",
    )
    op.create_table(
        "store",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_store")),
        schema="watchfloor",
    )
    op.create_table(
        "substance",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("synonyms", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substance")),
        sa.UniqueConstraint("code", name=op.f("uq_substance_code")),
        schema="watchfloor",
    )
    op.create_table(
        "principal",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("agency_id", sa.SmallInteger(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('person', 'wall', 'service', 'public')", name=op.f("ck_principal_kind")),
        sa.ForeignKeyConstraint(["agency_id"], ["watchfloor.agency.id"], name=op.f("fk_principal_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_principal")),
        sa.UniqueConstraint("name", name=op.f("uq_principal_name")),
        schema="sealed",
    )
    op.create_table(
        "label",
        sa.Column("id", sa.SmallInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("owner_id", sa.SmallInteger(), nullable=False),
        sa.Column("tlp", sa.SmallInteger(), nullable=False),
        sa.Column("tier", sa.SmallInteger(), nullable=False),
        sa.Column("compartment", sa.String(), nullable=True),
        sa.Column("releasable_to", postgresql.ARRAY(sa.SmallInteger()), server_default=sa.text("'{}'"), nullable=False),
        sa.CheckConstraint("tier BETWEEN 0 AND 3", name=op.f("ck_label_tier")),
        sa.CheckConstraint("tlp > 0 OR (tier = 0 AND compartment IS NULL)", name=op.f("ck_label_clear_is_open")),
        sa.CheckConstraint("tlp BETWEEN 0 AND 4", name=op.f("ck_label_tlp")),
        sa.ForeignKeyConstraint(["owner_id"], ["watchfloor.agency.id"], name=op.f("fk_label_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
        schema="watchfloor",
    )
    op.create_index(
        "uq_label_tuple",
        "label",
        ["owner_id", "tlp", "tier", sa.literal_column("coalesce(compartment, '')"), "releasable_to"],
        unique=True,
        schema="watchfloor",
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("sign_in_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("question_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("question", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("view_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["principal_id"], ["sealed.principal.id"], name=op.f("fk_audit_principal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        schema="sealed",
    )
    op.create_index("ix_audit_at", "audit", ["at"], unique=False, schema="sealed", postgresql_using="brin")
    op.create_index(
        "uq_audit_view", "audit", ["principal_id", "question_sha256", "view_id"], unique=True, schema="sealed"
    )
    op.create_table(
        "entitlement",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("entitled_to", sa.String(), nullable=False),
        sa.Column("value", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "entitled_to IN ('tier', 'compartment', 'named', 'health', 'operate', 'audit')",
            name=op.f("ck_entitlement_entitled_to"),
        ),
        sa.ForeignKeyConstraint(["principal_id"], ["sealed.principal.id"], name=op.f("fk_entitlement_principal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlement")),
        schema="sealed",
    )
    op.create_index(op.f("ix_entitlement_principal_id"), "entitlement", ["principal_id"], unique=False, schema="sealed")
    op.create_table(
        "sign_in",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("idle_minutes", sa.SmallInteger(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["operator_id"], ["sealed.principal.id"], name=op.f("fk_sign_in_operator_id")),
        sa.ForeignKeyConstraint(["principal_id"], ["sealed.principal.id"], name=op.f("fk_sign_in_principal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_sign_in_token_sha256")),
        schema="sealed",
    )
    op.create_table(
        "data_version",
        sa.Column("layer", sa.String(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.Column("region", sa.SmallInteger(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_data_version_label_id")),
        sa.PrimaryKeyConstraint("layer", "label_id", "region", "year", name=op.f("pk_data_version")),
        schema="watchfloor",
    )
    op.create_table(
        "event_rollup",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("grain", sa.String(), nullable=False),
        sa.Column("substance_id", sa.SmallInteger(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.Column("cell_key", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("kilograms", sa.Double(), nullable=False),
        sa.Column("litres", sa.Double(), nullable=False),
        sa.Column("dosage_units", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_event_rollup_label_id")),
        sa.PrimaryKeyConstraint(
            "kind", "level", "grain", "substance_id", "starts", "cell", "label_id", name=op.f("pk_event_rollup")
        ),
        schema="watchfloor",
    )
    op.create_index(
        "ix_event_rollup_key",
        "event_rollup",
        ["kind", "level", "grain", "substance_id", "cell_key"],
        unique=False,
        schema="watchfloor",
    )
    op.create_table(
        "overdose_atom",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("cell_key", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("substances", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_mixed", sa.Boolean(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_overdose_atom_label_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overdose_atom")),
        schema="watchfloor",
    )
    op.create_index("ix_overdose_atom_key", "overdose_atom", ["cell_key"], unique=False, schema="watchfloor")
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("source_id", sa.SmallInteger(), nullable=True),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(), server_default=sa.text("'running'"), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("read", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("loaded", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("superseded", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("quarantined", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("notes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_run_label_id")),
        sa.ForeignKeyConstraint(["source_id"], ["watchfloor.source.id"], name=op.f("fk_run_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        schema="watchfloor",
    )
    op.create_table(
        "case_file",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("agency_id", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reliability", sa.SmallInteger(), server_default=sa.text("4"), nullable=False),
        sa.Column("validity", sa.SmallInteger(), server_default=sa.text("4"), nullable=False),
        sa.Column("content", sa.Uuid(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["watchfloor.agency.id"], name=op.f("fk_case_file_agency_id")),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_case_file_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_case_file_run_id")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_case_file")),
        schema="watchfloor",
    )
    op.create_index(
        "uq_case_file_current",
        "case_file",
        ["id"],
        unique=True,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_table(
        "case_member",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_case_member_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_case_member_run_id")),
        sa.PrimaryKeyConstraint("case_id", "principal", "recorded_from", name=op.f("pk_case_member")),
        schema="watchfloor",
    )
    op.create_table(
        "case_record",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_case_record_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_case_record_run_id")),
        sa.PrimaryKeyConstraint("case_id", "record_id", "role", "recorded_from", name=op.f("pk_case_record")),
        schema="watchfloor",
    )
    op.create_index(
        "ix_case_record_record",
        "case_record",
        ["record_id"],
        unique=False,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_table(
        "craft",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column(
            "attributes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_craft_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_craft_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_craft")),
        schema="watchfloor",
    )
    op.create_index("uq_craft", "craft", ["kind", "identifier", "label_id"], unique=True, schema="watchfloor")
    op.create_table(
        "deconfliction",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("other_agency_id", sa.SmallInteger(), nullable=True),
        sa.Column("overlap", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reliability", sa.SmallInteger(), server_default=sa.text("4"), nullable=False),
        sa.Column("validity", sa.SmallInteger(), server_default=sa.text("4"), nullable=False),
        sa.Column("content", sa.Uuid(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('clear', 'possible', 'conflict', 'resolved')", name=op.f("ck_deconfliction_status")
        ),
        sa.CheckConstraint("subject IN ('entity', 'operation')", name=op.f("ck_deconfliction_subject")),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_deconfliction_label_id")),
        sa.ForeignKeyConstraint(
            ["other_agency_id"], ["watchfloor.agency.id"], name=op.f("fk_deconfliction_other_agency_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_deconfliction_run_id")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_deconfliction")),
        schema="watchfloor",
    )
    op.create_index(
        "ix_deconfliction_subject",
        "deconfliction",
        ["subject_id"],
        unique=False,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_index(
        "uq_deconfliction_current",
        "deconfliction",
        ["id"],
        unique=True,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_table(
        "entity",
        sa.Column("pole", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "attributes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reliability", sa.SmallInteger(), server_default=sa.text("4"), nullable=False),
        sa.Column("validity", sa.SmallInteger(), server_default=sa.text("4"), nullable=False),
        sa.Column("content", sa.Uuid(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("uncertainty_m", sa.REAL(), nullable=True),
        sa.Column("place_precision", sa.SmallInteger(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=True),
        sa.Column("cell_key", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("pole IN ('person', 'object', 'location')", name=op.f("ck_entity_pole")),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_entity_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_entity_run_id")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_entity")),
        schema="watchfloor",
    )
    op.create_index(
        "ix_entity_key",
        "entity",
        ["cell_key"],
        unique=False,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_index(
        "ix_entity_name",
        "entity",
        ["name"],
        unique=False,
        schema="watchfloor",
        postgresql_using="gin",
        postgresql_ops={"name": "public.gin_trgm_ops"},
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_index(
        "uq_entity_current",
        "entity",
        ["id"],
        unique=True,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_table(
        "event",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=True),
        sa.Column("time_precision", sa.SmallInteger(), nullable=False),
        sa.Column("place_name", sa.String(), nullable=True),
        sa.Column(
            "attributes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reliability", sa.SmallInteger(), server_default=sa.text("4"), nullable=False),
        sa.Column("validity", sa.SmallInteger(), server_default=sa.text("4"), nullable=False),
        sa.Column("content", sa.Uuid(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("uncertainty_m", sa.REAL(), nullable=True),
        sa.Column("place_precision", sa.SmallInteger(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=True),
        sa.Column("cell_key", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_event_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_event_run_id")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_event")),
        schema="watchfloor",
    )
    op.create_index(
        "ix_event_key",
        "event",
        ["kind", "cell_key"],
        unique=False,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_index(
        "ix_event_starts",
        "event",
        ["kind", "starts"],
        unique=False,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_index(
        "uq_event_current",
        "event",
        ["id"],
        unique=True,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_table(
        "identifier",
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_identifier_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_identifier_run_id")),
        sa.PrimaryKeyConstraint("entity_id", "scheme", "value", "recorded_from", name=op.f("pk_identifier")),
        schema="watchfloor",
    )
    op.create_index("ix_identifier_value", "identifier", ["value"], unique=False, schema="watchfloor")
    op.create_table(
        "link",
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reliability", sa.SmallInteger(), server_default=sa.text("4"), nullable=False),
        sa.Column("validity", sa.SmallInteger(), server_default=sa.text("4"), nullable=False),
        sa.Column("content", sa.Uuid(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_link_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_link_run_id")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_link")),
        schema="watchfloor",
    )
    op.create_index(
        "ix_link_from",
        "link",
        ["from_id"],
        unique=False,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_index(
        "ix_link_to",
        "link",
        ["to_id"],
        unique=False,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_index(
        "uq_link_current",
        "link",
        ["id"],
        unique=True,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_table(
        "operation",
        sa.Column("agency_id", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("radius_m", sa.Double(), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reliability", sa.SmallInteger(), server_default=sa.text("4"), nullable=False),
        sa.Column("validity", sa.SmallInteger(), server_default=sa.text("4"), nullable=False),
        sa.Column("content", sa.Uuid(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("uncertainty_m", sa.REAL(), nullable=True),
        sa.Column("place_precision", sa.SmallInteger(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=True),
        sa.Column("cell_key", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["watchfloor.agency.id"], name=op.f("fk_operation_agency_id")),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_operation_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_operation_run_id")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_operation")),
        schema="watchfloor",
    )
    op.create_index(
        "ix_operation_key",
        "operation",
        ["cell_key"],
        unique=False,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_index(
        "uq_operation_current",
        "operation",
        ["id"],
        unique=True,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_table(
        "overdose",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("time_precision", sa.SmallInteger(), nullable=False),
        sa.Column("is_fatal", sa.Boolean(), nullable=False),
        sa.Column("place_name", sa.String(), nullable=True),
        sa.Column("substances", postgresql.ARRAY(sa.SmallInteger()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "attributes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reliability", sa.SmallInteger(), server_default=sa.text("4"), nullable=False),
        sa.Column("validity", sa.SmallInteger(), server_default=sa.text("4"), nullable=False),
        sa.Column("content", sa.Uuid(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("uncertainty_m", sa.REAL(), nullable=True),
        sa.Column("place_precision", sa.SmallInteger(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=True),
        sa.Column("cell_key", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_overdose_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_overdose_run_id")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_overdose")),
        schema="watchfloor",
    )
    op.create_index(
        "ix_overdose_day",
        "overdose",
        ["day"],
        unique=False,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_index(
        "ix_overdose_key",
        "overdose",
        ["cell_key"],
        unique=False,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_index(
        "uq_overdose_current",
        "overdose",
        ["id"],
        unique=True,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("uncertainty_m", sa.REAL(), nullable=True),
        sa.Column("cell", sa.BigInteger(), nullable=True),
        sa.Column("cell_key", sa.BigInteger(), nullable=True),
        sa.Column(
            "attributes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "geom",
            geoalchemy2.types.Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_place_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_place_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        schema="watchfloor",
    )
    op.create_index("ix_place_geom", "place", ["geom"], unique=False, schema="watchfloor", postgresql_using="gist")
    op.create_index("uq_place_code", "place", ["kind", "code", "label_id"], unique=True, schema="watchfloor")
    op.create_table(
        "quarantine",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_quarantine_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_quarantine_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        schema="watchfloor",
    )
    op.create_index(op.f("ix_quarantine_run_id"), "quarantine", ["run_id"], unique=False, schema="watchfloor")
    op.create_table(
        "run_file",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_run_file_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_run_file_run_id")),
        sa.PrimaryKeyConstraint("run_id", "ordinal", name=op.f("pk_run_file")),
        schema="watchfloor",
    )
    op.create_table(
        "seizure_item",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("substance_id", sa.SmallInteger(), nullable=False),
        sa.Column("amount", sa.Double(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("original", sa.String(), nullable=True),
        sa.Column("recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_seizure_item_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_seizure_item_run_id")),
        sa.ForeignKeyConstraint(
            ["substance_id"], ["watchfloor.substance.id"], name=op.f("fk_seizure_item_substance_id")
        ),
        sa.PrimaryKeyConstraint("event_id", "substance_id", "recorded_from", name=op.f("pk_seizure_item")),
        schema="watchfloor",
    )
    op.create_table(
        "fix",
        sa.Column("craft_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("cell_key", sa.BigInteger(), nullable=False),
        sa.Column("speed_kn", sa.REAL(), nullable=True),
        sa.Column("course_deg", sa.REAL(), nullable=True),
        sa.Column("heading_deg", sa.REAL(), nullable=True),
        sa.Column("altitude_m", sa.REAL(), nullable=True),
        sa.Column("flags", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["craft_id"], ["watchfloor.craft.id"], name=op.f("fk_fix_craft_id")),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_fix_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_fix_run_id")),
        sa.PrimaryKeyConstraint("craft_id", "at", name=op.f("pk_fix")),
        schema="watchfloor",
    )
    op.create_index("ix_fix_at", "fix", ["at"], unique=False, schema="watchfloor", postgresql_using="brin")
    op.create_index("ix_fix_key", "fix", ["cell_key"], unique=False, schema="watchfloor")
    op.create_table(
        "route",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("from_place_id", sa.Integer(), nullable=False),
        sa.Column("to_place_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("n_tracks", sa.Integer(), nullable=False),
        sa.Column("n_seizures", sa.Integer(), nullable=False),
        sa.Column("kilograms", sa.Double(), nullable=False),
        sa.Column("evidence", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["from_place_id"], ["watchfloor.place.id"], name=op.f("fk_route_from_place_id")),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_route_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_route_run_id")),
        sa.ForeignKeyConstraint(["to_place_id"], ["watchfloor.place.id"], name=op.f("fk_route_to_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route")),
        schema="watchfloor",
    )
    op.create_index("ix_route_month", "route", ["month"], unique=False, schema="watchfloor")
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("source_id", sa.SmallInteger(), nullable=False),
        sa.Column("measure_id", sa.SmallInteger(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("substance_id", sa.SmallInteger(), nullable=True),
        sa.Column(
            "dimensions", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_series_label_id")),
        sa.ForeignKeyConstraint(["measure_id"], ["watchfloor.measure.id"], name=op.f("fk_series_measure_id")),
        sa.ForeignKeyConstraint(["place_id"], ["watchfloor.place.id"], name=op.f("fk_series_place_id")),
        sa.ForeignKeyConstraint(["source_id"], ["watchfloor.source.id"], name=op.f("fk_series_source_id")),
        sa.ForeignKeyConstraint(["substance_id"], ["watchfloor.substance.id"], name=op.f("fk_series_substance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        schema="watchfloor",
    )
    op.create_index("ix_series_place", "series", ["place_id"], unique=False, schema="watchfloor")
    op.create_index(
        "uq_series",
        "series",
        [
            "source_id",
            "measure_id",
            sa.literal_column("coalesce(place_id, 0)"),
            sa.literal_column("coalesce(substance_id, 0)"),
            "dimensions",
            "label_id",
        ],
        unique=True,
        schema="watchfloor",
    )
    op.create_table(
        "reported",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("amount", sa.Double(), nullable=True),
        sa.Column("original", sa.Double(), nullable=True),
        sa.Column("recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["watchfloor.label.id"], name=op.f("fk_reported_label_id")),
        sa.ForeignKeyConstraint(["run_id"], ["watchfloor.run.id"], name=op.f("fk_reported_run_id")),
        sa.ForeignKeyConstraint(["series_id"], ["watchfloor.series.id"], name=op.f("fk_reported_series_id")),
        sa.PrimaryKeyConstraint("series_id", "starts", "recorded_from", name=op.f("pk_reported")),
        schema="watchfloor",
    )
    op.create_index(
        "ix_reported_starts",
        "reported",
        ["starts"],
        unique=False,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
    op.create_index(
        "uq_reported_current",
        "reported",
        ["series_id", "starts"],
        unique=True,
        schema="watchfloor",
        postgresql_where=sa.text("recorded_to = 'infinity'"),
    )
