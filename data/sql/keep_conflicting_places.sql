-- keep_conflicting_places: a place that stands twice in one file: the first is kept, another goes into the quarantine.
-- in: run, label, name, temporary table numbered_places
INSERT INTO watchfloor.quarantine (run_id, file, line, "column", value, reason, label_id)
SELECT %(run)s, %(name)s, coalesce(n.line, 0), 'code', left(concat_ws(' ', n.kind, n.code, n.name), 500),
       'the same place stands twice in this file with different values; the first was kept', %(label)s
FROM pg_temp.numbered_places AS n
JOIN pg_temp.numbered_places AS f ON f.kind = n.kind AND f.code = n.code AND f.label_id = n.label_id AND f.nth = 1
WHERE n.nth > 1
  AND (n.name, n.country, n.lon, n.lat, n.uncertainty_m, n.attributes, n.geom)
      IS DISTINCT FROM (f.name, f.country, f.lon, f.lat, f.uncertainty_m, f.attributes, f.geom)
