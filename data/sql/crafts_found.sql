-- crafts_found: vessels and aircraft of these numbers, as far as the reader may see them.
-- in: ids; out: id, kind, identifier, name, label_id
SELECT c.id::text, c.kind, c.identifier, coalesce(c.name, '') AS name, c.label_id
FROM watchfloor.craft AS c
WHERE c.id = ANY (%(ids)s::integer[])
