-- roll_up_current: the events that stand in touched chunks now.
-- in: temporary table touched_chunks; out: temporary table chunk_events, its day counted from 1970
CREATE TEMPORARY TABLE chunk_events ON COMMIT DROP AS
SELECT e.id, e.recorded_from, e.label_id, t.chunk, watchfloor.cell_parent(coalesce(e.cell, 0), 7) AS cell,
       e.day - date '1970-01-01' AS day
FROM (
    SELECT r.kind, r.region, e.id, e.recorded_from, e.label_id, e.cell, (e.starts AT TIME ZONE 'UTC')::date AS day
    FROM (SELECT DISTINCT t.kind, t.region FROM pg_temp.touched_chunks AS t) AS r
    CROSS JOIN LATERAL (
        SELECT e.id, e.recorded_from, e.label_id, e.cell, e.starts
        FROM watchfloor.event AS e
        WHERE e.kind = r.kind AND e.recorded_to = 'infinity' AND e.cell_key <= r.region
          AND e.cell_key >= CASE r.region WHEN 0 THEN 0 ELSE r.region & ~((1::bigint << 42) - 1) END
        -- in the order of the index by cells: of a table that was never analysed, any other index looks as good
        ORDER BY e.cell_key
        OFFSET 0
    ) AS e
    -- OFFSET 0, twice: look up each region once, then pick; the planner would look up once for each chunk
    OFFSET 0
) AS e
JOIN pg_temp.touched_chunks AS t
  ON t.region = e.region AND t.label_id = e.label_id AND t.year = extract(year FROM e.day)::smallint AND t.kind = e.kind
