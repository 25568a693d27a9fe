-- cells_in_ranges: events counted per H3 cell near a box, from the roll-up.
-- in: as cells_everywhere, and the covering of the box as firsts, lasts (arrays of range keys)
-- out: cell, n, kilograms
SELECT watchfloor.cell_parent(r.cell, %(resolution)s) AS cell, sum(r.n)::bigint AS n, sum(r.kilograms) AS kilograms
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN unnest(%(levels)s::smallint[], %(grains)s::text[], %(sinces)s::date[], %(untils)s::date[])
         AS p (level, grain, since, until)
CROSS JOIN LATERAL (
    -- OFFSET 0 keeps this a look-up per range: the planner cannot know how narrow the ranges are
    SELECT r.cell, r.n, r.kilograms
    FROM watchfloor.event_rollup AS r
    WHERE r.kind = %(kind)s AND r.level = p.level AND r.grain = p.grain AND r.substance_id = %(substance)s
      AND r.cell_key >= k.first AND r.cell_key <= k.last
      AND r.starts >= p.since AND r.starts < p.until
    OFFSET 0
) AS r
GROUP BY 1
HAVING sum(r.n) <> 0
