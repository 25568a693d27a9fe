"""Events that were found in tracks; those whose positions are taken back go with them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | None = None
depends_on: str | None = None

# more positions than before take nothing back; what they change is found when events are next worked out. Evidence
# reaches half a day beyond both ends of an event, hence the days beside
_DROP = """
CREATE OR REPLACE FUNCTION watchfloor.drop_track_events() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM watchfloor.track_event AS e
    WHERE (e.label_id = OLD.label_id OR e.other_label_id = OLD.label_id)
      AND e.starts < (OLD.day + 2)::timestamp AT TIME ZONE 'UTC'
      AND e.ends >= (OLD.day - 1)::timestamp AT TIME ZONE 'UTC';
    -- below 0: who is just working events out of what was there before must not write them
    INSERT INTO watchfloor.track_event_day (label_id, day, version)
    VALUES (OLD.label_id, OLD.day, -NEW.version)
    ON CONFLICT (label_id, day) DO UPDATE SET version = excluded.version;
    RETURN NULL;
END
$$
"""
_TRIGGER = """
CREATE OR REPLACE TRIGGER drop_track_events AFTER UPDATE ON watchfloor.track_day
FOR EACH ROW WHEN (NEW.n_fixes <= OLD.n_fixes) EXECUTE FUNCTION watchfloor.drop_track_events()
"""
_LABEL = ("watchfloor.label.id",)
_CRAFT = ("watchfloor.craft.id",)


def upgrade() -> None:
    """Forward only; events are found when they are next asked to be."""
    op.create_table(
        "track_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.Column("other_label_id", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("preset", sa.String(), nullable=False),
        sa.Column("craft_id", sa.Integer(), nullable=False),
        sa.Column("other_craft_id", sa.Integer(), nullable=True),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("cell_key", sa.BigInteger(), nullable=False),
        sa.Column("evidence", JSONB(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], _LABEL, name="fk_track_event_label_id"),
        sa.ForeignKeyConstraint(["other_label_id"], _LABEL, name="fk_track_event_other_label_id"),
        sa.ForeignKeyConstraint(["craft_id"], _CRAFT, name="fk_track_event_craft_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_craft_id"], _CRAFT, name="fk_track_event_other_craft_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_track_event"),
        schema="watchfloor",
    )
    for name, columns in {
        "ix_track_event_key": ["cell_key"],
        "ix_track_event_craft": ["craft_id"],
        "ix_track_event_other_craft": ["other_craft_id"],
        "ix_track_event_label": ["label_id", "starts"],
        "ix_track_event_other_label": ["other_label_id", "starts"],
    }.items():
        op.create_index(name, "track_event", columns, schema="watchfloor")
    op.create_table(
        "track_event_day",
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], _LABEL, name="fk_track_event_day_label_id"),
        sa.PrimaryKeyConstraint("label_id", "day", name="pk_track_event_day"),
        schema="watchfloor",
    )
    op.execute(_DROP)
    op.execute("REVOKE ALL ON FUNCTION watchfloor.drop_track_events() FROM PUBLIC")
    op.execute(_TRIGGER)
