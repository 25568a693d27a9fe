-- live_runs_left: open runs of live feeds whose program has ended: nobody holds the lock on their number.
-- out: run, label
SELECT r.id, r.label_id
FROM watchfloor.run AS r
WHERE r.status = 'published'
  AND r.recorded_at IS NULL
  AND r.options ? 'live'
  AND pg_try_advisory_xact_lock(hashtext('watchfloor.run'), r.id)
ORDER BY r.id
FOR UPDATE OF r
