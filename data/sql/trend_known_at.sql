-- trend_known_at: events of the whole world per day as known at a moment, from the raw facts; as cells_known_at.
-- in: kind, since, until (moments), known_at; out: day, cell (0), n, kilograms
WITH known AS NOT MATERIALIZED (
    SELECT e.id, e.recorded_from, (e.starts AT TIME ZONE 'UTC')::date AS day
    FROM watchfloor.event AS e
    WHERE e.kind = %(kind)s AND e.recorded_to = 'infinity'
      AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz
),
counted AS (
    SELECT k.day, count(*) AS n FROM known AS k GROUP BY k.day
),
weighed AS (
    SELECT k.day, sum(i.amount) AS kilograms
    FROM known AS k
    JOIN watchfloor.seizure_item AS i ON i.event_id = k.id AND i.recorded_from = k.recorded_from
    WHERE i.unit = 'kg'
    GROUP BY k.day
)
SELECT b.day, 0::bigint AS cell, sum(b.n)::bigint AS n, coalesce(sum(b.kilograms), 0) AS kilograms
FROM (
    -- a join of the two would be planned as if one of them were a single row
    SELECT c.day, c.n, 0 AS kilograms FROM counted AS c
    UNION ALL
    SELECT w.day, 0, w.kilograms FROM weighed AS w
) AS b
GROUP BY b.day
