-- ports: volume of one measure per port over a period, its latest month there, and the same month a year before.
-- in: measure, since, until; out: place, code, name, lon, lat, volume, latest, before, month
WITH series AS (
    SELECT s.id, s.place_id FROM watchfloor.measure AS m JOIN watchfloor.series AS s ON s.measure_id = m.id
    WHERE m.code = %(measure)s
),
latest AS (
    SELECT max(r.starts) AS month
    FROM series AS s JOIN watchfloor.reported AS r ON r.series_id = s.id
    WHERE r.recorded_to = 'infinity' AND r.starts >= %(since)s AND r.ends <= %(until)s
)
SELECT p.id, p.code, p.name, p.lon, p.lat,
       coalesce(sum(r.value) FILTER (WHERE r.starts >= %(since)s AND r.ends <= %(until)s), 0) AS volume,
       sum(r.value) FILTER (WHERE r.starts = l.month) AS latest,
       sum(r.value) FILTER (WHERE r.starts = (l.month - interval '1 year')::date) AS before,
       l.month
FROM series AS s
CROSS JOIN latest AS l
JOIN watchfloor.reported AS r ON r.series_id = s.id
JOIN watchfloor.place AS p ON p.id = s.place_id
WHERE r.recorded_to = 'infinity' AND p.lon IS NOT NULL
  AND (r.starts >= %(since)s AND r.ends <= %(until)s OR r.starts = (l.month - interval '1 year')::date)
GROUP BY p.id, p.code, p.name, p.lon, p.lat, l.month
HAVING coalesce(sum(r.value) FILTER (WHERE r.starts >= %(since)s AND r.ends <= %(until)s), 0) > 0
ORDER BY volume DESC, p.id
