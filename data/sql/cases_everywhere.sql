-- cases_everywhere: which cases hold events of a cell, anywhere, from the cases on: most events belong to none.
-- in: kind, substances (array, empty for any), resolution, since, until
-- out: as cases_in_ranges
SELECT watchfloor.cell_parent(coalesce(e.cell, 0), %(resolution)s) AS cell,
       uuid_hash_extended(r.case_id, 0) AS case_hash,
       CASE WHEN r.case_id = (SELECT f.case_id FROM watchfloor.case_record AS f
                              WHERE f.record_id = e.id AND f.recorded_to = 'infinity' ORDER BY f.case_id LIMIT 1)
            THEN coalesce(t.kilograms, 0) ELSE 0 END AS kilograms
FROM watchfloor.case_record AS r
JOIN watchfloor.event AS e ON e.id = r.record_id AND e.recorded_to = 'infinity' AND e.kind = %(kind)s
 AND e.starts >= %(since)s AND e.starts < %(until)s
CROSS JOIN LATERAL (
    SELECT count(*) AS items, sum(CASE WHEN i.unit = 'kg' THEN i.amount ELSE 0 END) AS kilograms
    FROM watchfloor.seizure_item AS i
    WHERE i.event_id = e.id AND i.recorded_from = e.recorded_from
      AND (cardinality(%(substances)s::smallint[]) = 0 OR i.substance_id = ANY (%(substances)s::smallint[]))
) AS t
WHERE r.recorded_to = 'infinity' AND (t.items > 0 OR cardinality(%(substances)s::smallint[]) = 0)
