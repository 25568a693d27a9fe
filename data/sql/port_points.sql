-- port_points: the ports that a reader may see, by place.
-- in: nothing; out: lon, lat, country (two letters, null if not known)
SELECT p.lon, p.lat, p.country
FROM watchfloor.place AS p
WHERE p.kind = 'port' AND p.lon IS NOT NULL AND p.lat IS NOT NULL
ORDER BY p.lon, p.lat, p.country
