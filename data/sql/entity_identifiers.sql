-- entity_identifiers: the identifiers of one entity. in: id; out: scheme, value
SELECT DISTINCT i.scheme, i.value
FROM watchfloor.identifier AS i
WHERE i.entity_id = %(id)s AND i.recorded_to = 'infinity'
ORDER BY i.scheme, i.value
