-- number_reported: staged reported values of one file with the number of their series.
-- in: file, temporary tables named and numbers; out: temporary table numbered
-- Joins compare coalesced values: IS NOT DISTINCT FROM cannot be hashed.
CREATE TEMPORARY TABLE numbered ON COMMIT DROP AS
SELECT x.series_id, s.starts, s.ends, s.value, s.amount, s.original, s.line,
       row_number() OVER (PARTITION BY x.series_id, s.starts ORDER BY s.line) AS nth
FROM pg_temp.stage_reported AS s
JOIN pg_temp.named AS k
  ON k.measure = s.measure AND k.place_kind = coalesce(s.place_kind, '') AND k.place_code = coalesce(s.place_code, '')
 AND k.substance_id = coalesce(s.substance_id, 0) AND k.dimensions = coalesce(s.dimensions, '{}')
JOIN pg_temp.numbers AS x
  ON x.measure_id = k.measure_id AND coalesce(x.place_id, 0) = coalesce(k.place_id, 0)
 AND coalesce(x.substance_id, 0) = k.substance_id AND x.dimensions = k.dimensions_json
WHERE s.file = %(file)s
