-- track_days_told: all that the asker may see of days with positions, in three numbers: whoever knows them knows of any change.
-- in: since, until (days, both included); out: days of labels, their positions, their versions, each added up
SELECT count(*), coalesce(sum(t.n_fixes), 0), coalesce(sum(t.version), 0)
FROM watchfloor.track_day AS t
WHERE t.day >= %(since)s::date
  AND t.day <= %(until)s::date
