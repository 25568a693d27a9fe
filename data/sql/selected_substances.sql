-- selected_substances: what was taken in given events, by substance, that of most events first.
-- in: ids (uuid array), substances (numbers; none means any)
-- out: name, n (events), kilograms
SELECT s.name, count(DISTINCT e.id) AS n, coalesce(sum(i.amount) FILTER (WHERE i.unit = 'kg'), 0) AS kilograms
FROM unnest(%(ids)s::uuid[]) AS k (id)
JOIN watchfloor.event AS e ON e.id = k.id AND e.recorded_to = 'infinity'
JOIN watchfloor.seizure_item AS i ON i.event_id = e.id AND i.recorded_from = e.recorded_from
JOIN watchfloor.substance AS s ON s.id = i.substance_id
WHERE cardinality(%(substances)s::smallint[]) = 0 OR i.substance_id = ANY (%(substances)s::smallint[])
GROUP BY s.id, s.name
ORDER BY n DESC, kilograms DESC, s.name
