-- cases_in_ranges: which cases hold events of a cell near a box.
-- in: kind, substances (array, empty for any), resolution, since, until, firsts, lasts (covering as range keys)
-- out: cell, hash of the case; one row for each event and case
SELECT watchfloor.cell_parent(coalesce(e.cell, 0), %(resolution)s) AS cell, uuid_hash_extended(r.case_id, 0) AS case_hash
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
CROSS JOIN LATERAL (
    SELECT e.id, e.recorded_from, e.cell
    FROM watchfloor.event AS e
    WHERE e.kind = %(kind)s AND e.recorded_to = 'infinity'
      AND e.cell_key >= k.first AND e.cell_key <= k.last
      AND e.starts >= %(since)s::timestamptz AND e.starts < %(until)s::timestamptz /* narrowed */
    OFFSET 0
) AS e
JOIN watchfloor.case_record AS r ON r.record_id = e.id AND r.recorded_to = 'infinity'
WHERE cardinality(%(substances)s::smallint[]) = 0
   OR EXISTS (SELECT 1 FROM watchfloor.seizure_item AS i
              WHERE i.event_id = e.id AND i.recorded_from = e.recorded_from
                AND i.substance_id = ANY (%(substances)s::smallint[]))
