-- fixes: positions of a period near a box, by craft and time.
-- moments come as such: the planner knows them, and leaves the tables of other days out
-- in: since, until (moments), firsts, lasts, at_most, known_at (null: now; else of runs that were published by then); out: lon, lat, second, craft, category, speed
SELECT f.lon::real, f.lat::real, extract(epoch FROM f.at)::bigint, f.craft_id, c.category, f.speed_kn
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN LATERAL (
    SELECT f.lon, f.lat, f.at, f.craft_id, f.speed_kn
    FROM watchfloor.fix AS f
    WHERE f.cell_key >= k.first AND f.cell_key <= k.last AND f.at >= %(since)s::timestamptz AND f.at < %(until)s::timestamptz
      AND (%(known_at)s::timestamptz IS NULL OR f.run_id = ANY ((SELECT watchfloor.runs_published(%(known_at)s))::integer[]))
    OFFSET 0
) AS f
JOIN watchfloor.craft AS c ON c.id = f.craft_id
ORDER BY f.craft_id, f.at
LIMIT %(at_most)s
