-- latest_reported: the latest value of each series of one measure in a period; such values overlap and are never added.
-- in: measure, substances (array, empty for any), since, until: a value counts by the day after its last
-- out: place_code, place, lon, lat, substance, dimensions, starts, ends, value, footnote, label_id, run_id
SELECT DISTINCT ON (s.id)
       coalesce(p.code, '') AS place_code, coalesce(p.name, 'no place') AS place, p.lon, p.lat,
       coalesce(u.name, 'all substances') AS substance, s.dimensions, r.starts, r.ends, r.value, r.footnote,
       r.label_id, r.run_id
FROM watchfloor.measure AS m
JOIN watchfloor.series AS s ON s.measure_id = m.id
JOIN watchfloor.reported AS r ON r.series_id = s.id
LEFT JOIN watchfloor.place AS p ON p.id = s.place_id
LEFT JOIN watchfloor.substance AS u ON u.id = s.substance_id
WHERE m.code = %(measure)s AND r.recorded_to = 'infinity'
  AND r.ends > %(since)s AND r.ends <= %(until)s
  AND (cardinality(%(substances)s::smallint[]) = 0 OR s.substance_id = ANY (%(substances)s::smallint[]))
ORDER BY s.id, r.ends DESC, r.starts
