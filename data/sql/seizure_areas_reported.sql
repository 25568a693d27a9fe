-- seizure_areas_reported: additive reported aggregates summed per area, whether or not a hexagon could show it.
-- in: measure, substances (array, empty for any), since, until (first days; a value counts if its whole period
-- lies inside); out: place, name, lon, lat, uncertainty_m, n, kilograms
SELECT coalesce(p.id, 0) AS place, coalesce(p.name, 'no area named') AS name, p.lon, p.lat, p.uncertainty_m,
       sum(r.value)::bigint AS n, coalesce(sum(r.amount), 0) AS kilograms
FROM watchfloor.measure AS m
JOIN watchfloor.series AS s ON s.measure_id = m.id
JOIN watchfloor.reported AS r ON r.series_id = s.id
LEFT JOIN watchfloor.place AS p ON p.id = s.place_id
WHERE m.code = %(measure)s AND m.is_additive AND r.recorded_to = 'infinity'
  AND r.starts >= %(since)s AND r.ends <= %(until)s
  AND (cardinality(%(substances)s::smallint[]) = 0 OR s.substance_id = ANY (%(substances)s::smallint[]))
GROUP BY p.id, p.name, p.lon, p.lat, p.uncertainty_m
HAVING sum(r.value) <> 0
ORDER BY n DESC, place
