-- identities_of_entities: the exact identifiers that some entities bear, and since when until when each entity is valid.
-- in: entities (uuid array); out: entity_id, scheme, value, since, until
SELECT DISTINCT i.entity_id, i.scheme, i.value, e.valid_from AS since, e.valid_to AS until
FROM watchfloor.identifier AS i
JOIN watchfloor.entity AS e ON e.id = i.entity_id AND e.recorded_to = 'infinity'
WHERE i.entity_id = ANY (%(entities)s::uuid[]) AND i.recorded_to = 'infinity'
  AND i.identity IS NOT NULL
