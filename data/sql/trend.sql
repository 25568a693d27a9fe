-- trend: events per period of one grain and per roll-up cell, for a timeline.
-- in: kind, substance, level, grain, since, until, firsts, lasts (covering as range keys)
-- out: starts, cell, n, kilograms
SELECT r.starts, r.cell, sum(r.n)::bigint AS n, sum(r.kilograms) AS kilograms
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
JOIN watchfloor.event_rollup AS r
  ON r.kind = %(kind)s AND r.level = %(level)s AND r.grain = %(grain)s AND r.substance_id = %(substance)s
 AND r.cell_key BETWEEN k.first AND k.last
WHERE r.starts >= %(since)s AND r.starts < %(until)s
GROUP BY r.starts, r.cell
HAVING sum(r.n) <> 0
