-- cases_of: the cases that hold any of given records, with the agency to call.
-- in: records (uuid array), at_most; out: id, number, title, status, agency, watch_phone, n, label_id
SELECT f.id, f.number, f.title, f.status, a.name, a.watch_phone, count(DISTINCT r.record_id) AS n, f.label_id
FROM watchfloor.case_record AS r
JOIN watchfloor.case_file AS f ON f.id = r.case_id AND f.recorded_to = 'infinity'
JOIN watchfloor.agency AS a ON a.id = f.agency_id
WHERE r.record_id = ANY (%(records)s) AND r.recorded_to = 'infinity'
GROUP BY f.id, f.number, f.title, f.status, a.name, a.watch_phone, f.label_id
ORDER BY n DESC, f.number
LIMIT %(at_most)s
