-- seizures_near: seizures of a period in ranges of cells, newest first, with where each was.
-- in: firsts, lasts, since, until, substances, known_within_m (what is known less finely is left out), at_most
-- out: id, lon, lat
SELECT e.id, e.lon, e.lat
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN LATERAL (
    SELECT e.id, e.recorded_from, e.starts, e.lon, e.lat
    FROM watchfloor.event AS e
    WHERE e.kind = 'seizure' AND e.recorded_to = 'infinity' AND e.cell_key >= k.first AND e.cell_key <= k.last
      AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz /* narrowed */
      AND e.uncertainty_m <= %(known_within_m)s::real
    OFFSET 0
) AS e
WHERE cardinality(%(substances)s::smallint[]) = 0
   OR EXISTS (SELECT 1 FROM watchfloor.seizure_item AS i
              WHERE i.event_id = e.id AND i.recorded_from = e.recorded_from
                AND i.substance_id = ANY (%(substances)s::smallint[]))
ORDER BY e.starts DESC, e.id
LIMIT %(at_most)s
