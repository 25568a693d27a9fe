-- close_reported: versions that the numbered values change, more than by float noise, end now.
-- in: temporary table numbered
UPDATE watchfloor.reported AS r
SET recorded_to = clock_timestamp()
FROM pg_temp.numbered AS n
WHERE n.nth = 1
  AND r.series_id = n.series_id
  AND r.starts = n.starts
  AND r.recorded_to = 'infinity'
  AND (r.ends <> n.ends
       OR abs(r.value - n.value) > 1e-6 * greatest(abs(r.value), abs(n.value))
       OR (r.amount IS NULL) <> (n.amount IS NULL)
       OR abs(r.amount - n.amount) > 1e-6 * greatest(abs(r.amount), abs(n.amount)))
