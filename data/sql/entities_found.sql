-- entities_found: entities of these ids, as far as the reader may see them.
-- in: ids, known_at; out: id, kind, name, lon, lat, uncertainty_m, label_id, born
SELECT e.id::text, e.kind, e.name, e.lon, e.lat, e.uncertainty_m, e.label_id,
       left(coalesce(e.attributes ->> 'born', ''), 10) AS born
FROM watchfloor.entity AS e
WHERE e.id = ANY (%(ids)s::uuid[]) AND e.recorded_to = 'infinity'
