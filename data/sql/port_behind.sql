-- port_behind: the monthly values behind one port and measure, newest first.
-- in: place, measure, since, until; out: series, starts, value, label_id, run_id,
--     recorded_from, port, code, uncertainty_m, lon, lat
SELECT s.id AS series, r.starts, r.value, r.label_id, r.run_id, r.recorded_from, p.name AS port, p.code, p.uncertainty_m,
       p.lon, p.lat
FROM watchfloor.measure AS m
JOIN watchfloor.series AS s ON s.measure_id = m.id AND s.place_id = %(place)s
JOIN watchfloor.reported AS r ON r.series_id = s.id
JOIN watchfloor.place AS p ON p.id = s.place_id
WHERE m.code = %(measure)s AND r.recorded_to = 'infinity' AND r.starts >= %(since)s AND r.ends <= %(until)s
ORDER BY r.starts DESC, s.id
