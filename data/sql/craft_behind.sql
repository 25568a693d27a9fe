-- craft_behind: what a craft says of itself, and how much of it is stored in a period.
-- in: craft, since, until
SELECT c.kind, c.identifier, c.name, c.category, c.entity_id, c.label_id, s.title, r.format,
       count(f.at), min(f.at), max(f.at), max(f.speed_kn)
FROM watchfloor.craft AS c
JOIN watchfloor.run AS r ON r.id = c.run_id
LEFT JOIN watchfloor.source AS s ON s.id = r.source_id
LEFT JOIN watchfloor.fix AS f ON f.craft_id = c.id AND f.at >= %(since)s AND f.at < %(until)s
WHERE c.id = %(craft)s
GROUP BY c.id, s.title, r.format
