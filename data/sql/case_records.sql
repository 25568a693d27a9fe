-- case_records: what a case holds: entities by name, and the ids of its events. in: id
-- out: record, role, entity kind and name (null for what is no entity), label_id
SELECT r.record_id, r.role, e.kind, e.name, e.label_id
FROM watchfloor.case_record AS r
LEFT JOIN watchfloor.entity AS e ON e.id = r.record_id AND e.recorded_to = 'infinity'
WHERE r.case_id = %(id)s AND r.recorded_to = 'infinity'
ORDER BY e.name NULLS LAST, r.role, r.record_id
