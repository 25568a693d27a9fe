-- overdose_places: single overdoses for clustering; the row policy asks for the health right.
-- in: substances, since, until, firsts, lasts; out: lon, lat, uncertainty_m, day, substances
SELECT o.lon, o.lat, o.uncertainty_m, o.day, o.substances
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN LATERAL (
    SELECT o.lon, o.lat, o.uncertainty_m, o.day, o.substances
    FROM watchfloor.overdose AS o
    WHERE o.cell_key >= k.first AND o.cell_key <= k.last AND o.recorded_to = 'infinity' AND o.day >= %(since)s AND o.day < %(until)s
      AND (cardinality(%(substances)s::smallint[]) = 0 OR o.substances && %(substances)s::smallint[])
    OFFSET 0
) AS o
