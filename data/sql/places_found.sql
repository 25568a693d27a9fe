-- places_found: places of these numbers, as far as the reader may see them.
-- in: ids; out: id, kind, name, country, lon, lat, uncertainty_m, label_id
SELECT p.id::text, p.kind, p.name, coalesce(p.country, '') AS country, p.lon, p.lat, p.uncertainty_m, p.label_id
FROM watchfloor.place AS p
WHERE p.id = ANY (%(ids)s::integer[])
