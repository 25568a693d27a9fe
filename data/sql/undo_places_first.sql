-- undo_places_first: places are what the first standing run told of them; what the others told follows in turn.
-- in: temporary table undo_places
UPDATE watchfloor.place AS p
SET name = f.name, country = f.country, lon = f.lon, lat = f.lat, uncertainty_m = f.uncertainty_m, cell = f.cell,
    cell_key = f.cell_key, attributes = f.attributes, geom = f.geom, run_id = f.run_id
FROM (
    SELECT DISTINCT ON (s.kind, s.code, s.label_id)
           s.kind, s.code, s.label_id, s.name, s.country, s.lon, s.lat, s.uncertainty_m, s.cell, s.cell_key,
           s.attributes, s.geom, s.run_id
    FROM watchfloor.place_said AS s
    JOIN pg_temp.undo_places AS u USING (kind, code, label_id)
    JOIN watchfloor.run AS r ON r.id = s.run_id
    ORDER BY s.kind, s.code, s.label_id, r.finished_at, s.run_id, s.file
) AS f
WHERE p.kind = f.kind AND p.code = f.code AND p.label_id = f.label_id
