-- facet_cases: the cases that hold most of the seizures that meet a question.
-- in: substances (array, empty for any), since, until, at_most; out: id, number, title, n
SELECT f.id, f.number, f.title, count(DISTINCT e.id) AS n
FROM watchfloor.case_record AS r
JOIN watchfloor.case_file AS f ON f.id = r.case_id AND f.recorded_to = 'infinity'
JOIN watchfloor.event AS e ON e.id = r.record_id AND e.recorded_to = 'infinity' AND e.kind = 'seizure'
WHERE r.recorded_to = 'infinity'
  AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz /* narrowed */
  AND (cardinality(%(substances)s::smallint[]) = 0
       OR EXISTS (SELECT 1 FROM watchfloor.seizure_item AS i
                  WHERE i.event_id = e.id AND i.recorded_from = e.recorded_from
                    AND i.substance_id = ANY (%(substances)s::smallint[])))
GROUP BY f.id, f.number, f.title
ORDER BY n DESC, f.number
LIMIT %(at_most)s
