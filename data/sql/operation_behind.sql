-- operation_behind: one planned operation and the case that it belongs to.
-- in: operation (uuid). out: title, starts, ends, radius_m, label_id, agency, watch_phone; case id, number, title, status,
-- label_id, agency, watch_phone, all null where there is none or none that this scope sees
SELECT o.title, o.starts, o.ends, o.radius_m, o.label_id, a.name, a.watch_phone,
       f.id, f.number, f.title, f.status, f.label_id, ca.name, ca.watch_phone
FROM watchfloor.operation AS o
LEFT JOIN watchfloor.agency AS a ON a.id = o.agency_id
LEFT JOIN watchfloor.case_file AS f ON f.id = o.case_id AND f.recorded_to = 'infinity'
LEFT JOIN watchfloor.agency AS ca ON ca.id = f.agency_id
WHERE o.id = %(operation)s AND o.recorded_to = 'infinity'
