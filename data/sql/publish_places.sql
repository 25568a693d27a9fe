-- publish_places: staged places become the store's; a place is known by kind, code and label.
-- in: run, label, file; out: loaded, superseded, staged
WITH one AS (
    SELECT DISTINCT ON (s.kind, s.code, coalesce(s.label, %(label)s)) s.*, coalesce(s.label, %(label)s) AS own_label
    FROM pg_temp.stage_places AS s
    WHERE s.file = %(file)s
    ORDER BY s.kind, s.code, coalesce(s.label, %(label)s), s.line
),
changed AS (
    UPDATE watchfloor.place AS p
    SET name = o.name, country = o.country, lon = o.lon, lat = o.lat, uncertainty_m = o.uncertainty_m,
        cell = o.cell, cell_key = o.cell_key, attributes = coalesce(o.attributes, '{}')::jsonb,
        geom = coalesce(ST_Multi(ST_GeomFromWKB(o.geom_wkb, 4326)), p.geom), run_id = %(run)s
    FROM one AS o
    WHERE p.kind = o.kind AND p.code = o.code AND p.label_id = o.own_label
      AND (p.name, p.country, p.lon, p.lat, p.uncertainty_m, p.attributes)
          IS DISTINCT FROM
          (o.name, o.country, o.lon, o.lat, o.uncertainty_m::real, coalesce(o.attributes, '{}')::jsonb)
    RETURNING p.id
),
added AS (
    INSERT INTO watchfloor.place
        (kind, code, name, country, lon, lat, uncertainty_m, cell, cell_key, attributes, geom, run_id, label_id)
    SELECT o.kind, o.code, o.name, o.country, o.lon, o.lat, o.uncertainty_m, o.cell, o.cell_key,
           coalesce(o.attributes, '{}')::jsonb, ST_Multi(ST_GeomFromWKB(o.geom_wkb, 4326)), %(run)s, o.own_label
    FROM one AS o
    ON CONFLICT (kind, code, label_id) DO NOTHING
    RETURNING id
)
SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM changed),
       (SELECT count(*) FROM pg_temp.stage_places WHERE file = %(file)s)
