-- trend_everywhere: events per period of one grain over the whole world, what has no place included.
-- in: kind, substance, level, grain, since, until; out: starts, n, kilograms
SELECT r.starts, sum(r.n)::bigint AS n, sum(r.kilograms) AS kilograms
FROM watchfloor.event_rollup AS r
WHERE r.kind = %(kind)s AND r.level = %(level)s AND r.grain = %(grain)s AND r.substance_id = %(substance)s
  AND r.starts >= %(since)s AND r.starts < %(until)s
GROUP BY r.starts
HAVING sum(r.n) <> 0
ORDER BY r.starts
