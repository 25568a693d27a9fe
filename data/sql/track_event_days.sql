-- track_event_days: days of which events must be found anew: their positions, or those that may end what began then, are of another version now.
-- in: before (days), after (days); out: label_id, day, version
WITH wanted AS (
    SELECT t.label_id, t.day, w.version
    FROM watchfloor.track_day AS t
    CROSS JOIN LATERAL (
        SELECT max(w.version) AS version
        FROM watchfloor.track_day AS w
        WHERE w.label_id = t.label_id
          AND w.day >= t.day - %(before)s::integer
          AND w.day <= t.day + %(after)s::integer) AS w
)
SELECT w.label_id, w.day, w.version
FROM wanted AS w
LEFT JOIN watchfloor.track_event_day AS e ON e.label_id = w.label_id AND e.day = w.day
WHERE e.version IS DISTINCT FROM w.version
ORDER BY w.day, w.label_id
