-- overdose_cells: single overdoses counted per H3 cell; the row policy asks for the health right.
-- in: substances (array, empty for any), resolution, since, until, firsts, lasts; out: cell, n, 0
SELECT watchfloor.cell_parent(coalesce(o.cell, 0), %(resolution)s) AS cell, count(*) AS n, 0::float
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN LATERAL (
    SELECT o.cell
    FROM watchfloor.overdose AS o
    WHERE o.cell_key >= k.first AND o.cell_key <= k.last AND o.recorded_to = 'infinity' AND o.day >= %(since)s AND o.day < %(until)s
      AND (cardinality(%(substances)s::smallint[]) = 0 OR o.substances && %(substances)s::smallint[])
    OFFSET 0
) AS o
GROUP BY 1
