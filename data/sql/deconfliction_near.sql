-- deconfliction_near: conflicts and possible ones of what given records are directly linked to, with whom to call.
-- in: records (uuid array), at_most; out: id, subject_id, subject, name, status, overlap, agency, watch_phone, label_id,
--     how (kinds of link); a link, a subject or a notice that the reader may not see is no part of it
WITH end_point AS (
    SELECT l.to_id AS record_id, l.kind FROM watchfloor.link AS l
    WHERE l.from_id = ANY (%(records)s) AND l.recorded_to = 'infinity'
    UNION
    SELECT l.from_id, l.kind FROM watchfloor.link AS l
    WHERE l.to_id = ANY (%(records)s) AND l.recorded_to = 'infinity'
), near AS (
    SELECT p.record_id, string_agg(DISTINCT replace(p.kind, '_', ' '), ', ') AS how
    FROM end_point AS p
    WHERE p.record_id <> ALL (%(records)s)
    GROUP BY p.record_id
)
SELECT d.id, d.subject_id, d.subject, coalesce(e.name, o.title) AS name, d.status, d.overlap, a.name, a.watch_phone,
       d.label_id, n.how
FROM near AS n
JOIN watchfloor.deconfliction AS d ON d.subject_id = n.record_id AND d.recorded_to = 'infinity'
LEFT JOIN watchfloor.entity AS e ON e.id = d.subject_id AND e.recorded_to = 'infinity'
LEFT JOIN watchfloor.operation AS o ON o.id = d.subject_id AND o.recorded_to = 'infinity'
LEFT JOIN watchfloor.agency AS a ON a.id = d.other_agency_id
WHERE d.status IN ('conflict', 'possible') AND coalesce(e.id, o.id) IS NOT NULL
ORDER BY d.status, d.decided_at DESC, d.id
LIMIT %(at_most)s
