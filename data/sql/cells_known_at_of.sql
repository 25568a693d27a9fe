-- cells_known_at_of: events that hold given substances, counted per H3 cell of the whole world as known at a moment.
-- in: kind, substances (array, not empty), resolution, since, until (moments), known_at; out: cell, n, kilograms
SELECT watchfloor.cell_parent(coalesce(e.cell, 0), %(resolution)s) AS cell, count(*) AS n,
       coalesce(sum(t.kilograms), 0) AS kilograms
FROM (
    SELECT i.event_id, i.recorded_from, sum(CASE WHEN i.unit = 'kg' THEN i.amount END) AS kilograms
    FROM watchfloor.seizure_item AS i
    WHERE i.substance_id = ANY (%(substances)s::smallint[])
    GROUP BY i.event_id, i.recorded_from
) AS t
JOIN watchfloor.event AS e ON e.id = t.event_id AND e.recorded_from = t.recorded_from
WHERE e.kind = %(kind)s AND e.recorded_to = 'infinity'
  AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz
GROUP BY 1
