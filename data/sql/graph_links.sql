-- graph_links: what links given records to others: links as recorded, cases that hold them, identifiers borne by both.
-- in: records (uuid array); out: kind, how, start_id, end_id, starts, ends, reliability, validity, label_id, run_id
SELECT l.kind, '' AS how, l.from_id AS start_id, l.to_id AS end_id, l.starts, l.ends, l.reliability, l.validity,
       l.label_id, l.run_id
FROM watchfloor.link AS l
WHERE l.from_id = ANY (%(records)s) AND l.recorded_to = 'infinity'
UNION
SELECT l.kind, '', l.from_id, l.to_id, l.starts, l.ends, l.reliability, l.validity, l.label_id, l.run_id
FROM watchfloor.link AS l
WHERE l.to_id = ANY (%(records)s) AND l.recorded_to = 'infinity'
UNION
SELECT 'in_case', r.role, r.record_id, r.case_id, f.opened, f.closed, f.reliability, f.validity, r.label_id, r.run_id
FROM watchfloor.case_record AS r
JOIN watchfloor.case_file AS f ON f.id = r.case_id AND f.recorded_to = 'infinity'
WHERE r.record_id = ANY (%(records)s) AND r.recorded_to = 'infinity'
UNION
SELECT 'in_case', r.role, r.record_id, r.case_id, f.opened, f.closed, f.reliability, f.validity, r.label_id, r.run_id
FROM watchfloor.case_record AS r
JOIN watchfloor.case_file AS f ON f.id = r.case_id AND f.recorded_to = 'infinity'
WHERE r.case_id = ANY (%(records)s) AND r.recorded_to = 'infinity'
UNION
SELECT 'same_identifier', i.scheme, least(i.entity_id, o.entity_id), greatest(i.entity_id, o.entity_id), NULL, NULL,
       greatest(a.reliability, b.reliability), greatest(a.validity, b.validity),
       CASE WHEN i.entity_id > o.entity_id THEN i.label_id ELSE o.label_id END,
       CASE WHEN i.entity_id > o.entity_id THEN i.run_id ELSE o.run_id END
FROM watchfloor.identifier AS i
JOIN watchfloor.identifier AS o ON o.identity = i.identity AND o.recorded_to = 'infinity' AND o.entity_id <> i.entity_id
JOIN watchfloor.entity AS a ON a.id = i.entity_id AND a.recorded_to = 'infinity'
JOIN watchfloor.entity AS b ON b.id = o.entity_id AND b.recorded_to = 'infinity'
WHERE i.entity_id = ANY (%(records)s) AND i.recorded_to = 'infinity' AND i.identity IS NOT NULL
