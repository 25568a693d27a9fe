-- trend: events per period of one grain and per roll-up cell, for a timeline.
-- in: kind, substance, level, grain, since, until, firsts, lasts (covering as range keys)
-- out: starts, cell, n, kilograms
SELECT r.starts, r.cell, sum(r.n)::bigint AS n, sum(r.kilograms) AS kilograms
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN LATERAL (
    SELECT r.starts, r.cell, r.n, r.kilograms
    FROM watchfloor.event_rollup AS r
    WHERE r.kind = %(kind)s AND r.level = %(level)s AND r.grain = %(grain)s AND r.substance_id = %(substance)s
      AND r.cell_key >= k.first AND r.cell_key <= k.last
      AND r.starts >= %(since)s AND r.starts < %(until)s
    OFFSET 0
) AS r
GROUP BY r.starts, r.cell
HAVING sum(r.n) <> 0
