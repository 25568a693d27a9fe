-- craft_behind: what a craft says of itself. in: craft
SELECT c.id, c.kind, c.identifier, c.name, c.category, c.entity_id, c.attributes, c.label_id, c.run_id
FROM watchfloor.craft AS c
WHERE c.id = %(craft)s
