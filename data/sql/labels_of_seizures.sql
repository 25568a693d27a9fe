-- labels_of_seizures: under which labels the single seizures of a question stand, and how many under each.
-- in: substances, since, until (moments)
-- out: label_id, n
SELECT e.label_id, count(*) AS n
FROM watchfloor.event AS e
WHERE e.kind = 'seizure' AND e.recorded_to = 'infinity'
  AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz /* narrowed */
  AND (cardinality(%(substances)s::smallint[]) = 0
       OR EXISTS (SELECT FROM watchfloor.seizure_item AS i
                  WHERE i.event_id = e.id AND i.recorded_from = e.recorded_from
                    AND i.substance_id = ANY (%(substances)s::smallint[])))
GROUP BY e.label_id
