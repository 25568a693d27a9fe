-- selected_places: given events by the name of their place (empty where they have none), that of most events first.
-- in: ids (uuid array), substances (numbers; none means any)
-- out: name, n (events), kilograms
SELECT coalesce(e.place_name, '') AS name, count(*) AS n, coalesce(sum(t.kilograms), 0) AS kilograms
FROM unnest(%(ids)s::uuid[]) AS k (id)
JOIN watchfloor.event AS e ON e.id = k.id AND e.recorded_to = 'infinity'
LEFT JOIN LATERAL (
    SELECT sum(i.amount) FILTER (WHERE i.unit = 'kg') AS kilograms
    FROM watchfloor.seizure_item AS i
    WHERE i.event_id = e.id AND i.recorded_from = e.recorded_from
      AND (cardinality(%(substances)s::smallint[]) = 0 OR i.substance_id = ANY (%(substances)s::smallint[]))
) AS t ON true
GROUP BY 1
ORDER BY n DESC, kilograms DESC, name
