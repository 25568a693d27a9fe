-- number_series: the number of every series of the temporary table named, made if need be.
-- in: label, source; out: id, measure_id, place_id, substance_id, dimensions
-- The update on conflict changes nothing; it makes old series come back beside new ones, in one pass.
CREATE TEMPORARY TABLE numbers (
    series_id integer, measure_id smallint, place_id integer, substance_id smallint, dimensions jsonb
) ON COMMIT DROP;
WITH made AS (
    INSERT INTO watchfloor.series AS x (source_id, measure_id, place_id, substance_id, dimensions, label_id)
    SELECT %(source)s, n.measure_id, n.place_id, nullif(n.substance_id, 0), n.dimensions_json, %(label)s
    FROM pg_temp.named AS n
    ON CONFLICT (source_id, measure_id, coalesce(place_id, 0), coalesce(substance_id, 0), dimensions, label_id)
    DO UPDATE SET source_id = excluded.source_id
    RETURNING x.id, x.measure_id, x.place_id, x.substance_id, x.dimensions
)
INSERT INTO numbers SELECT * FROM made
