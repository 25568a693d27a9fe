-- number_places: staged places of one file with their label; nth counts those of one kind, code and label.
-- in: label, file; out: temporary table numbered_places
CREATE TEMPORARY TABLE numbered_places ON COMMIT DROP AS
SELECT s.kind, s.code, s.name, s.country, s.lon, s.lat, s.uncertainty_m::real AS uncertainty_m, s.cell, s.cell_key,
       s.line, coalesce(s.attributes, '{}')::jsonb AS attributes, ST_Multi(ST_GeomFromWKB(s.geom_wkb, 4326)) AS geom,
       coalesce(s.label, %(label)s)::smallint AS label_id,
       row_number() OVER (PARTITION BY s.kind, s.code, coalesce(s.label, %(label)s) ORDER BY s.line) AS nth
FROM pg_temp.stage_places AS s
WHERE s.file = %(file)s
