-- trend_reported: additive reported aggregates per month of one measure.
-- in: measure, substances, since, until; out: starts, n, kilograms
SELECT r.starts, sum(r.value)::bigint AS n, coalesce(sum(r.amount), 0) AS kilograms
FROM watchfloor.measure AS m
JOIN watchfloor.series AS s ON s.measure_id = m.id
JOIN watchfloor.reported AS r ON r.series_id = s.id
WHERE m.code = %(measure)s AND m.is_additive AND r.recorded_to = 'infinity'
  AND r.starts >= %(since)s AND r.ends <= %(until)s
  AND (cardinality(%(substances)s::smallint[]) = 0 OR s.substance_id = ANY (%(substances)s::smallint[]))
GROUP BY r.starts
ORDER BY r.starts
