-- deconfliction_of: deconfliction status of given entities and operations, with the agency to call.
-- in: records (uuid array), at_most; out: id, subject_id, subject, name, status, overlap, agency, watch_phone, label_id
SELECT d.id, d.subject_id, d.subject, coalesce(e.name, o.title, d.subject) AS name, d.status, d.overlap,
       a.name, a.watch_phone, d.label_id
FROM watchfloor.deconfliction AS d
LEFT JOIN watchfloor.entity AS e ON e.id = d.subject_id AND e.recorded_to = 'infinity'
LEFT JOIN watchfloor.operation AS o ON o.id = d.subject_id AND o.recorded_to = 'infinity'
LEFT JOIN watchfloor.agency AS a ON a.id = d.other_agency_id
WHERE d.subject_id = ANY (%(records)s) AND d.recorded_to = 'infinity'
ORDER BY array_position(ARRAY['conflict', 'possible', 'resolved', 'clear'], d.status), d.decided_at DESC
LIMIT %(at_most)s
