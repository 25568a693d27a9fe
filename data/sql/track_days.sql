-- track_days: positions by label and day, with the version of each day, as the asker may see them.
-- in: since, until (days, both included); out: label_id, day, version, n_fixes
SELECT t.label_id, t.day, t.version, t.n_fixes
FROM watchfloor.track_day AS t
WHERE t.day >= %(since)s::date
  AND t.day <= %(until)s::date
ORDER BY t.label_id, t.day
