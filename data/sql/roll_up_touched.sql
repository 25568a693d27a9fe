-- roll_up_touched: the chunks of the roll-up whose events this run opened or closed, numbered.
-- in: temporary table changed_events; out: temporary table touched_chunks
-- Sorted by its numbers first, by its one text last: three times as quick.
-- A region is a cell of resolution 1 with all that lies in it, by the last of its keys; a larger cell, and no place
-- (0), is a region of its own.
CREATE TEMPORARY TABLE touched_chunks ON COMMIT DROP AS
SELECT t.kind, t.year, t.region, t.label_id, row_number() OVER ()::integer AS chunk
FROM (SELECT DISTINCT
             CASE WHEN coalesce(e.cell_key, 0) = 0 THEN 0 ELSE e.cell_key | ((1::bigint << 42) - 1) END AS region,
             e.label_id, extract(year FROM e.starts AT TIME ZONE 'UTC')::smallint AS year, e.kind
      FROM pg_temp.changed_events AS c
      JOIN watchfloor.event AS e ON e.id = c.id AND e.recorded_from = c.recorded_from) AS t
