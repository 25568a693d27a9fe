-- reported_at_places: the reported aggregates that the symbol of some areas sums, newest first.
-- in: measure, substances, since, until, places (numbers, array), at_most
-- out: as reported_behind
SELECT s.id AS series, p.name AS place, p.kind AS place_kind, p.uncertainty_m, r.starts,
       coalesce(u.name, 'all substances') AS substance, r.value, r.amount, s.dimensions, r.label_id, r.run_id,
       r.recorded_from, count(*) OVER () AS total, sum(r.value) OVER () AS n_total,
       coalesce(sum(r.amount) OVER (), 0) AS amount_total
FROM watchfloor.measure AS m
JOIN watchfloor.series AS s ON s.measure_id = m.id
JOIN watchfloor.reported AS r ON r.series_id = s.id
JOIN watchfloor.place AS p ON p.id = s.place_id
LEFT JOIN watchfloor.substance AS u ON u.id = s.substance_id
WHERE m.code = %(measure)s AND m.is_additive AND r.recorded_to = 'infinity' AND s.place_id = ANY (%(places)s::bigint[])
  AND r.starts >= %(since)s AND r.ends <= %(until)s
  AND (cardinality(%(substances)s::smallint[]) = 0 OR s.substance_id = ANY (%(substances)s::smallint[]))
ORDER BY r.starts DESC, r.value DESC, s.id
LIMIT %(at_most)s
