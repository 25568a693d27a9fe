-- number_reported: staged reported values of one file with their series; nth counts those of one series and period.
-- in: file, temporary table numbers; out: temporary table numbered, in the order of the store's keys
CREATE TEMPORARY TABLE numbered ON COMMIT DROP AS
SELECT x.series_id, s.starts, s.ends, s.value, s.amount, s.original, s.line,
       row_number() OVER (PARTITION BY x.series_id, s.starts ORDER BY s.line) AS nth
FROM pg_temp.stage_reported AS s
JOIN pg_temp.numbers AS x USING (number)
WHERE s.file = %(file)s
