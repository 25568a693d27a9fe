-- crafts_of: what some craft are called. in: crafts (integer array); out: id, kind, identifier, name, category, label_id
SELECT c.id, c.kind, c.identifier, c.name, c.category, c.label_id
FROM watchfloor.craft AS c
WHERE c.id = ANY (%(crafts)s::integer[])
