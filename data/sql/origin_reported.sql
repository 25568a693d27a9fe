-- origin_reported: the runs that brought what is reported of one measure in a period.
-- in: measure, since, until (an additive value counts if its whole period lies inside, another by the day after its
-- last), known_at; out: run
SELECT DISTINCT r.run_id
FROM watchfloor.measure AS m
JOIN watchfloor.series AS s ON s.measure_id = m.id
JOIN watchfloor.reported AS r ON r.series_id = s.id
WHERE m.code = %(measure)s AND r.recorded_to = 'infinity'
  AND r.ends > %(since)s AND r.ends <= %(until)s AND (NOT m.is_additive OR r.starts >= %(since)s)
