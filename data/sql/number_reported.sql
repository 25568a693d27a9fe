-- number_reported: staged reported values of one file with their series; nth counts those of one series and period.
-- is_same: whether the store's current version says the same, but for float noise; never true where it has none.
-- in: file, temporary table numbers; out: temporary table numbered, in the order of the store's keys
CREATE TEMPORARY TABLE numbered ON COMMIT DROP AS
SELECT x.series_id, s.starts, s.ends, s.value, s.amount, s.original, s.footnote, s.line,
       row_number() OVER (PARTITION BY x.series_id, s.starts ORDER BY s.line) AS nth,
       r.ends = s.ends
           AND abs(r.value - s.value) <= 1e-6 * greatest(abs(r.value), abs(s.value))
           AND (r.amount IS NULL) = (s.amount IS NULL)
           AND coalesce(abs(r.amount - s.amount) <= 1e-6 * greatest(abs(r.amount), abs(s.amount)), true)
           AND r.footnote IS NOT DISTINCT FROM s.footnote AS is_same
FROM pg_temp.stage_reported AS s
JOIN pg_temp.numbers AS x USING (number)
LEFT JOIN watchfloor.reported AS r
  ON r.series_id = x.series_id AND r.starts = s.starts AND r.recorded_to = 'infinity'
WHERE s.file = %(file)s
