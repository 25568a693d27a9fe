-- keep_places_said: what one file told of places, for the day when a run is taken back.
-- in: run, file, temporary table numbered_places
INSERT INTO watchfloor.place_said
    (run_id, file, kind, code, label_id, name, country, lon, lat, uncertainty_m, cell, cell_key, attributes, geom)
SELECT %(run)s, %(file)s, n.kind, n.code, n.label_id, n.name, n.country, n.lon, n.lat, n.uncertainty_m, n.cell,
       n.cell_key, n.attributes, n.geom
FROM pg_temp.numbered_places AS n
WHERE n.nth = 1
