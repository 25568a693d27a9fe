-- make_series: series that the temporary table named is the first to name.
-- in: label, source
INSERT INTO watchfloor.series (source_id, measure_id, place_id, substance_id, dimensions, label_id)
SELECT DISTINCT %(source)s::smallint, n.measure_id, n.place_id, n.substance_id, n.dimensions, %(label)s::smallint
FROM pg_temp.named AS n
WHERE n.is_known
ON CONFLICT DO NOTHING
