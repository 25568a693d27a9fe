-- entities_linked: the entities that are linked to given records, most linked first.
-- in: records (uuid array), at_most; out: id, pole, kind, name, how, n, label_id
WITH end_point AS (
    SELECT l.to_id AS entity_id, l.kind, l.from_id AS record_id FROM watchfloor.link AS l
    WHERE l.from_id = ANY (%(records)s) AND l.recorded_to = 'infinity'
    UNION
    SELECT l.from_id, l.kind, l.to_id FROM watchfloor.link AS l
    WHERE l.to_id = ANY (%(records)s) AND l.recorded_to = 'infinity'
)
SELECT e.id, e.pole, e.kind, e.name, string_agg(DISTINCT replace(p.kind, '_', ' '), ', ') AS how,
       count(DISTINCT p.record_id) AS n, e.label_id
FROM end_point AS p
JOIN watchfloor.entity AS e ON e.id = p.entity_id AND e.recorded_to = 'infinity'
GROUP BY e.id, e.pole, e.kind, e.name, e.label_id
ORDER BY n DESC, e.name, e.id
LIMIT %(at_most)s
