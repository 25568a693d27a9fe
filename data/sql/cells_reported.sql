-- cells_reported: additive reported aggregates summed per H3 cell of their areas.
-- in: measure, substances (array, empty for any), resolution, since, until (first days; a value counts if its
-- whole period lies inside); out: cell (0: no place), n, kilograms
SELECT watchfloor.cell_parent(coalesce(p.cell, 0), %(resolution)s) AS cell, sum(r.value)::bigint AS n,
       coalesce(sum(r.amount), 0) AS kilograms
FROM watchfloor.measure AS m
JOIN watchfloor.series AS s ON s.measure_id = m.id
JOIN watchfloor.reported AS r ON r.series_id = s.id
LEFT JOIN watchfloor.place AS p ON p.id = s.place_id
WHERE m.code = %(measure)s AND m.is_additive AND r.recorded_to = 'infinity'
  AND r.starts >= %(since)s AND r.ends <= %(until)s
  AND (cardinality(%(substances)s::smallint[]) = 0 OR s.substance_id = ANY (%(substances)s::smallint[]))
GROUP BY 1
HAVING sum(r.value) <> 0
