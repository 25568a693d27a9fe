-- cells_of_events: events counted per H3 cell near a box, from the raw facts: for cells finer than the
-- roll-up, for several substances at once, and for distinct cases.
-- in: kind, substances (array, empty for any), resolution, since, until (moments), firsts, lasts
-- out: cell, n (distinct events), kilograms, cases (distinct)
WITH hit AS (
    SELECT e.id, e.recorded_from, coalesce(e.cell, 0) AS cell
    FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
    CROSS JOIN LATERAL (
        SELECT e.id, e.recorded_from, e.cell
        FROM watchfloor.event AS e
        WHERE e.kind = %(kind)s AND e.recorded_to = 'infinity'
          AND e.cell_key >= k.first AND e.cell_key <= k.last
          AND e.starts >= %(since)s AND e.starts < %(until)s
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
SELECT watchfloor.cell_parent(t.cell, %(resolution)s) AS cell, count(DISTINCT t.id) AS n,
       coalesce(sum(t.kilograms) FILTER (WHERE c.nth IS NULL OR c.nth = 1), 0) AS kilograms,
       count(DISTINCT c.case_id) AS cases
FROM taken AS t
LEFT JOIN LATERAL (
    SELECT r.case_id, row_number() OVER (ORDER BY r.case_id) AS nth
    FROM watchfloor.case_record AS r
    WHERE r.record_id = t.id AND r.recorded_to = 'infinity'
) AS c ON true
GROUP BY 1
