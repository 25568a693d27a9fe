-- exported_overdoses: single overdoses, as a file tells them; the row policy asks for the health right.
-- in: substances, since, until, firsts, lasts (ranges of keys)
-- out: id, day, time_precision, place_name, place_precision, lon, lat, uncertainty_m, cell, substances, is_fatal (0, 1),
--      reliability, validity, label_id, run_id, recorded (microseconds), attributes
SELECT o.id, o.day - '1970-01-01'::date AS day, o.time_precision, o.place_name, o.place_precision, o.lon, o.lat,
       o.uncertainty_m, o.cell,
       (SELECT string_agg(s.name, ', ' ORDER BY s.name) FROM watchfloor.substance AS s WHERE s.id = ANY (o.substances))
           AS substances,
       o.is_fatal::integer AS is_fatal, o.reliability, o.validity, o.label_id, o.run_id,
       (extract(epoch FROM o.recorded_from) * 1000000)::bigint AS recorded, o.attributes
FROM watchfloor.overdose AS o
WHERE o.recorded_to = 'infinity' AND o.day >= %(since)s AND o.day < %(until)s
  AND EXISTS (SELECT FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS k (first, last)
              WHERE coalesce(o.cell_key, 0) >= k.first AND coalesce(o.cell_key, 0) <= k.last)
  AND (cardinality(%(substances)s::smallint[]) = 0 OR o.substances && %(substances)s::smallint[])
