-- reported_behind: the reported aggregates that an area's cell sums, newest first.
-- in: measure, substances, since, until, cell, resolution, at_most
-- out: series, place, place_kind, uncertainty_m, starts, substance, value, amount, dimensions, label_id, run_id,
--      recorded_from; totals on every row
SELECT s.id AS series, coalesce(p.name, 'no place') AS place, p.kind AS place_kind, p.uncertainty_m, r.starts,
       coalesce(u.name, 'all substances') AS substance, r.value, r.amount, s.dimensions, r.label_id, r.run_id,
       r.recorded_from, count(*) OVER () AS total, sum(r.value) OVER () AS n_total,
       coalesce(sum(r.amount) OVER (), 0) AS amount_total
FROM watchfloor.measure AS m
JOIN watchfloor.series AS s ON s.measure_id = m.id
JOIN watchfloor.reported AS r ON r.series_id = s.id
LEFT JOIN watchfloor.place AS p ON p.id = s.place_id
LEFT JOIN watchfloor.substance AS u ON u.id = s.substance_id
WHERE m.code = %(measure)s AND r.recorded_to = 'infinity'
  AND watchfloor.cell_parent(coalesce(p.cell, 0), %(resolution)s) = %(cell)s
  AND r.starts >= %(since)s AND r.ends <= %(until)s
  AND (cardinality(%(substances)s::smallint[]) = 0 OR s.substance_id = ANY (%(substances)s::smallint[]))
ORDER BY r.starts DESC, r.value DESC, s.id
LIMIT %(at_most)s
