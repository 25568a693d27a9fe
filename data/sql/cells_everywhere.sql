-- cells_everywhere: events counted per H3 cell over the whole world, from the roll-up.
-- in: kind, substance, resolution, pieces of the period as levels, grains, sinces, untils (arrays)
-- out: cell, n, kilograms; a cell coarser than the resolution holds what is known less finely, cell 0 what has no place
SELECT watchfloor.cell_parent(r.cell, %(resolution)s) AS cell, sum(r.n)::bigint AS n, sum(r.kilograms) AS kilograms
FROM unnest(%(levels)s::smallint[], %(grains)s::text[], %(sinces)s::date[], %(untils)s::date[])
         AS p (level, grain, since, until)
JOIN watchfloor.event_rollup AS r
  ON r.kind = %(kind)s AND r.level = p.level AND r.grain = p.grain AND r.substance_id = %(substance)s
 AND r.starts >= p.since AND r.starts < p.until
GROUP BY 1
HAVING sum(r.n) <> 0
