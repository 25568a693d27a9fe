-- places_found: places of these numbers, and what is reported of them, as far as the reader may see it.
-- in: ids; out: id, kind, name, country, lon, lat, uncertainty_m, label_id, measures (codes)
SELECT p.id::text, p.kind, p.name, coalesce(p.country, '') AS country, p.lon, p.lat, p.uncertainty_m, p.label_id,
       ARRAY (
           SELECT DISTINCT m.code
           FROM watchfloor.series AS s
           JOIN watchfloor.measure AS m ON m.id = s.measure_id
           WHERE s.place_id = p.id
             AND EXISTS (SELECT FROM watchfloor.reported AS r WHERE r.series_id = s.id AND r.recorded_to = 'infinity')
       ) AS measures
FROM watchfloor.place AS p
WHERE p.id = ANY (%(ids)s::integer[])
