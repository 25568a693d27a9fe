-- craft_at: the craft whose fix lies nearest to a point, of those in a few ranges of keys.
-- days are cast so that the planner knows the moment, and leaves the tables of other days out
-- in: since, until, firsts, lasts, lon, lat, known_at (null: now); out: craft
SELECT f.craft_id
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN LATERAL (
    SELECT f.craft_id, f.lon, f.lat
    FROM watchfloor.fix AS f
    WHERE f.cell_key >= k.first AND f.cell_key <= k.last AND f.at >= %(since)s::date::timestamp AT TIME ZONE 'UTC' AND f.at < %(until)s::date::timestamp AT TIME ZONE 'UTC'
      AND (%(known_at)s::timestamptz IS NULL OR f.run_id = ANY ((SELECT watchfloor.runs_published(%(known_at)s))::integer[]))
    OFFSET 0
) AS f
ORDER BY power((f.lon - %(lon)s) * cos(radians(%(lat)s)), 2) + power(f.lat - %(lat)s, 2)
LIMIT 1
