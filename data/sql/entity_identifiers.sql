-- entity_identifiers: the identifiers of one entity, each with where it comes from.
-- in: id; out: scheme, value, label_id, run_id, recorded_from
SELECT i.scheme, i.value, i.label_id, i.run_id, i.recorded_from
FROM watchfloor.identifier AS i
WHERE i.entity_id = %(id)s AND i.recorded_to = 'infinity'
ORDER BY i.scheme, i.value, i.recorded_from
