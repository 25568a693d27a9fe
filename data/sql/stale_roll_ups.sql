-- stale_roll_ups: labels whose daily roll-up counts other than their current events.
-- out: label_id
WITH facts AS (
    SELECT e.label_id, count(*) AS n
    FROM watchfloor.event AS e
    WHERE e.recorded_to = 'infinity'
    GROUP BY e.label_id
),
rolled AS (
    SELECT r.label_id, sum(r.total) AS n
    FROM watchfloor.event_rollup AS r
    WHERE r.level = 7 AND r.substance_id = 0
    GROUP BY r.label_id
)
SELECT coalesce(f.label_id, r.label_id) AS label_id
FROM facts AS f
FULL JOIN rolled AS r ON r.label_id = f.label_id
WHERE coalesce(f.n, 0) <> coalesce(r.n, 0)
ORDER BY 1
