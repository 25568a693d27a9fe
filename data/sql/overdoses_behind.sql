-- overdoses_behind: single overdoses that a cell counts, newest first; the row policy asks for the health right.
-- in: substances, since, until, first, last, at_most
-- out: id, day, time_precision, place_name, place_precision, substances, is_fatal, reliability, validity, label_id,
--      source, total
SELECT o.id, o.day, o.time_precision, o.place_name, o.place_precision,
       (SELECT string_agg(s.name, ', ' ORDER BY s.name) FROM watchfloor.substance AS s WHERE s.id = ANY (o.substances)),
       o.is_fatal, o.reliability, o.validity, o.label_id, coalesce(c.title, r.format), count(*) OVER () AS total
FROM watchfloor.overdose AS o
JOIN watchfloor.run AS r ON r.id = o.run_id
LEFT JOIN watchfloor.source AS c ON c.id = r.source_id
WHERE o.recorded_to = 'infinity' AND o.cell_key BETWEEN %(first)s AND %(last)s
  AND o.day >= %(since)s AND o.day < %(until)s
  AND (cardinality(%(substances)s::smallint[]) = 0 OR o.substances && %(substances)s::smallint[])
ORDER BY o.day DESC, o.id
LIMIT %(at_most)s
