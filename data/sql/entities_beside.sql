-- entities_beside: of each of these entities the names of the first that are linked to it, persons before all else.
-- in: ids, known_at, at_most (of each, one more than are named); out: id, name
SELECT w.id::text, n.name
FROM unnest(%(ids)s::uuid[]) AS w (id)
CROSS JOIN LATERAL (
    SELECT e.name, e.pole <> 'person' AS is_thing, e.id
    FROM (
        SELECT l.to_id AS id FROM watchfloor.link AS l WHERE l.from_id = w.id AND l.recorded_to = 'infinity'
        UNION
        SELECT l.from_id FROM watchfloor.link AS l WHERE l.to_id = w.id AND l.recorded_to = 'infinity'
    ) AS o
    JOIN watchfloor.entity AS e ON e.id = o.id AND e.recorded_to = 'infinity'
    ORDER BY is_thing, e.name, e.id
    LIMIT %(at_most)s
) AS n
ORDER BY w.id, n.is_thing, n.name, n.id
