-- port_behind: the monthly values behind one port and measure, newest first.
-- in: place, measure, since, until; out: series, starts, value, label_id, source, port, code
SELECT s.id, r.starts, r.value, r.label_id, c.title, p.name, p.code
FROM watchfloor.measure AS m
JOIN watchfloor.series AS s ON s.measure_id = m.id AND s.place_id = %(place)s
JOIN watchfloor.reported AS r ON r.series_id = s.id
JOIN watchfloor.place AS p ON p.id = s.place_id
JOIN watchfloor.source AS c ON c.id = s.source_id
WHERE m.code = %(measure)s AND r.recorded_to = 'infinity' AND r.starts >= %(since)s AND r.ends <= %(until)s
ORDER BY r.starts DESC, s.id
