-- entity_versions: what some entities were called and bore in every version that was known by a moment, the oldest first.
-- in: entities (uuid array), known_at (null: now)
-- out: id, what, value, since, until (valid), recorded_from, recorded_to (null: still), run_id, label_id
SELECT s.id, s.what, s.value, s.since, s.until, s.recorded_from,
       nullif(CASE WHEN s.recorded_to <= coalesce(%(known_at)s::timestamptz, 'infinity') THEN s.recorded_to
                   ELSE 'infinity' END, 'infinity') AS recorded_to,
       s.run_id, s.label_id
FROM (
    SELECT e.id, v.what, v.value, e.valid_from AS since, e.valid_to AS until, e.recorded_from, e.recorded_to, e.run_id,
           e.label_id
    FROM watchfloor.entity AS e
    CROSS JOIN LATERAL (
        VALUES ('name', e.name), ('flag', e.attributes ->> 'flag'), ('owner', e.attributes ->> 'owner'),
               ('listing', e.attributes ->> 'listing')
    ) AS v (what, value)
    WHERE e.id = ANY (%(entities)s::uuid[]) AND v.value IS NOT NULL
    UNION ALL
    SELECT i.entity_id, i.scheme, i.value, e.valid_from, e.valid_to, i.recorded_from, i.recorded_to, i.run_id, i.label_id
    FROM watchfloor.identifier AS i
    JOIN watchfloor.entity AS e ON e.id = i.entity_id AND e.recorded_from = i.recorded_from
    WHERE i.entity_id = ANY (%(entities)s::uuid[])
) AS s
WHERE %(known_at)s::timestamptz IS NULL OR s.recorded_from <= %(known_at)s::timestamptz
ORDER BY s.what, s.recorded_from, s.value, s.id
