-- track_days_told: all that the asker may see of days with positions, in brief: whoever knows it knows of any change.
-- Of the same labels, versions that grow with each change have the same sum only if nothing has changed.
-- in: since, until (days, both included); out: days of labels, their positions, their versions, each added up; the labels
SELECT count(*), coalesce(sum(t.n_fixes), 0), coalesce(sum(t.version), 0),
       coalesce(array_agg(DISTINCT t.label_id ORDER BY t.label_id), '{}')
FROM watchfloor.track_day AS t
WHERE t.day >= %(since)s::date
  AND t.day <= %(until)s::date
