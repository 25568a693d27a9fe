-- craft_at: the craft whose fix lies nearest to a point, of those in a few ranges of keys.
-- in: since, until, firsts, lasts, lon, lat; out: craft
SELECT f.craft_id
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
JOIN watchfloor.fix AS f ON f.cell_key BETWEEN k.first AND k.last
WHERE f.at >= %(since)s AND f.at < %(until)s
ORDER BY power((f.lon - %(lon)s) * cos(radians(%(lat)s)), 2) + power(f.lat - %(lat)s, 2)
LIMIT 1
