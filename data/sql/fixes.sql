-- fixes: positions of a period near a box, by craft and time.
-- in: since, until, firsts, lasts, at_most; out: lon, lat, second, craft, category, speed
SELECT f.lon::real, f.lat::real, extract(epoch FROM f.at)::bigint, f.craft_id, c.category, f.speed_kn
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
JOIN watchfloor.fix AS f ON f.cell_key BETWEEN k.first AND k.last
JOIN watchfloor.craft AS c ON c.id = f.craft_id
WHERE f.at >= %(since)s AND f.at < %(until)s
ORDER BY f.craft_id, f.at
LIMIT %(at_most)s
