-- overdose_days: single overdoses counted per day and cell; the row policy asks for the health right.
-- in: substances (array, empty for any), since, until, firsts, lasts; out: day, cell (0 where not known), n
SELECT o.day, coalesce(o.cell, 0) AS cell, count(*) AS n
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN LATERAL (
    SELECT o.day, o.cell
    FROM watchfloor.overdose AS o
    WHERE o.cell_key >= k.first AND o.cell_key <= k.last AND o.recorded_to = 'infinity' AND o.day >= %(since)s AND o.day < %(until)s
      AND (cardinality(%(substances)s::smallint[]) = 0 OR o.substances && %(substances)s::smallint[])
    OFFSET 0
) AS o
GROUP BY 1, 2
