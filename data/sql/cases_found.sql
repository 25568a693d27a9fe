-- cases_found: cases of these ids, as far as the reader may see them.
-- in: ids, known_at; out: id, number, title, status, label_id
SELECT c.id::text, c.number, c.title, c.status, c.label_id
FROM watchfloor.case_file AS c
WHERE c.id = ANY (%(ids)s::uuid[]) AND c.recorded_to = 'infinity'
