-- cases_everywhere: which cases hold events of a cell, anywhere: from the cases on, as most events belong to none.
-- in: kind, substances (array, empty for any), resolution, since, until
-- out: cell, hash of the case; one row for each event and case
SELECT watchfloor.cell_parent(coalesce(e.cell, 0), %(resolution)s) AS cell, uuid_hash_extended(r.case_id, 0) AS case_hash
FROM watchfloor.case_record AS r
JOIN watchfloor.event AS e ON e.id = r.record_id AND e.recorded_to = 'infinity' AND e.kind = %(kind)s
WHERE r.recorded_to = 'infinity'
  AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz /* narrowed */
  AND (cardinality(%(substances)s::smallint[]) = 0
       OR EXISTS (SELECT 1 FROM watchfloor.seizure_item AS i
                  WHERE i.event_id = e.id AND i.recorded_from = e.recorded_from
                    AND i.substance_id = ANY (%(substances)s::smallint[])))
