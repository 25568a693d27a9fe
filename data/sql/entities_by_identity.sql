-- entities_by_identity: entities that bear one of some exact identifiers, as far as the reader may see both rows.
-- in: identities (uuid array of keys), at_most; out: id, kind, name, label_id, listing (of a sanctions list, or null)
SELECT DISTINCT e.id, e.kind, e.name, e.label_id, e.attributes ->> 'listing' AS listing
FROM watchfloor.identifier AS i
JOIN watchfloor.entity AS e ON e.id = i.entity_id AND e.recorded_to = 'infinity'
WHERE i.identity = ANY (%(identities)s::uuid[]) AND i.recorded_to = 'infinity'
ORDER BY e.name, e.id
LIMIT %(at_most)s
