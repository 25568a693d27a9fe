-- arrived_overdoses: single overdoses in ranges of cells that were recorded after a moment; the row policy asks for the
-- health right.
-- in: firsts, lasts (ranges of keys; none: everywhere), since; out: day, is_fatal, lon, lat, uncertainty_m, recorded_from
SELECT o.day, o.is_fatal, o.lon, o.lat, o.uncertainty_m, o.recorded_from
FROM watchfloor.overdose AS o
WHERE o.recorded_from > %(since)s::timestamptz AND o.recorded_to = 'infinity' AND o.lon IS NOT NULL
  AND (cardinality(%(firsts)s::bigint[]) = 0
       OR EXISTS (SELECT FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
                  WHERE o.cell_key >= k.first AND o.cell_key <= k.last))
ORDER BY o.day DESC, o.id
