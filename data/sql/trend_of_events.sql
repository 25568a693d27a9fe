-- trend_of_events: events per day and cell near a box, from the raw facts: for several substances at once,
-- and as known at an earlier moment.
-- in: kind, substances (array, empty for any), resolution, since, until, firsts, lasts
-- out: day, cell, n (distinct events), kilograms
SELECT (e.starts AT TIME ZONE 'UTC')::date AS day, watchfloor.cell_parent(coalesce(e.cell, 0), %(resolution)s) AS cell,
       count(*) AS n, sum(t.kilograms) AS kilograms
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN LATERAL (
    SELECT e.id, e.recorded_from, e.cell, e.starts
    FROM watchfloor.event AS e
    WHERE e.kind = %(kind)s AND e.recorded_to = 'infinity'
      AND e.cell_key >= k.first AND e.cell_key <= k.last
      AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz
    OFFSET 0
) AS e
CROSS JOIN LATERAL (
    SELECT sum(CASE WHEN i.unit = 'kg' THEN i.amount ELSE 0 END) AS kilograms
    FROM watchfloor.seizure_item AS i
    WHERE i.event_id = e.id AND i.recorded_from = e.recorded_from
      AND (cardinality(%(substances)s::smallint[]) = 0 OR i.substance_id = ANY (%(substances)s::smallint[]))
    HAVING count(*) > 0 OR cardinality(%(substances)s::smallint[]) = 0
) AS t
GROUP BY 1, 2
