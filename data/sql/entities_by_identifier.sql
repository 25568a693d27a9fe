-- entities_by_identifier: the entities that bear one of some identifiers, as far as the reader may see both rows.
-- in: values (text array, each in every writing that is looked for), at_most
-- out: id, kind, name, label_id, listing (of a sanctions list, or null), is_exercise, scheme, value
SELECT e.id, e.kind, e.name, e.label_id, e.attributes ->> 'listing' AS listing,
       e.attributes ->> 'exercise' IS NOT DISTINCT FROM 'true' AS is_exercise, i.scheme, i.value
FROM watchfloor.identifier AS i
JOIN watchfloor.entity AS e ON e.id = i.entity_id AND e.recorded_to = 'infinity'
WHERE i.value = ANY (%(values)s::text[]) AND i.recorded_to = 'infinity'
ORDER BY e.name, e.id, i.scheme, i.value
LIMIT %(at_most)s
