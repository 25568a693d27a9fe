-- close_reported: versions that the numbered values change end now.
-- in: temporary table numbered
UPDATE watchfloor.reported AS r
SET recorded_to = clock_timestamp()
FROM pg_temp.numbered AS n
WHERE n.nth = 1
  AND NOT n.is_same
  AND r.series_id = n.series_id
  AND r.starts = n.starts
  AND r.recorded_to = 'infinity'
