-- crafts_by_identity: vessels and aircraft that said that they bear one of some exact identifiers.
-- in: identities (uuid array of keys), at_most, known_at (null: now; else of runs that were published by then)
-- out: id, kind, identifier, name, label_id
SELECT DISTINCT c.id, c.kind, c.identifier, c.name, c.label_id
FROM watchfloor.craft_identity AS i
JOIN watchfloor.craft AS c ON c.id = i.craft_id
WHERE i.identity = ANY (%(identities)s::uuid[])
  AND (%(known_at)s::timestamptz IS NULL OR i.run_id = ANY ((SELECT watchfloor.runs_published(%(known_at)s))::integer[]))
ORDER BY c.kind, c.identifier, c.id
LIMIT %(at_most)s
