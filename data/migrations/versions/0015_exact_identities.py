"""Exact identifiers have one key each, that every row that bears one holds; craft say who they are, and when.

How a key is made must be the same in every version, or records of one object part: that is read where it stands. What
intake said of craft on that day is written out here.
"""

import json
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from watchfloor.geo.identifiers import exact_identifier, identity_key

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
_ATTRIBUTES = {"imo": "imo", "call_sign": "call sign", "flag": "flag", "owner": "owner"}
_OF_CRAFT = {"vessel": "mmsi", "aircraft": "icao24"}
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
        is_invented = source == "exercise"
        _entities(runs, is_invented)
        _crafts(runs, is_invented)
    op.create_index("ix_identifier_identity", "identifier", ["identity"], schema=SCHEMA)
    op.create_index("ix_craft_identity_identity", "craft_identity", ["identity"], schema=SCHEMA)
    op.create_index("ix_craft_identity_run_id", "craft_identity", ["run_id"], schema=SCHEMA)


def _entities(runs: list[int], is_invented: bool) -> None:
    for scheme, value in op.get_bind().execute(sa.text(_BORNE), {"runs": runs}).fetchall():
        if key := _key(scheme, value, is_invented):
            given = {"scheme": scheme, "value": value, "identity": key, "runs": runs}
            op.get_bind().execute(sa.text(_KEY), given)


def _crafts(runs: list[int], is_invented: bool) -> None:
    for run, kind, identifier, name, attributes, label in op.get_bind().execute(sa.text(_SAID), {"runs": runs}):
        who = {"run": run, "kind": kind, "identifier": identifier, "label": label}
        for aspect, value in _called(kind, identifier, name, json.loads(attributes) if attributes else {}).items():
            said = {"aspect": aspect, "value": value, "identity": _key(aspect, value, is_invented)}
            op.get_bind().execute(sa.text(_CALLED), who | said)


def _key(scheme: str, value: str, is_invented: bool) -> UUID | None:
    exact = exact_identifier(scheme, value, is_invented=is_invented)
    return identity_key(exact, is_invented=is_invented) if exact else None


def _called(kind: str, identifier: str, name: str | None, said: dict[str, object]) -> dict[str, str]:
    told = {aspect: str(said[key]) for key, aspect in _ATTRIBUTES.items() if said.get(key) not in (None, "")}
    told |= {_OF_CRAFT[kind]: identifier} if kind in _OF_CRAFT else {}
    # an aircraft is called by the flight that it makes
    return told | ({"call sign" if kind == "aircraft" else "name": name} if name else {})
