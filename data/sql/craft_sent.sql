-- craft_sent: the fixes of one craft in a time with their labels, the newest first; at most so many.
-- A moment is of the second in which it lies, as in derived files.
-- in: craft, since, until, at_most, known_at (null: now); out: label, second, lon, lat, speed_kn (-1: not told)
SELECT f.label_id, floor(extract(epoch FROM f.at))::bigint AS second, f.lon, f.lat, coalesce(f.speed_kn, -1) AS speed_kn
FROM watchfloor.fix AS f
WHERE f.craft_id = %(craft)s AND f.at >= %(since)s::timestamptz AND f.at < %(until)s::timestamptz
  AND (%(known_at)s::timestamptz IS NULL OR f.run_id = ANY ((SELECT watchfloor.runs_published(%(known_at)s))::integer[]))
ORDER BY f.at DESC
LIMIT %(at_most)s
