-- changed_since: what was recorded of a case or an entity after a moment, as far as the reader may see it.
-- in: id, since; out: what (a noun, in the singular), n
SELECT 'change of the record itself' AS what, count(*) AS n
FROM watchfloor.case_file AS f
WHERE f.id = %(id)s AND f.recorded_from > %(since)s
UNION ALL
SELECT 'change of the record itself', count(*)
FROM watchfloor.entity AS e
WHERE e.id = %(id)s AND e.recorded_from > %(since)s
UNION ALL
SELECT 'record that joined', count(*)
FROM watchfloor.case_record AS r
WHERE r.case_id = %(id)s AND r.recorded_from > %(since)s AND r.recorded_to = 'infinity'
UNION ALL
SELECT 'record that left', count(*)
FROM watchfloor.case_record AS r
WHERE r.case_id = %(id)s AND r.recorded_to > %(since)s AND r.recorded_to < 'infinity'
UNION ALL
SELECT 'change of the team', count(*)
FROM watchfloor.case_member AS m
WHERE m.case_id = %(id)s AND (m.recorded_from > %(since)s OR (m.recorded_to > %(since)s AND m.recorded_to < 'infinity'))
UNION ALL
SELECT 'case that holds it', count(*)
FROM watchfloor.case_record AS r
WHERE r.record_id = %(id)s AND r.recorded_from > %(since)s AND r.recorded_to = 'infinity'
UNION ALL
SELECT 'identifier', count(*)
FROM watchfloor.identifier AS i
WHERE i.entity_id = %(id)s AND i.recorded_from > %(since)s AND i.recorded_to = 'infinity'
UNION ALL
SELECT 'link', count(*)
FROM watchfloor.link AS l
WHERE (l.from_id = %(id)s OR l.to_id = %(id)s) AND l.recorded_from > %(since)s AND l.recorded_to = 'infinity'
