-- touch_track_days: days of craft whose category is another now are of a new version: tracks are drawn by category.
-- in: temporary table categories_before
WITH moved AS MATERIALIZED (
    SELECT c.id, c.label_id
    FROM pg_temp.categories_before AS b
    JOIN watchfloor.craft AS c ON c.id = b.id AND c.category <> b.category
),
stale AS MATERIALIZED (
    SELECT t.label_id, t.day
    FROM watchfloor.track_day AS t
    CROSS JOIN LATERAL (
        SELECT 1
        FROM moved AS m
        CROSS JOIN LATERAL (SELECT 1
                            FROM watchfloor.fix AS f
                            WHERE f.craft_id = m.id
                              AND f.at >= t.day::timestamp AT TIME ZONE 'UTC'
                              AND f.at < (t.day + 1)::timestamp AT TIME ZONE 'UTC'
                            LIMIT 1) AS f
        WHERE m.label_id = t.label_id
        LIMIT 1) AS s
    WHERE t.n_fixes > 0
      AND t.label_id IN (SELECT m.label_id FROM moved AS m)
)
UPDATE watchfloor.track_day AS t
SET version = greatest((extract(epoch FROM clock_timestamp()) * 1000000)::bigint, t.version + 1)
FROM stale AS s
WHERE t.label_id = s.label_id
  AND t.day = s.day
