-- operations: planned operations in a period, with their deconfliction status as this reader may know it.
-- in: since, until; out: id, subject, title, status, lon, lat, radius_m, starts, ends, agency, phone
SELECT o.id, 'operation', o.title, coalesce(d.status, 'clear'), o.lon, o.lat, o.radius_m, o.starts, o.ends,
       a.name, a.watch_phone
FROM watchfloor.operation AS o
LEFT JOIN LATERAL (
    SELECT d.status, d.other_agency_id FROM watchfloor.deconfliction AS d
    WHERE d.subject_id = o.id AND d.recorded_to = 'infinity'
    ORDER BY array_position(ARRAY['conflict', 'possible', 'resolved', 'clear'], d.status)
    LIMIT 1
) AS d ON true
LEFT JOIN watchfloor.agency AS a ON a.id = coalesce(d.other_agency_id, o.agency_id)
WHERE o.recorded_to = 'infinity' AND o.lon IS NOT NULL AND o.starts < %(until)s::date + 60 AND o.ends >= %(since)s
ORDER BY array_position(ARRAY['conflict', 'possible', 'resolved', 'clear'], coalesce(d.status, 'clear')), o.starts
