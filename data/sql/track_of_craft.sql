-- track_of_craft: the fixes of one craft in a time, the newest first; at most so many.
-- in: craft, since, until, at_most, known_at (null: now); out: second, lon, lat, speed_kn
SELECT extract(epoch FROM f.at)::bigint AS second, f.lon, f.lat, f.speed_kn
FROM watchfloor.fix AS f
WHERE f.craft_id = %(craft)s AND f.at >= %(since)s::timestamptz AND f.at < %(until)s::timestamptz
  AND (%(known_at)s::timestamptz IS NULL OR f.run_id = ANY ((SELECT watchfloor.runs_published(%(known_at)s))::integer[]))
ORDER BY f.at DESC
LIMIT %(at_most)s
