-- publish_reported: numbered values that have no current version, or had another, become one.
-- in: run, label, moment, temporary table numbered
INSERT INTO watchfloor.reported (series_id, starts, ends, value, amount, original, footnote, run_id, label_id, recorded_from)
SELECT n.series_id, n.starts, n.ends, n.value, n.amount, n.original, n.footnote, %(run)s, %(label)s, %(moment)s
FROM pg_temp.numbered AS n
WHERE n.nth = 1
  AND n.is_same IS NOT TRUE
