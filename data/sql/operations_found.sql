-- operations_found: planned operations of these ids, as far as the reader may see them.
-- in: ids, known_at; out: id, title, lon, lat, radius_m, label_id
SELECT o.id::text, o.title, o.lon, o.lat, o.radius_m, o.label_id
FROM watchfloor.operation AS o
WHERE o.id = ANY (%(ids)s::uuid[]) AND o.recorded_to = 'infinity'
