-- number_series: the store's series of every staged series number.
-- in: label, source; out: temporary table numbers
CREATE TEMPORARY TABLE numbers ON COMMIT DROP AS
SELECT n.number, x.id AS series_id
FROM pg_temp.named AS n
JOIN watchfloor.series AS x
  ON x.source_id = %(source)s AND x.measure_id = n.measure_id AND coalesce(x.place_id, 0) = coalesce(n.place_id, 0)
 AND coalesce(x.substance_id, 0) = coalesce(n.substance_id, 0) AND x.dimensions = n.dimensions
 AND x.label_id = %(label)s
WHERE n.is_known
