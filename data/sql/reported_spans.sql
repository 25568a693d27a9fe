-- reported_spans: from when to when something is reported of each measure, as far as the reader may know.
-- in: nothing; out: measure, first day, day after the last
SELECT m.code, min(r.starts), max(r.ends)
FROM watchfloor.measure AS m
JOIN watchfloor.series AS s ON s.measure_id = m.id
JOIN watchfloor.reported AS r ON r.series_id = s.id
WHERE r.recorded_to = 'infinity'
GROUP BY m.code
