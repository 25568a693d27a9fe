-- overdoses_unreleased: persons whose month has passed and who are in no release yet.
-- in: label, at (null: now); out: id, cell, day, time_precision, substances
SELECT o.id, o.cell, o.day, o.time_precision, o.substances
FROM watchfloor.overdose AS o
WHERE o.label_id = %(label)s AND o.recorded_to = 'infinity'
  AND date_trunc(CASE WHEN o.time_precision > 3 THEN 'year' ELSE 'month' END, o.day::timestamp)
      + CASE WHEN o.time_precision > 3 THEN interval '1 year' ELSE interval '1 month' END
      <= (coalesce(%(at)s::timestamptz, now()) AT TIME ZONE 'UTC')::date
  AND NOT EXISTS (SELECT FROM watchfloor.overdose_released AS r WHERE r.overdose_id = o.id)
ORDER BY o.id
