-- keep_conflicting_reported: a value that stands twice in one file for the same period: the first is kept, another
-- value goes into the quarantine; the same value, but for float noise, is the same.
-- in: run, label, name, temporary table numbered
INSERT INTO watchfloor.quarantine (run_id, file, line, "column", value, reason, label_id)
SELECT %(run)s, %(name)s, coalesce(n.line, 0), 'value', concat_ws(' and ', n.value, n.amount),
       'the same series and period stand twice in this file with different values; the first was kept', %(label)s
FROM pg_temp.numbered AS n
JOIN pg_temp.numbered AS f ON f.series_id = n.series_id AND f.starts = n.starts AND f.nth = 1
WHERE n.nth > 1
  AND (n.ends <> f.ends
       OR abs(f.value - n.value) > 1e-6 * greatest(abs(f.value), abs(n.value))
       OR (f.amount IS NULL) <> (n.amount IS NULL)
       OR abs(f.amount - n.amount) > 1e-6 * greatest(abs(f.amount), abs(n.amount)))
