-- cells_known_at: events counted per H3 cell of the whole world as known at a moment, from the raw facts.
-- in: kind, resolution, since, until (moments), known_at; out: cell, n, kilograms
-- Events are counted and their items summed apart, so that neither is grouped by event: a million rows take half as
-- long. Bounds are cast: compared with days, a planner that knows no better takes the events for one, and sorts them
WITH known AS NOT MATERIALIZED (
    SELECT e.id, e.recorded_from, watchfloor.cell_parent(coalesce(e.cell, 0), %(resolution)s) AS cell
    FROM watchfloor.event AS e
    WHERE e.kind = %(kind)s AND e.recorded_to = 'infinity'
      AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz
),
counted AS (
    SELECT k.cell, count(*) AS n FROM known AS k GROUP BY k.cell
),
weighed AS (
    SELECT k.cell, sum(i.amount) AS kilograms
    FROM known AS k
    JOIN watchfloor.seizure_item AS i ON i.event_id = k.id AND i.recorded_from = k.recorded_from
    WHERE i.unit = 'kg'
    GROUP BY k.cell
)
SELECT b.cell, sum(b.n)::bigint AS n, coalesce(sum(b.kilograms), 0) AS kilograms
FROM (
    -- a join of the two would be planned as if one of them were a single row
    SELECT c.cell, c.n, 0 AS kilograms FROM counted AS c
    UNION ALL
    SELECT w.cell, 0, w.kilograms FROM weighed AS w
) AS b
GROUP BY b.cell
