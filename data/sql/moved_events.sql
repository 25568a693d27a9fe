-- moved_events: where, when and under which labels this run opened or closed events.
-- in: temporary table changed_events; out: temporary table moved_events
-- A chunk of the roll-up is a cell of resolution 1 with all that lies in it, by the last of its keys; a larger cell, and
-- no place (0), is one of its own. Sorted by its numbers first, by its one text last: three times as quick.
CREATE TEMPORARY TABLE moved_events ON COMMIT DROP AS
SELECT DISTINCT
       CASE WHEN coalesce(e.cell_key, 0) = 0 THEN 0 ELSE e.cell_key | ((1::bigint << 42) - 1) END AS chunk_region,
       watchfloor.cell_region(e.cell) AS region, e.label_id,
       extract(year FROM e.starts AT TIME ZONE 'UTC')::smallint AS year, e.attributes ? 'route' AS has_route, e.kind
FROM pg_temp.changed_events AS c
JOIN watchfloor.event AS e ON e.id = c.id AND e.recorded_from = c.recorded_from
