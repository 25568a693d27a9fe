-- cells_of_events: events counted per H3 cell near a box, from the raw facts: for cells finer than the
-- roll-up, and for several substances at once.
-- in: kind, substances (array, empty for any), resolution, since, until (moments), firsts, lasts
-- out: cell, n, kilograms
WITH hit AS (
    SELECT e.id, e.recorded_from, coalesce(e.cell, 0) AS cell
    FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
    CROSS JOIN LATERAL (
        SELECT e.id, e.recorded_from, e.cell
        FROM watchfloor.event AS e
        WHERE e.kind = %(kind)s AND e.recorded_to = 'infinity'
          AND e.cell_key >= k.first AND e.cell_key <= k.last
          AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz
        OFFSET 0
    ) AS e
),
taken AS (
    SELECT h.id, h.cell, sum(CASE WHEN i.unit = 'kg' THEN i.amount ELSE 0 END) AS kilograms
    FROM hit AS h
    LEFT JOIN watchfloor.seizure_item AS i
      ON i.event_id = h.id AND i.recorded_from = h.recorded_from
    WHERE cardinality(%(substances)s::smallint[]) = 0 OR i.substance_id = ANY (%(substances)s::smallint[])
    GROUP BY h.id, h.cell
)
SELECT watchfloor.cell_parent(t.cell, %(resolution)s) AS cell, count(*) AS n, coalesce(sum(t.kilograms), 0) AS kilograms
FROM taken AS t
GROUP BY 1
