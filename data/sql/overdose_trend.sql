-- overdose_trend: single overdoses per month; the row policy asks for the health right.
-- in: substances, since, until, firsts, lasts; out: month, n
SELECT date_trunc('month', o.day)::date AS month, count(*) AS n
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN LATERAL (
    SELECT o.day
    FROM watchfloor.overdose AS o
    WHERE o.cell_key >= k.first AND o.cell_key <= k.last AND o.recorded_to = 'infinity' AND o.day >= %(since)s AND o.day < %(until)s
      AND (cardinality(%(substances)s::smallint[]) = 0 OR o.substances && %(substances)s::smallint[])
    OFFSET 0
) AS o
GROUP BY 1
ORDER BY 1
