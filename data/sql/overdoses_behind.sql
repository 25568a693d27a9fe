-- overdoses_behind: single overdoses that a cell counts, newest first; the row policy asks for the health right.
-- in: substances, since, until, first, last, at_most
-- out: id, day, time_precision, place_name, place_precision, lon, lat, uncertainty_m, substances, is_fatal,
--      reliability, validity, label_id, run_id, recorded_from, attributes, total
SELECT o.id, o.day, o.time_precision, o.place_name, o.place_precision, o.lon, o.lat, o.uncertainty_m,
       (SELECT string_agg(s.name, ', ' ORDER BY s.name) FROM watchfloor.substance AS s WHERE s.id = ANY (o.substances))
           AS taken,
       o.is_fatal, o.reliability, o.validity, o.label_id, o.run_id, o.recorded_from, o.attributes,
       count(*) OVER () AS total
FROM watchfloor.overdose AS o
WHERE o.recorded_to = 'infinity' AND o.cell_key BETWEEN %(first)s AND %(last)s
  AND o.day >= %(since)s AND o.day < %(until)s
  AND (cardinality(%(substances)s::smallint[]) = 0 OR o.substances && %(substances)s::smallint[])
ORDER BY o.day DESC, o.id
LIMIT %(at_most)s
